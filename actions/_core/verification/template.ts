import { effortOf } from '#core/criteria/applied.ts';
import type { AppliedCriterion } from '#core/criteria/criterion.ts';
import { refusal } from '#core/fault-codes.ts';
import type { ReleaseType } from '#core/ppa/lock.ts';
import { parsePpaName, versionText } from '#core/ppa/ppa.ts';
import type { VerifiedBefore } from './former.ts';
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
  /** Criteria that an earlier version of the PPA answered, with that version and the path of its report. */
  readonly before?: VerifiedBefore;
  /** The provider's, which may name the criteria that a minor release touches. */
  readonly releaseNotes?: string;
}

/**
 * Comment of a row that a minor release need not answer again (domain.md section 4): where it was answered. Undefined when
 * the comment names no report; clearing it asks for the row.
 */
export function verifiedWith(comment: string): { readonly version: string; readonly report: string } | undefined {
  const { version, report } = /^verified with (?<version>\S+), see (?<report>\S+)$/.exec(comment)?.groups ?? {};
  return version === undefined || report === undefined ? undefined : { version, report };
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
  { releaseType, before, releaseNotes = '' }: TemplateInput,
): VerificationRow[] {
  const effort = effortOf(releaseType, criterion);
  if (effort === 'not asked') return [];
  const known = before?.get(criterion.id);
  const asked = effort === 'asked' || known === undefined || touchedBy(releaseNotes).has(criterion.id);
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
      // What no earlier version answered is asked, whether the change touches it or not.
      comment: asked ? '' : `verified with ${known.version}, see ${known.report}`,
    },
  ];
}
