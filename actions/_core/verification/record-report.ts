import { parseYaml } from '#core/yaml.ts';
import type { Referred } from './referred.ts';
import { type Report, reportOf } from './report.ts';
import { reportKey } from './report-place.ts';
import { parseVerification } from './verification.ts';

export interface ReportSource {
  readonly ppa: string;
  /** Texts of verification.yml and rollout.yml. */
  readonly verification: string;
  readonly record: string;
  /** Earlier reports that this one refers to, on the same branch. */
  readonly referred: Referred;
  /** Address of the pull requests, without number. */
  readonly pullUrl: string;
}

const RECORD = {
  type: 'object',
  required: ['ppa', 'pull', 'approval'],
  properties: {
    ppa: { type: 'string' },
    pull: { type: 'integer', minimum: 1 },
    evidence: {
      type: ['object', 'null'],
      properties: { closures: { type: 'array', items: { type: 'string', pattern: '^[0-9a-f]{64}$' } } },
    },
    approval: {
      type: 'object',
      required: ['at'],
      properties: { at: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T' } },
    },
  },
};

interface ReadRecord {
  readonly ppa: string;
  readonly pull: number;
  readonly evidence?: { readonly closures?: readonly string[] } | null;
  readonly approval: { readonly at: string };
}

export interface RecordReport {
  readonly key: string;
  readonly report: Report;
  readonly date: Date;
  /** `inputs` of the answers about its closure, by which they can be given again. */
  readonly closures: readonly string[];
}

/**
 * The final report of a PPA whose record is in the candidate; dated by its approval, so that the same files give the same
 * bytes. Undefined when one of the files cannot be read or is about another PPA: that is for the reconciler to say.
 */
export function reportOfRecord({
  ppa,
  verification,
  record,
  pullUrl,
  referred,
}: ReportSource): RecordReport | undefined {
  const schema = { file: 'rollout.yml', schema: RECORD, code: 'RECORD_INVALID' } as const;
  const kept = parseYaml<ReadRecord>(record, schema).value;
  const { value } = parseVerification(verification, { file: 'verification.yml' });
  const key = reportKey(verification);
  if (kept?.ppa !== ppa || value?.ppa !== ppa || key === undefined) return undefined;
  const report = reportOf(value, { pullRequest: `${pullUrl}/${kept.pull}`, referred: linksTo(referred) });
  return { key, report, date: new Date(kept.approval.at), closures: kept.evidence?.closures ?? [] };
}

/** From one report in the store to others. What cannot be read has no place there. */
export function linksTo(referred: Referred): [path: string, to: string][] {
  return [...referred].flatMap(([path, text]) => {
    const key = reportKey(text);
    return key === undefined ? [] : [[path, `../${key.split('/').slice(1).join('/')}.html`]];
  });
}
