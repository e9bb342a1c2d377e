import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { parseReleasePath } from '#core/ppa/folder.ts';
import { compareVersions, type PpaId, parsePpaName, ppaKey, ppaName, versionText } from '#core/ppa/ppa.ts';
import { verifiedWith } from './template.ts';
import { parseVerification, resultOf, type Verification } from './verification.ts';

/** Path of a report → its text, on the branch that holds the records; what is not there is absent. */
export type Referred = ReadonlyMap<string, string>;

interface Reference {
  readonly criterion: string;
  readonly version: string;
  readonly report: string;
}

/** Rows of a minor release that leave the answer to an earlier report (domain.md section 4). */
function referencesIn({ releaseType, rows }: Verification): Reference[] {
  if (releaseType !== 'minor') return [];
  return rows.flatMap(({ criterion, comment }) => {
    const said = verifiedWith(comment);
    return said === undefined ? [] : [{ criterion, ...said }];
  });
}

/** Paths of the reports that a verification.yml refers to, of those that can be paths of reports. */
export function referredPaths(text: string | undefined): string[] {
  const { value } = parseVerification(text ?? '', { file: 'verification.yml' });
  const named = value === undefined ? [] : referencesIn(value).map(({ report }) => report);
  return [...new Set(named)].filter((path) => parseReleasePath(path)?.kind === 'verification');
}

/**
 * What is wrong with the reports that a minor release's rows refer to: each has to be there, be an accepted report of an
 * earlier version of the same product and platform, the version that the row says, and answer the criterion itself.
 * Faults: VERIFICATION_UNFOUNDED, one for each report and reason.
 */
export function unfounded(verification: Verification, referred: Referred): Fault[] {
  const own = parsePpaName(verification.ppa);
  const wrong = new Map<string, string[]>();
  for (const reference of referencesIn(verification)) {
    const reason = reasonAgainst(reference, own, referred);
    if (reason === undefined) continue;
    const sentence = `${reference.report.slice(0, 200)}: ${reason}`;
    wrong.set(sentence, [...(wrong.get(sentence) ?? []), reference.criterion]);
  }
  return [...wrong].map(([sentence, criteria]) =>
    fault('VERIFICATION_UNFOUNDED', `${criteria.join(', ')} refer to ${sentence}`),
  );
}

function reasonAgainst(
  { criterion, version, report: path }: Reference,
  own: PpaId | undefined,
  referred: Referred,
): string | undefined {
  const place = parseReleasePath(path);
  if (place?.kind !== 'verification') return 'that is no path of a verification report.';
  if (own === undefined || ppaKey(place.ppa) !== ppaKey(own))
    return 'that is the report of another product or platform.';
  if (compareVersions(place.ppa.version, own.version) >= 0) return 'that is of no earlier version.';
  const its = versionText(place.ppa.version);
  if (its !== version) return `that is the report of ${its}, not of ${version}.`;
  const text = referred.get(path);
  if (text === undefined) return 'there is no such report among the accepted ones.';
  const { value } = parseVerification(text, { file: path });
  if (value === undefined || value.ppa !== ppaName(place.ppa)) return 'that report cannot be read.';
  if (value.outcome !== 'accepted') return 'that report accepts nothing.';
  const row = value.rows.find((each) => each.criterion === criterion);
  if (row !== undefined && verifiedWith(row.comment) !== undefined && value.releaseType === 'minor')
    return `it refers to another one for ${criterion} itself.`;
  if (row === undefined || !['OK', 'WARNING', 'NA'].includes(resultOf(row)))
    return `${criterion} is not answered there.`;
  return undefined;
}
