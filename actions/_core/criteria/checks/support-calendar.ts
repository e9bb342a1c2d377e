import type { Check } from '../finding.ts';
import { reading } from '../reads.ts';

/** GENERIC_MISC_2: a site knows how long it is supported. */
export const supportCalendar: Check = {
  reads: reading(['product']),
  from: [],
  judge: ({ product: { supportEnds, day } }) => {
    const evidence = supportEnds.join('\n');
    const last = [...supportEnds].sort().at(-1);
    if (last === undefined)
      return { result: 'WARNING', comment: 'The product card has no support calendar.', evidence };
    if (last < day) return { result: 'FAIL', comment: `Support ended on ${last}.`, evidence };
    return { result: 'OK', comment: `Supported until ${last}.`, evidence };
  },
};
