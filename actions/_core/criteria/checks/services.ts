import type { Facts } from '../facts.ts';
import { type Check, type Finding, listed, NOT_INSTALLED, tellingLine } from '../finding.ts';
import { testsVerdict } from '../package-tests.ts';
import { reading } from '../reads.ts';

/** QC_FUNC_1: the units of the product card start, restart and stop, and the tests of its package do not fail. */
export const services: Check = {
  reads: reading(['services', 'packageTests'], ['packages']),
  needs: 'services',
  from: ['fresh', 'packages', 'tests'],
  judge,
};

function judge({ content, services: runs, packageTests }: Facts): Finding {
  if (content === undefined) return NOT_INSTALLED;
  const started = startedUnits(runs);
  const { result, said, evidence: log } = testsVerdict(packageTests);
  if (result === 'Not tested' || started.result === 'FAIL') return started;
  const evidence = [started.evidence, log].filter((part) => part !== '').join('\n');
  if (result === 'FAIL') return { result, comment: `${started.comment} But ${said}.`, evidence };
  // A product of programs alone does what its tests show; a unit that cannot be started is not made up for by them.
  const counts = runs.length === 0 ? 'OK' : started.result;
  return { result: counts, comment: `${started.comment} Besides, ${said}.`, evidence };
}

function startedUnits(runs: Facts['services']): Finding {
  if (runs.length === 0) return { result: 'Not tested', comment: 'The product card names no units.', evidence: '' };
  const evidence = runs.map(({ unit, state, output }) => `== ${unit}: ${state}\n${output}`).join('\n');
  const units = (state: string) => runs.filter((run) => run.state === state).map(({ unit }) => unit);
  const missing = units('missing');
  if (missing.length > 0)
    return { result: 'FAIL', comment: `The packages bring no unit ${listed(missing)} of the product card.`, evidence };
  const failed = runs.find(({ state }) => state === 'failed');
  if (failed !== undefined) {
    const { unit, failedAct = 'start', output } = failed;
    return { result: 'FAIL', comment: `${unit} does not ${failedAct}: ${tellingLine(output)}`, evidence };
  }
  const skipped = units('skipped');
  if (skipped.length > 0)
    return { result: 'Not tested', comment: `Kept from starting by its own conditions: ${listed(skipped)}.`, evidence };
  return { result: 'OK', comment: `Started, restarted and stopped: ${listed(units('ran'))}.`, evidence };
}
