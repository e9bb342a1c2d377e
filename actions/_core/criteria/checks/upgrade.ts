import type { Facts } from '../facts.ts';
import { type Check, type Finding, failedStep, listed, logOf, tellingLine } from '../finding.ts';
import { reading } from '../reads.ts';
import { otherVersions } from './installation.ts';

/** Steps that lead to what an upgrade begins from. */
export const [FETCH_BEFORE, INSTALL_BEFORE] = ['fetch packages of production', 'install from production'];

/** QC_UPGRADE_1: an ordinary upgrade from production, with the configuration kept. */
export const upgrade: Check = { reads: reading(['upgrade']), from: ['upgrade'], judge };

function judge({ upgrade: facts }: Facts): Finding {
  if (facts === undefined) return { result: 'NA', comment: 'Production has no earlier version.', evidence: '' };
  if (facts === 'impossible')
    return { result: 'Not tested', comment: 'The environment gives no second system.', evidence: '' };
  const { steps, from, wanted, installed, changedFiles, lostFiles } = facts;
  const evidence = logOf(steps);
  const fail = (comment: string): Finding => ({ result: 'FAIL', comment, evidence });
  const broken = failedStep(steps);
  if (broken !== undefined && [FETCH_BEFORE, INSTALL_BEFORE].includes(broken.name)) {
    const comment = `What production has cannot be installed here, so nothing could be upgraded: ${tellingLine(broken.output)}`;
    return { result: 'Not tested', comment, evidence };
  }
  if (broken !== undefined) return fail(`${broken.name} fails: ${tellingLine(broken.output)}`);
  const differing = otherVersions(wanted, installed);
  if (differing.length > 0) return fail(`After the upgrade other versions than the lock's: ${listed(differing)}.`);
  if (lostFiles.length > 0) return fail(`The administrator's changes are lost: ${listed(lostFiles)}.`);
  const { runningUnits = [], deadUnits = [] } = facts;
  if (deadUnits.length > 0) return fail(`Ran before the upgrade and not after it: ${listed(deadUnits)}.`);
  const names = listed(from.map(({ name, version }) => `${name} ${version}`));
  const kept =
    changedFiles.length === 0
      ? 'no configuration files to keep'
      : `changed configuration kept: ${listed(changedFiles)}`;
  const running = runningUnits.length === 0 ? '' : `; still running: ${listed(runningUnits)}`;
  return { result: 'OK', comment: `Upgraded from ${names}; ${kept}${running}.`, evidence };
}
