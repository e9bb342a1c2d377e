import { dirname, join } from 'node:path/posix';
import { htmlOf } from '#core/document/html.ts';
import { parseReleasePath, rolloutPath } from '#core/ppa/folder.ts';
import { ppaName } from '#core/ppa/ppa.ts';
import { type RecordReport, type ReportSource, reportOfRecord } from '#core/verification/record-report.ts';
import { REPORTS_INDEX } from '#core/verification/report-place.ts';
import { type ForgeAccess, textAt } from '#shell/github.ts';
import { type Head, readHead } from '#shell/intake-forge.ts';
import { type RejectedPull, readRejection, referredBy, rejectedPulls } from '#shell/rejected-reports.ts';
import type { Store } from '#shell/store.ts';

/** `reports/index.json`: which commit of the candidate it was made of, and every report with the Git objects behind it. */
interface Index {
  readonly commit: string;
  readonly reports: readonly PublishedReport[];
  /** `#<pull> <when touched>` of pull requests that bear the label of rejected ones and give no report. */
  readonly without?: readonly string[];
}

export interface PublishedReport {
  readonly ppa: string;
  /** Keys in the store. */
  readonly pdf: string;
  readonly html: string;
  /** What the answers about its closure are named by: these stay in the store (closure/sweep-inputs.ts). */
  readonly closures?: readonly string[];
  /** Of a rejected PPA: its pull request, and the key of what was remembered of it. */
  readonly rejected?: { readonly pull: number; readonly record: string };
  /** Object ids of verification.yml and rollout.yml; of a rejected one `#<pull>` and when that was last touched. */
  readonly from: readonly [string, string];
}

export interface ReportPlaces {
  /** Branch that holds the records. */
  readonly branch: string;
  /** Address of the pull requests, `https://github.com/umd/release/pull`. */
  readonly pullUrl: string;
  /** Whose check-runs are believed, `umd-bot[bot]`. */
  readonly bot: string;
}

/**
 * The report of every PPA whose record is on the branch, and of every one that was rejected, as PDF and HTML; what was made
 * of the same files before is not made again. The list of them is written last.
 * @returns reports that are new
 */
export async function publishReports(
  forge: ForgeAccess,
  store: Store,
  places: ReportPlaces,
): Promise<readonly PublishedReport[]> {
  const before = await readIndex(store);
  const { octokit, owner, repo } = forge;
  const [{ data: ref }, pulls] = await Promise.all([
    octokit.rest.git.getRef({ owner, repo, ref: `heads/${places.branch}` }),
    rejectedPulls(forge),
  ]);
  const known = new Map(before.reports.map((report) => [report.from.join(), report]));
  const isKnown = ({ from }: Pick<PublishedReport, 'from'>) => known.has(from.join());
  const without = pulls.map((each) => sourceOf(each).join(' ')).filter((each) => before.without?.includes(each));
  const isNews = (each: RejectedPull) =>
    !isKnown({ from: sourceOf(each) }) && !without.includes(sourceOf(each).join(' '));
  const touched = pulls.filter(isNews);
  if (ref.object.sha === before.commit && touched.length === 0) return [];
  const head = await readHead(forge, places.branch);
  const reports: PublishedReport[] = [];
  for (const record of recordsOn(head)) {
    const there = known.get(record.from.join());
    const report = there ?? (await putReport(forge, store, head.commit, record, places.pullUrl));
    if (report !== undefined) reports.push(report);
  }
  const rejected = before.reports.filter((report) => report.rejected !== undefined);
  const of = new Map(rejected.map((report) => [report.rejected?.pull, report]));
  for (const each of touched) {
    const report = await putRejected(forge, store, each, places);
    if (report === undefined) without.push(sourceOf(each).join(' '));
    else of.set(each.pull, report);
  }
  reports.push(...of.values());
  await store.put(REPORTS_INDEX, `${JSON.stringify({ commit: head.commit, reports, without }, null, 1)}\n`, 'pointer');
  const keys = new Set(before.reports.map(({ pdf }) => pdf));
  return reports.filter((report) => !isKnown(report) && (report.rejected === undefined || !keys.has(report.pdf)));
}

function sourceOf({ pull, updatedAt }: RejectedPull): [string, string] {
  return [`#${pull}`, updatedAt];
}

async function putRejected(
  forge: ForgeAccess,
  store: Store,
  rejectedPull: RejectedPull,
  places: ReportPlaces,
): Promise<PublishedReport | undefined> {
  const { pull } = rejectedPull;
  const made = await readRejection(forge, pull, places);
  if (made === undefined) return undefined;
  const { ppa, key, record } = made;
  const keys = await putForms(store, made);
  await store.put(`${key}.yml`, record, 'immutable');
  return { ppa, ...keys, rejected: { pull, record: `${key}.yml` }, from: sourceOf(rejectedPull) };
}

async function putForms(store: Store, { key, report, date, closures }: RecordReport) {
  const { pdfOf } = await import('#shell/document/pdf.ts'); // large, and seldom needed
  const keys = { pdf: `${key}.pdf`, html: `${key}.html` };
  await store.put(keys.html, htmlOf(report.title, report.blocks), 'immutable');
  await store.put(keys.pdf, await pdfOf(report.title, report.blocks, date), 'immutable');
  return closures.length === 0 ? keys : { ...keys, closures };
}

async function readIndex(store: Store): Promise<Index> {
  const none: Index = { commit: '', reports: [] };
  const bytes = await store.read(REPORTS_INDEX);
  if (bytes === undefined) return none;
  try {
    const { commit, reports, without = [] } = JSON.parse(bytes.toString()) as Partial<Index>;
    return typeof commit === 'string' && Array.isArray(reports) ? { commit, reports, without } : none;
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
  const referred = await referredBy(forge, text, commit);
  const source: ReportSource = { ppa, verification: text, record, pullUrl, referred };
  const made = reportOfRecord(source);
  if (made === undefined) return undefined;
  return { ppa, ...(await putForms(store, made)), from };
}
