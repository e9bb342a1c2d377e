import { effortOf } from '#core/criteria/applied.ts';
import type { AppliedCriterion } from '#core/criteria/criterion.ts';
import { refusal } from '#core/fault-codes.ts';
import type { ReleaseType } from '#core/ppa/lock.ts';
import { parsePpaName, versionText } from '#core/ppa/ppa.ts';
import { renderVerification, type VerificationRow } from './verification.ts';

export interface TemplateInput {
  /** PPA name, `INFN.voms.debian-12.amd64-2.1.0`. */
  readonly ppa: string;
  /** What a person calls the product, from its card: `VOMS`. */
  readonly product: string;
  readonly releaseType: ReleaseType;
  /** Of `criteriaFor(criteria, card.profiles)`. */
  readonly criteria: readonly AppliedCriterion[];
  /** `criteria.version` */
  readonly criteriaVersion: string;
  /** The version that the candidate or production has, and the path of its report. */
  readonly previous?: { readonly version: string; readonly report: string };
  /** The provider's, which may name the criteria that a minor release touches. */
  readonly releaseNotes?: string;
}

/** Comment of rows that a minor release need not answer again (domain.md section 4). Clearing it asks for the row. */
export function isVerifiedAlready(comment: string): boolean {
  return /^(already verified|verified with )/.test(comment);
}

function verifiedAlready(previous: TemplateInput['previous']): string {
  return previous === undefined ? 'already verified' : `verified with ${previous.version}, see ${previous.report}`;
}

/** Criteria that the release notes name by their id: they are touched. */
export function touchedBy(releaseNotes: string): ReadonlySet<string> {
  return new Set(releaseNotes.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? []);
}

/** Text of an empty `verification.yml`: the same input gives the same bytes. */
export function templateFor(input: TemplateInput): string {
  const { ppa, product, releaseType, criteria, criteriaVersion } = input;
  const id = parsePpaName(ppa);
  if (id === undefined) throw refusal('VERIFICATION_INVALID', `"${ppa}" is no PPA name.`);
  return renderVerification({
    ppa,
    product,
    version: versionText(id.version),
    releaseType,
    criteria: criteriaVersion,
    verifier: '',
    hours: null,
    outcome: '',
    tickets: [],
    summary: '',
    forEarlyAdopters: '',
    rows: criteria.flatMap((applied) => rowFor(applied, input)),
  });
}

function rowFor(
  { criterion, critical }: AppliedCriterion,
  { releaseType, previous, releaseNotes = '' }: TemplateInput,
): VerificationRow[] {
  const effort = effortOf(releaseType, criterion);
  if (effort === 'not asked') return [];
  return [
    {
      criterion: criterion.id,
      name: criterion.name,
      critical,
      by: criterion.check === 'manual' ? 'verifier' : 'machine',
      machine: '',
      found: '',
      evidence: '',
      result: '',
      comment: effort === 'touched' && !touchedBy(releaseNotes).has(criterion.id) ? verifiedAlready(previous) : '',
    },
  ];
}
