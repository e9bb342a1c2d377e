import { type Block, facts, heading, paragraph, TONES } from '#core/document/block.ts';
import { resultOf, type Verification, type VerificationRow } from './verification.ts';

export interface ReportContext {
  /** Address of the pull request; the tickets `#12` are of the same forge. */
  readonly pullRequest?: string;
  /** Earlier reports that rows refer to, and where they lie from here. */
  readonly referred?: readonly (readonly [path: string, to: string])[];
  /** Of a PPA that was rejected, whatever its verifier wrote as outcome: when, by whom and why. */
  readonly rejected?: { readonly at: string; readonly by: string; readonly why: string };
}

export interface Report {
  /** Without ending, versioned by the criteria: `INFN.voms.debian-12.amd64-2.1.0-qc-2.0`. */
  readonly name: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/**
 * The verification report (domain.md section 5, "Report"): executive summary, table of criteria, tickets, evidence. One
 * source for PDF, HTML and Markdown; the same report gives the same document.
 */
export function reportOf(verification: Verification, context: ReportContext = {}): Report {
  const { product, version, rows } = verification;
  const title = `Verification report: ${product} ${version}`;
  return {
    name: reportName(verification),
    title,
    blocks: [
      heading(1, title),
      heading(2, 'Executive summary'),
      summaryOf(verification, context),
      ...(verification.summary === '' ? [] : [paragraph(verification.summary)]),
      pictureOf(rows),
      heading(2, 'Criteria'),
      { kind: 'table', head: ['Criterion', 'Name', 'Critical', 'Result', 'Comment'], rows: rows.map(cellsOf) },
      ...referredOf(context),
      ...ticketsOf(verification, context),
      ...evidenceOf(rows),
    ],
  };
}

/** Of the file, without ending: the criteria version stands in it (domain.md section 5). */
export function reportName({ ppa, criteria }: Pick<Verification, 'ppa' | 'criteria'>): string {
  return `${ppa}-qc-${criteria}`;
}

const KINDS = ['OK', 'WARNING', 'FAIL', 'NA', 'Not tested', 'Not answered'] as const;

function kindOf(row: VerificationRow): string {
  return resultOf(row) || 'Not answered';
}

/** The table at a glance: only results that occur have a colour in it. */
function pictureOf(rows: readonly VerificationRow[]): Block {
  const kinds = KINDS.filter((kind) => rows.some((row) => kindOf(row) === kind));
  const counts = (critical: boolean) =>
    kinds.map((kind) => rows.filter((row) => row.critical === critical && kindOf(row) === kind).length);
  return {
    kind: 'bars',
    title: 'Results',
    series: kinds.map((name) => ({ name, tone: TONES[name] ?? 'plain' })),
    bars: [
      ['critical criteria', counts(true)],
      ['other criteria', counts(false)],
    ],
  };
}

function summaryOf(verification: Verification, { pullRequest = '', rejected }: ReportContext): Block {
  const { ppa, product, version, criteria, verifier, hours, releaseType, outcome, tickets, rows } = verification;
  const results = KINDS.flatMap((kind) => {
    const count = rows.filter((row) => kindOf(row) === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  }).join(', ');
  return facts(
    ['Product', `${product} ${version}`],
    ['PPA', ppa],
    ['Release type', releaseType],
    ['Criteria version', criteria],
    ['Verifier', verifier],
    ['Hours', hours === null ? '' : String(hours)],
    ['Outcome', rejected === undefined ? outcome || 'not given yet' : 'rejected'],
    ...(rejected === undefined ? [] : [['Rejected', `${rejected.at} by ${rejected.by}: ${rejected.why}`] as const]),
    ['Results', results],
    ['Tickets', tickets.join(', ')],
    ['For early adopters', verification.forEarlyAdopters],
    ['Pull request', pullRequest],
  );
}

function cellsOf(row: VerificationRow): string[] {
  const { criterion, name, critical, found, comment, waiver } = row;
  const said = [found, comment, ...(waiver === undefined ? [] : [`Waived by ${waiver}`])];
  return [criterion, name, critical ? 'yes' : 'no', kindOf(row), said.filter((text) => text !== '').join(' / ')];
}

function referredOf({ referred = [] }: ReportContext): Block[] {
  const about = 'Rows that say "verified with" an earlier version were answered in these reports.';
  return referred.length === 0
    ? []
    : [heading(2, 'Earlier reports'), paragraph(about), { kind: 'links', links: referred }];
}

/** With the address, where that of the forge is known. */
function ticketsOf({ tickets }: Verification, { pullRequest = '' }: ReportContext): Block[] {
  const issues = /^(.+)\/pull\/\d+$/.exec(pullRequest)?.[1];
  const items = tickets.map((ticket) =>
    ticket.startsWith('#') && issues !== undefined ? `${ticket} ${issues}/issues/${ticket.slice(1)}` : ticket,
  );
  return items.length === 0 ? [] : [heading(2, 'Tickets'), { kind: 'list', items }];
}

function evidenceOf(rows: readonly VerificationRow[]): Block[] {
  const kept = rows.filter(({ evidence }) => evidence !== '').map(({ criterion, evidence }) => [criterion, evidence]);
  if (kept.length === 0) return [];
  const about = 'The logs that the automated results are drawn from are kept with their run; these are their digests.';
  return [heading(2, 'Evidence'), paragraph(about), { kind: 'table', head: ['Criterion', 'sha256'], rows: kept }];
}
