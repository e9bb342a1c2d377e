import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { refusal } from '#core/fault-codes.ts';
import type { EvidenceRow } from '#core/verification/evidence.ts';
import { administration } from './checks/administration.ts';
import { certificates } from './checks/certificates.ts';
import { earlyPorts } from './checks/early-ports.ts';
import { exposure } from './checks/exposure.ts';
import { fileConflicts } from './checks/file-conflicts.ts';
import { helpOptions } from './checks/help-options.ts';
import { installation } from './checks/installation.ts';
import { licence } from './checks/licence.ts';
import { logs } from './checks/logs.ts';
import { manualPages } from './checks/manual-pages.ts';
import { packagingPolicy } from './checks/packaging-policy.ts';
import { productCard } from './checks/product-card.ts';
import { providerTests } from './checks/provider-tests.ts';
import { releaseNotes } from './checks/release-notes.ts';
import { removal } from './checks/removal.ts';
import { secrets } from './checks/secrets.ts';
import { services } from './checks/services.ts';
import { setUid } from './checks/set-uid.ts';
import { supportCalendar } from './checks/support-calendar.ts';
import { units } from './checks/units.ts';
import { upgrade } from './checks/upgrade.ts';
import { worldWritable } from './checks/world-writable.ts';
import type { AppliedCriterion, Criteria } from './criterion.ts';
import type { Facts } from './facts.ts';
import { type Check, type Finding, type Known, listed, type Part } from './finding.ts';
import { findingLine, type WeighedFinding, weigh } from './findings.ts';
import { mustFit, reading } from './reads.ts';
import { waiverFor, waiverText } from './waivers.ts';

/** Name in the catalogue's `check:` → what it does. */
export const CHECKS: Readonly<Record<string, Check>> = {
  administration,
  installation,
  licence,
  'manual-pages': manualPages,
  secrets,
  services,
  certificates: certificates,
  'early-ports': earlyPorts,
  exposure: exposure,
  'file-conflicts': fileConflicts,
  'help-options': helpOptions,
  logs: logs,
  'packaging-policy': packagingPolicy,
  'product-card': productCard,
  'provider-tests': providerTests,
  'release-notes': releaseNotes,
  removal: removal,
  'set-uid': setUid,
  'support-calendar': supportCalendar,
  units: units,
  upgrade,
  'world-writable': worldWritable,
};

/** What every row may be laid over with. */
const FINDINGS = reading(['checkers']);

/** Characters of the evidence that travel in the row, from its beginning and its end; the digest is that of the whole. */
const [HEAD, TAIL] = [500, 1000];

/** A row with its whole evidence, which is kept beside as a log. */
export interface JudgedRow extends EvidenceRow {
  readonly log: string;
}

/**
 * One row per criterion that has an automated check, in the order given.
 * @throws ProvisioningError CRITERIA_INVALID when the catalogue names a check that is not there, ENVIRONMENT_FAULT when facts do
 * not fit the schema of a check
 */
export function judge(
  facts: Facts,
  criteria: readonly AppliedCriterion[],
  known: Known = { findings: [], licences: [] },
): JudgedRow[] {
  const automated = criteria.filter(({ criterion }) => criterion.check !== 'manual');
  const asked = new Set(automated.map(({ criterion }) => criterion.id));
  mustFit('criteria/findings.yml', FINDINGS, facts);
  const weighed = weigh(
    facts.checkers.flatMap(({ findings }) => findings),
    known.findings,
    asked,
  );
  return automated.map(({ criterion, critical }) => {
    const own = findingOf(criterion.check, facts, known);
    const { result, comment, evidence } = withFindings(
      own,
      weighed.filter((each) => each.criterion === criterion.id),
    );
    const { id, name } = criterion;
    const row = { criterion: id, name, result, comment: comment.slice(0, 2000), critical, log: evidence };
    if (evidence === '') return row;
    return { ...row, evidence: { sha256: digestOf(evidence), excerpt: excerptOf(evidence) } };
  });
}

/** The parts of a verification that these criteria are drawn from. */
export function partsFor(criteria: readonly AppliedCriterion[]): ReadonlySet<Part> {
  const checks = criteria.map(({ criterion }) => criterion.check).filter((name) => name !== 'manual');
  return new Set(checks.flatMap((name) => CHECKS[name]?.from ?? (['fresh', 'packages'] as const)));
}

function findingOf(name: string, facts: Facts, known: Known): Finding {
  const check = CHECKS[name];
  if (check === undefined) throw refusal('CRITERIA_INVALID', `No automated check is called "${name}".`);
  if (check.needs === undefined || facts.abilities[check.needs]) {
    mustFit(name, check.reads, facts);
    return check.judge(facts, known);
  }
  return { result: 'Not tested', comment: `The environment gives no ${NEEDS[check.needs]}.`, evidence: '' };
}

const NEEDS = { services: 'services', networkCut: 'cut of the network' } as const;

const GRAVITY: readonly Finding['result'][] = ['OK', 'NA', 'WARNING', 'Not tested', 'FAIL'];

/** A check's own word with what other programs found: the graver counts, and both are told. */
function withFindings(own: Finding, weighed: readonly WeighedFinding[]): Finding {
  if (weighed.length === 0) return own;
  const counting = weighed.filter(({ result }) => result !== 'OK');
  const result = [own.result, ...counting.map((each) => each.result)].reduce((worst, each) =>
    GRAVITY.indexOf(each) > GRAVITY.indexOf(worst) ? each : worst,
  );
  const said = counting.length === 0 ? '' : ` ${listed(counting.map(({ finding }) => findingLine(finding)))}.`;
  const lines = weighed.map(
    ({ finding, result: of, why }) => `${of} ${findingLine(finding)}${why === '' ? '' : ` (${why})`}`,
  );
  return {
    result,
    comment: `${own.comment}${said}`,
    evidence: [own.evidence, ...lines].filter((part) => part !== '').join('\n'),
  };
}

/** A PPA fails when a critical criterion does (domain.md section 3) and no waiver lets it. */
export function conclusionOf(rows: readonly EvidenceRow[]): 'pass' | 'fail' {
  const counts = ({ result, critical, waiver }: EvidenceRow): boolean =>
    result === 'FAIL' && critical === true && waiver === undefined;
  return rows.some(counts) ? 'fail' : 'pass';
}

/** Rows with the waivers that hold on this day beside their FAIL. The FAIL stands and is shown. */
export function withWaivers<Row extends EvidenceRow>(
  rows: readonly Row[],
  criteria: Pick<Criteria, 'waivers'>,
  { product, day }: { readonly product: string; readonly day: string },
): Row[] {
  return rows.map((row) => {
    const found = waiverFor(criteria, { criterion: row.criterion, product }, day);
    if (row.result !== 'FAIL' || found === undefined) return row;
    return { ...row, waiver: waiverText(found) };
  });
}

function digestOf(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

// What failed stands at the end of a log, what was asked at its beginning.
function excerptOf(text: string): string {
  return text.length <= HEAD + TAIL ? text : `${text.slice(0, HEAD)}\n…\n${text.slice(-TAIL)}`;
}
