import { dump } from 'js-yaml';
import { linksTo } from '#core/verification/record-report.ts';
import type { Referred } from '#core/verification/referred.ts';
import { type Report, reportOf } from '#core/verification/report.ts';
import { reportKey } from '#core/verification/report-place.ts';
import { parseVerification } from '#core/verification/verification.ts';
import { evidenceOf } from './record.ts';
import type { Standing } from './standing.ts';

const HEAD = '# How this PPA came to be rejected: as the reconciler remembered it, never written by hand.\n';

export interface Rejection {
  readonly ppa: string;
  /** Key in the store, without ending. */
  readonly key: string;
  readonly report: Report;
  /** When it was rejected: the same rejection gives the same bytes. */
  readonly date: Date;
  /** Text of `rollout.yml`: what was remembered of it, as YAML. */
  readonly record: string;
  /** `inputs` of the answers about its closure, by which they can be given again. */
  readonly closures: readonly string[];
}

/**
 * Report and record of a PPA that was rejected, which never come into the candidate (decision 0047).
 * @param verification text of verification.yml on the head
 * @param places `pullUrl`: address of the pull requests, without number; `referred`: earlier reports that it refers to
 * @returns undefined when it is not rejected, or its verification.yml cannot be read or is about another PPA
 */
export function rejectionOf(
  standing: Standing,
  verification: string,
  { pullUrl, referred }: { readonly pullUrl: string; readonly referred: Referred },
): Rejection | undefined {
  const { ppa, pull, state, moves } = standing;
  const last = moves.findLast(({ to }) => to === 'rejected');
  const { value } = parseVerification(verification, { file: 'verification.yml' });
  const key = reportKey(verification, pull);
  if (state !== 'rejected' || last === undefined || value?.ppa !== ppa || key === undefined) return undefined;
  const { at, by, why } = last;
  const about = { pullRequest: `${pullUrl}/${pull}`, referred: linksTo(referred), rejected: { at, by, why } };
  const report = reportOf(value, about);
  const closures = standing.evidence?.value.closures?.map(({ inputs }) => inputs) ?? [];
  return { ppa, key, report, date: new Date(at), record: renderRejection(standing, value.hours), closures };
}

function renderRejection(standing: Standing, hours: number | null): string {
  const { ppa, pull, lock, type, emergency, verifier = '', tickets, reports, moves } = standing;
  const record = {
    ...{ ppa, pull, lock, type, emergency, verifier, hours, tickets: tickets.map((ticket) => `#${ticket}`) },
    ...{ evidence: evidenceOf(standing), reports, moves },
  };
  return HEAD + dump(record, { lineWidth: -1, noRefs: true });
}
