import type { Facts } from '../facts.ts';
import { type Check, type Finding, listed, NOT_INSTALLED } from '../finding.ts';
import { reading } from '../reads.ts';

/** QC_SEC_6: no private key or password in a file that everyone may read. */
export const secrets: Check = { reads: reading([], ['secrets']), judge };

const EXAMPLE = /^\/usr\/share\/(doc|man)\//;

function judge({ content }: Facts): Finding {
  if (content === undefined) return NOT_INSTALLED;
  const evidence = content.secrets.map(({ path, what }) => `${what}: ${path}`).join('\n');
  if (content.secrets.length === 0) return { result: 'OK', comment: 'None found in readable files.', evidence };
  const shown = listed(content.secrets.map(({ path, what }) => `${path} (${what})`));
  const real = content.secrets.some(({ path }) => !EXAMPLE.test(path));
  if (real) return { result: 'FAIL', comment: `Everyone may read secrets in ${shown}.`, evidence };
  return { result: 'WARNING', comment: `Examples in the documentation hold secrets: ${shown}.`, evidence };
}
