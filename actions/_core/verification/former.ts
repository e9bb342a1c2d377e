import { parseReleasePath } from '#core/ppa/folder.ts';
import { compareVersions, type PpaId, ppaKey } from '#core/ppa/ppa.ts';
import { verifiedWith } from './template.ts';
import { parseVerification, resultOf, type Verification, type VerificationRow } from './verification.ts';

/** Criterion → the version that answered it last, and the path of the report where it did. */
export type VerifiedBefore = ReadonlyMap<string, { readonly version: string; readonly report: string }>;

/** Reports looked back at, at most. */
const MOST = 12;

/** Paths of the reports of earlier versions of a PPA, the newest first. */
export function formerReports(paths: readonly string[], id: PpaId): string[] {
  return paths
    .flatMap((path) => {
      const file = parseReleasePath(path);
      return file?.kind === 'verification' && ppaKey(file.ppa) === ppaKey(id)
        ? [{ path, version: file.ppa.version }]
        : [];
    })
    .filter(({ version }) => compareVersions(version, id.version) < 0)
    .sort((left, right) => compareVersions(right.version, left.version))
    .slice(0, MOST)
    .map(({ path }) => path);
}

/**
 * What a minor release need not answer again (domain.md section 4): criteria that an earlier report answered, and not by a
 * failure. A row that itself only points to an earlier report is followed by what it says. A report that cannot be read
 * answers nothing.
 * @param reports the newest first
 */
export function verifiedBefore(reports: readonly { readonly path: string; readonly text: string }[]): VerifiedBefore {
  const found = new Map<string, { version: string; report: string }>();
  const settled = new Set<string>();
  for (const { path, text } of reports) {
    const report = parseVerification(text, { file: path }).value;
    for (const row of report?.rows ?? []) {
      // One that accepts nothing answers nothing, and is passed over (unfounded).
      if (report?.outcome !== 'accepted' || settled.has(row.criterion)) continue;
      settled.add(row.criterion);
      const answer = answerOf(row, report, path);
      if (answer !== undefined) found.set(row.criterion, answer);
    }
  }
  return found;
}

function answerOf(row: VerificationRow, { version }: Verification, report: string) {
  const earlier = verifiedWith(row.comment);
  if (earlier !== undefined) return earlier;
  return ['OK', 'WARNING', 'NA'].includes(resultOf(row)) ? { version, report } : undefined;
}
