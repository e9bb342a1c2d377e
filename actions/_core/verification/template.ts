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
}

/** Comment of rows that a minor release need not answer again (domain.md section 4). Clearing it asks for the row. */
export const VERIFIED_ALREADY = 'already verified';

/** Text of an empty `verification.yml`: the same input gives the same bytes. */
export function templateFor({ ppa, product, releaseType, criteria, criteriaVersion }: TemplateInput): string {
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
    rows: criteria.flatMap((applied) => rowFor(applied, releaseType)),
  });
}

function rowFor({ criterion, critical }: AppliedCriterion, releaseType: ReleaseType): VerificationRow[] {
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
      comment: effort === 'touched' ? VERIFIED_ALREADY : '',
    },
  ];
}
