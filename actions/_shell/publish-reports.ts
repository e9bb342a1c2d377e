import { dirname, join } from 'node:path/posix';
import { htmlOf } from '#core/document/html.ts';
import { parseReleasePath, rolloutPath } from '#core/ppa/folder.ts';
import { ppaName } from '#core/ppa/ppa.ts';
import { type ReportSource, reportOfRecord } from '#core/verification/record-report.ts';
import { REPORTS_INDEX } from '#core/verification/report-place.ts';
import { type ForgeAccess, textAt } from '#shell/github.ts';
import { type Head, readHead } from '#shell/intake-forge.ts';
import type { Store } from '#shell/store.ts';

/** `reports/index.json`: which commit of the candidate it was made of, and every report with the Git objects behind it. */
interface Index {
  readonly commit: string;
  readonly reports: readonly PublishedReport[];
}

export interface PublishedReport {
  readonly ppa: string;
  /** Keys in the store. */
  readonly pdf: string;
  readonly html: string;
  /** Object ids of verification.yml and rollout.yml. */
  readonly from: readonly [string, string];
}

/**
 * The report of every PPA whose record is on the branch, as PDF and HTML; what was made of the same files before is not made
 * again. The list of them is written last.
 * @param pullUrl address of the pull requests, `https://github.com/umd/release/pull`
 * @returns reports that are new
 */
export async function publishReports(
  forge: ForgeAccess,
  store: Store,
  { branch, pullUrl }: { readonly branch: string; readonly pullUrl: string },
): Promise<readonly PublishedReport[]> {
  const before = await readIndex(store);
  const { octokit, owner, repo } = forge;
  const { data: ref } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` });
  if (ref.object.sha === before.commit) return [];
  const head = await readHead(forge, branch);
  const known = new Map(before.reports.map((report) => [report.from.join(), report]));
  const wanted = recordsOn(head);
  const reports: PublishedReport[] = [];
  for (const record of wanted) {
    const there = known.get(record.from.join());
    const report = there ?? (await putReport(forge, store, head.commit, record, pullUrl));
    if (report !== undefined) reports.push(report);
  }
  await store.put(REPORTS_INDEX, `${JSON.stringify({ commit: head.commit, reports }, null, 1)}\n`, 'pointer');
  return reports.filter((report) => !known.has(report.from.join()));
}

async function readIndex(store: Store): Promise<Index> {
  const none: Index = { commit: '', reports: [] };
  const bytes = await store.read(REPORTS_INDEX);
  if (bytes === undefined) return none;
  try {
    const { commit, reports } = JSON.parse(bytes.toString()) as Partial<Index>;
    return typeof commit === 'string' && Array.isArray(reports) ? { commit, reports } : none;
  } catch {
    return none; // written anew
  }
}

interface Record {
  readonly ppa: string;
  readonly verification: string;
  readonly rollout: string;
  readonly from: readonly [string, string];
}

/** PPAs that have both files; a verification without a record is on its way. */
function recordsOn({ files }: Head): Record[] {
  const blobs = new Map(files.map(({ path, blob }) => [path, blob]));
  return files.flatMap(({ path, blob }) => {
    const file = parseReleasePath(path);
    if (file?.kind !== 'verification') return [];
    const ppa = ppaName(file.ppa);
    const rollout = rolloutPath(join(dirname(path), '..'), ppa);
    const record = blobs.get(rollout);
    return record === undefined ? [] : [{ ppa, verification: path, rollout, from: [blob, record] as const }];
  });
}

async function putReport(
  forge: ForgeAccess,
  store: Store,
  commit: string,
  { ppa, verification, rollout, from }: Record,
  pullUrl: string,
): Promise<PublishedReport | undefined> {
  const [text = '', record = ''] = await Promise.all(
    [verification, rollout].map((path) => textAt(forge, path, commit)),
  );
  const source: ReportSource = { ppa, verification: text, record, pullUrl };
  const made = reportOfRecord(source);
  if (made === undefined) return undefined;
  const { key, report, date } = made;
  const { pdfOf } = await import('#shell/document/pdf.ts'); // large, and seldom needed
  const keys = { pdf: `${key}.pdf`, html: `${key}.html` };
  await store.put(keys.html, htmlOf(report.title, report.blocks), 'immutable');
  await store.put(keys.pdf, await pdfOf(report.title, report.blocks, date), 'immutable');
  return { ppa, ...keys, from };
}
