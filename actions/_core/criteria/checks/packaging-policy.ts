import { type Check, counted } from '../finding.ts';
import { reading } from '../reads.ts';

/** GENERIC_DIST_3: what the checker of the package format says, and everything else that no other criterion has a row for. */
export const packagingPolicy: Check = {
  reads: reading(['checkers', 'format']),
  judge: ({ checkers, format }) => {
    const wanted = format === 'deb' ? 'lintian' : 'rpmlint';
    const evidence = checkers
      .map(({ tool, failed, findings }) => `${tool}: ${failed ?? counted(findings.length, 'finding')}`)
      .join('\n');
    const run = checkers.find(({ tool }) => tool === wanted);
    if (run === undefined) return { result: 'Not tested', comment: `${wanted} had nothing to look at.`, evidence };
    if (run.failed !== undefined)
      return { result: 'Not tested', comment: `${wanted} could not look: ${run.failed}.`, evidence };
    const tools = checkers.filter(({ failed }) => failed === undefined).map(({ tool }) => tool);
    const found = counted(checkers.flatMap(({ findings }) => findings).length, 'finding');
    return { result: 'OK', comment: `${found} of ${tools.join(', ')}, weighed by criteria/findings.yml.`, evidence };
  },
};
