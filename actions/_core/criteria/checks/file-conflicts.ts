import { type Check, counted, failedStep, NOT_INSTALLED, tellingLine } from '../finding.ts';
import { reading } from '../reads.ts';

// dpkg, apt, dnf and rpm, when two packages bring one file or forbid each other.
const CONFLICT =
  /trying to overwrite|conflicts between attempted installs|conflicts with file from package|Conflicts:|conflicting requests/;

/** GENERIC_DIST_6: the product stands beside everything else of the distribution and the base. */
export const fileConflicts: Check = {
  reads: reading(['installation'], ['packages']),
  judge: ({ installation: { steps, dependencies }, content }) => {
    const broken = failedStep(steps);
    const line = broken?.output.split('\n').find((each) => CONFLICT.test(each));
    if (line !== undefined)
      return { result: 'FAIL', comment: `It conflicts: ${line.trim().slice(0, 300)}`, evidence: broken?.output ?? '' };
    if (content === undefined) return { ...NOT_INSTALLED, evidence: tellingLine(broken?.output ?? '') };
    const files = content.packages.flatMap((each) => each.files);
    const twice = files.filter((path, at) => files.indexOf(path) !== at && !path.endsWith('/'));
    const evidence = twice.join('\n');
    if (twice.length > 0)
      return {
        result: 'FAIL',
        comment: `Brought by several of its packages: ${twice.slice(0, 5).join(', ')}.`,
        evidence,
      };
    return {
      result: 'OK',
      comment: `${counted(files.length, 'file')} beside ${counted(dependencies.length, 'package')} it needs.`,
      evidence,
    };
  },
};
