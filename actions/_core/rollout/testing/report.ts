import { renderVerification, type Verification, type VerificationRow } from '#core/verification/verification.ts';

/** A row of a report, critical and not answered. */
export function row(criterion: string, by: VerificationRow['by']): VerificationRow {
  return {
    ...{
      criterion,
      name: criterion,
      critical: true,
      by,
      machine: '',
      found: '',
      evidence: '',
      result: '',
      comment: '',
    },
  };
}

/** A report as the bouncer leaves it: one criterion of the machine and one of the verifier; `given` is what is otherwise. */
export function reportText(given: Pick<Verification, 'ppa'> & Partial<Verification>): string {
  return renderVerification({
    ...{
      product: 'voms',
      version: '2.1.0',
      releaseType: 'major',
      criteria: '9',
      verifier: '',
      hours: null,
      outcome: '',
    },
    ...{ tickets: [], summary: '', forEarlyAdopters: '' },
    rows: [row('QC_DIST_1', 'machine'), row('QC_DOC_1', 'verifier')],
    ...given,
  });
}
