import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { refusal } from '#core/fault-codes.ts';
import type { EvidenceRow } from '#core/verification/evidence.ts';
import { administration } from './checks/administration.ts';
import { installation } from './checks/installation.ts';
import { licence } from './checks/licence.ts';
import { manualPages } from './checks/manual-pages.ts';
import { secrets } from './checks/secrets.ts';
import { services } from './checks/services.ts';
import { upgrade } from './checks/upgrade.ts';
import { worldWritable } from './checks/world-writable.ts';
import type { AppliedCriterion } from './criterion.ts';
import type { Facts } from './facts.ts';
import type { Check, Finding } from './finding.ts';

/** Name in the catalogue's `check:` → what it does. */
const CHECKS: Readonly<Record<string, Check>> = {
  administration,
  installation,
  licence,
  'manual-pages': manualPages,
  secrets,
  services,
  upgrade,
  'world-writable': worldWritable,
};

/** Characters of the evidence that travel in the row, from its beginning and its end; the digest is that of the whole. */
const [HEAD, TAIL] = [500, 1000];

/** A row with its whole evidence, which is kept beside as a log. */
export interface JudgedRow extends EvidenceRow {
  readonly log: string;
}

/**
 * One row per criterion that has an automated check, in the order given.
 * @throws ProvisioningError CRITERIA_INVALID when the catalogue names a check that is not there
 */
export function judge(facts: Facts, criteria: readonly AppliedCriterion[]): JudgedRow[] {
  return criteria
    .filter(({ criterion }) => criterion.check !== 'manual')
    .map(({ criterion }) => {
      const { result, comment, evidence } = findingOf(criterion.check, facts);
      const row = { criterion: criterion.id, result, comment: comment.slice(0, 2000), log: evidence };
      if (evidence === '') return row;
      return { ...row, evidence: { sha256: digestOf(evidence), excerpt: excerptOf(evidence) } };
    });
}

function findingOf(name: string, facts: Facts): Finding {
  const check = CHECKS[name];
  if (check === undefined) throw refusal('CRITERIA_INVALID', `No automated check is called "${name}".`);
  if (check.needs === undefined || facts.abilities[check.needs]) return check.judge(facts);
  return { result: 'Not tested', comment: `The environment gives no ${check.needs}.`, evidence: '' };
}

/** A PPA fails when a critical criterion does (domain.md section 3). */
export function conclusionOf(rows: readonly EvidenceRow[], criteria: readonly AppliedCriterion[]): 'pass' | 'fail' {
  const critical = new Set(criteria.filter((each) => each.critical).map(({ criterion }) => criterion.id));
  return rows.some(({ criterion, result }) => result === 'FAIL' && critical.has(criterion)) ? 'fail' : 'pass';
}

function digestOf(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

// What failed stands at the end of a log, what was asked at its beginning.
function excerptOf(text: string): string {
  return text.length <= HEAD + TAIL ? text : `${text.slice(0, HEAD)}\n…\n${text.slice(-TAIL)}`;
}
