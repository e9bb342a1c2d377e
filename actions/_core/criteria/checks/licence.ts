import type { Facts } from '../facts.ts';
import { type Check, counted, type Finding, type Known, listed, NOT_INSTALLED } from '../finding.ts';
import { unlisted } from '../licences.ts';
import { reading } from '../reads.ts';

/** QC_DOC_5: each package brings its licence, and it is on the list. */
export const licence: Check = { reads: reading([], ['packages']), judge };

function judge({ content }: Facts, { licences: list }: Known): Finding {
  if (content === undefined) return NOT_INSTALLED;
  const { packages } = content;
  const evidence = packages
    .map(({ name, licence: found, licences }) => [`${name}: ${found}`, ...licences].join(', '))
    .join('\n');
  const having = (found: string) => packages.filter((each) => each.licence === found).map(({ name }) => name);
  const none = having('none');
  if (none.length > 0) return { result: 'FAIL', comment: `Without a licence: ${listed(none)}.`, evidence };
  const named = having('named');
  if (named.length > 0)
    return { result: 'WARNING', comment: `The licence is named, its text is not there: ${listed(named)}.`, evidence };
  const strange = packages.flatMap(({ name, licences }) => unlisted(licences, list).map((each) => `${each} (${name})`));
  if (strange.length > 0) return { result: 'WARNING', comment: `Not on the list: ${listed(strange)}.`, evidence };
  const silent = packages.filter(({ licences }) => licences.length === 0).map(({ name }) => name);
  if (silent.length > 0)
    return { result: 'WARNING', comment: `A person reads which licence it is: ${listed(silent)}.`, evidence };
  const names = [...new Set(packages.flatMap(({ licences }) => licences))].sort();
  const comment = `${counted(packages.length, 'package')} with the text of the licence: ${listed(names)}.`;
  return { result: 'OK', comment, evidence };
}
