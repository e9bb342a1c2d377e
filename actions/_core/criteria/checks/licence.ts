import type { Facts } from '../facts.ts';
import { type Check, counted, type Finding, listed, NOT_INSTALLED } from '../finding.ts';

/** QC_DOC_5: each package brings its licence. */
export const licence: Check = { judge };

function judge({ content }: Facts): Finding {
  if (content === undefined) return NOT_INSTALLED;
  const { packages } = content;
  const evidence = packages.map(({ name, licence: found }) => `${name}: ${found}`).join('\n');
  const having = (found: string) => packages.filter((each) => each.licence === found).map(({ name }) => name);
  const none = having('none');
  if (none.length > 0) return { result: 'FAIL', comment: `Without a licence: ${listed(none)}.`, evidence };
  const named = having('named');
  if (named.length > 0)
    return { result: 'WARNING', comment: `The licence is named, its text is not there: ${listed(named)}.`, evidence };
  return { result: 'OK', comment: `${counted(packages.length, 'package')} with the text of the licence.`, evidence };
}
