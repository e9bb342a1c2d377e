import { type Check, counted, listed } from '../finding.ts';
import { reading } from '../reads.ts';

/** GENERIC_DIST_7: after its removal nothing of the product runs. */
export const removal: Check = {
  reads: reading(['removal']),
  judge: ({ removal: facts }) => {
    if (facts === undefined)
      return { result: 'Not tested', comment: 'The installation failed, so nothing was removed.', evidence: '' };
    const { alive, leftovers } = facts;
    const evidence = [...alive, ...leftovers].join('\n');
    if (alive.length > 0)
      return { result: 'FAIL', comment: `Still there after the removal: ${listed(alive)}.`, evidence };
    if (leftovers.length === 0)
      return { result: 'OK', comment: 'Nothing runs and nothing is left after the removal.', evidence };
    return { result: 'WARNING', comment: `${counted(leftovers.length, 'path')} left: ${listed(leftovers)}.`, evidence };
  },
};
