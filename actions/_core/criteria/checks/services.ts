import type { Facts } from '../facts.ts';
import { type Check, type Finding, listed, NOT_INSTALLED, tellingLine } from '../finding.ts';

/** QC_FUNC_1: the units of the product card start, restart and stop. */
export const services: Check = { needs: 'services', judge };

function judge({ content, services: runs }: Facts): Finding {
  if (content === undefined) return NOT_INSTALLED;
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
