import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { reportName } from './report.ts';
import { parseVerification } from './verification.ts';

/** Key of the list of all reports in the store. */
export const REPORTS_INDEX = 'reports/index.json';

/**
 * Where the report of a verification.yml lies in the store, without ending: below the digest of the text it is made of, so
 * that whoever has the text knows the address, and another text has another. Undefined when the text cannot be read.
 * @param rejected pull request of a rejected PPA, which may come again with the same name and text
 */
export function reportKey(text: string, rejected?: number): string | undefined {
  const { value } = parseVerification(text, { file: 'verification.yml' });
  if (value === undefined) return undefined;
  const name = `${reportName(value)}${rejected === undefined ? '' : `-rejected-${rejected}`}`;
  return `reports/${bytesToHex(sha256(utf8ToBytes(text))).slice(0, 16)}/${name}`;
}
