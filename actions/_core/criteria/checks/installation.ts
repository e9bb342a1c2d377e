import type { Facts, VersionOf } from '../facts.ts';
import { type Check, counted, type Finding, failedStep, listed, logOf, tellingLine } from '../finding.ts';
import { reading } from '../reads.ts';

/** QC_DIST_1: installs, removes and purges from signed repositories, in exactly the versions of the lock. */
export const installation: Check = {
  reads: reading(['installation', 'removal']),
  from: ['fresh', 'packages', 'closure'],
  judge,
};

function judge({ installation: { steps, wanted, installed, dependencies, foreign, breaks }, removal }: Facts): Finding {
  const evidence = logOf([...steps, ...(removal?.steps ?? [])]);
  const fail = (comment: string): Finding => ({ result: 'FAIL', comment, evidence });
  const broken = failedStep(steps);
  if (broken !== undefined) return fail(`${broken.name} fails: ${tellingLine(broken.output)}`);
  const differing = otherVersions(wanted, installed);
  if (differing.length > 0) return fail(`Other versions than the lock's are installed: ${listed(differing)}.`);
  if (foreign.length > 0) return fail(`These were fetched with other bytes than the lock names: ${listed(foreign)}.`);
  const [broke] = breaks;
  if (broke !== undefined)
    return fail(`In the next release ${broke}${breaks.length > 1 ? ` ${breaks.length - 1} more.` : ''}`);
  const stuck = failedStep(removal?.steps ?? []);
  if (stuck !== undefined) return fail(`${stuck.name} fails: ${tellingLine(stuck.output)}`);
  const done = `${counted(wanted.length, 'package')} installed and removed, ${dependencies.length} more as dependencies`;
  const leftovers = removal?.leftovers ?? [];
  if (leftovers.length === 0) return { result: 'OK', comment: `${done}.`, evidence };
  return { result: 'WARNING', comment: `${done}; left behind after the purge: ${listed(leftovers)}.`, evidence };
}

/** `voms 2.1 instead of 2.2`, `voms missing`. */
export function otherVersions(wanted: readonly VersionOf[], installed: readonly VersionOf[]): string[] {
  const found = new Map(installed.map(({ name, version }) => [name, version]));
  return wanted.flatMap(({ name, version }) => {
    const has = found.get(name);
    if (has === version) return [];
    return [has === undefined ? `${name} missing` : `${name} ${has} instead of ${version}`];
  });
}
