import { dump } from 'js-yaml';
import { parseVerification } from '#core/verification/verification.ts';
import { parseYaml } from '#core/yaml.ts';
import { approvalOf } from './approval.ts';
import type { PpaFacts, World } from './facts.ts';
import { countedReports } from './moves.ts';
import { selectedTeams } from './people.ts';
import type { Standing } from './standing.ts';

const HEAD =
  '# How this PPA came into the candidate: written by the reconciler just before the merge, never by hand.\n';

/**
 * `rollout.yml` beside verification.yml (design.md section 2): who moved what when, reports, tickets, hours, evidence.
 * Made of remembered facts alone, so that it is the same text however often it is asked for.
 */
export function renderRecord(standing: Standing, facts: PpaFacts, world: World): string {
  const approval = approvalOf({ standing, facts, world });
  const report = parseVerification(facts.verification?.text ?? '', { file: 'verification.yml' }).value;
  const record = {
    ppa: standing.ppa,
    pull: standing.pull,
    lock: standing.lock,
    type: standing.type,
    emergency: standing.emergency,
    ...(standing.urgent === undefined ? {} : { urgent: standing.urgent }),
    ...(standing.retracted === undefined ? {} : { retracted: standing.retracted }),
    verifier: standing.verifier ?? '',
    hours: report?.hours ?? null,
    tickets: standing.tickets.map((ticket) => `#${ticket}`),
    evidence: evidenceOf(standing),
    approval: approval.kind === 'approved' ? { by: approval.by, at: approval.at, commit: approval.commit } : null,
    earlyAdopters: selectedTeams(standing, facts, world),
    reports: [...countedReports(standing).values()],
    moves: standing.moves,
  };
  return HEAD + dump(record, { lineWidth: -1, noRefs: true });
}

/** Which automated results there were, and the digests of what they are drawn from. */
export function evidenceOf({ evidence }: Standing): object | null {
  if (evidence === undefined) return null;
  const { run, artifact, value } = evidence;
  const { snapshot, environment, conclusion, finishedAt, rows, closures } = value;
  return {
    ...{ run, artifact, snapshot, platform: environment.platform, conclusion, finishedAt },
    ...(closures === undefined ? {} : { closures: closures.map(({ inputs }) => inputs) }),
    rows: rows.map(({ criterion, result, evidence: of }) => ({ criterion, result, sha256: of?.sha256 ?? '' })),
  };
}

/** What is read of a record again. */
export interface RolloutRecord {
  readonly ppa: string;
  /** sha256 of the lock it is about. */
  readonly lock: string;
  /** What was agreed on for an emergency. */
  readonly urgent?: { readonly reason: string; readonly askedBy: string; readonly confirmedBy?: string };
  readonly tickets?: readonly string[];
  readonly reports?: readonly {
    readonly team: string;
    readonly outcome: 'accept' | 'reject';
    /** What an early adopter found and could live with. */
    readonly issues?: string;
  }[];
}

const REPORT = {
  type: 'object',
  required: ['team', 'outcome'],
  properties: { team: { type: 'string' }, outcome: { enum: ['accept', 'reject'] }, issues: { type: 'string' } },
};
const SCHEMA = {
  type: 'object',
  required: ['ppa', 'lock', 'evidence', 'approval'],
  properties: {
    urgent: {
      type: 'object',
      required: ['reason', 'askedBy'],
      properties: { reason: { type: 'string' }, askedBy: { type: 'string' }, confirmedBy: { type: 'string' } },
    },
    tickets: { type: 'array', items: { type: 'string' } },
    reports: { type: 'array', items: REPORT },
    ppa: { type: 'string' },
    lock: { type: 'string' },
    evidence: { type: 'object', required: ['conclusion'], properties: { conclusion: { enum: ['pass', 'fail'] } } },
    approval: { type: 'object', required: ['by'], properties: { by: { type: 'string', minLength: 1 } } },
  },
};

/** Is the text the record of exactly this PPA and lock, with evidence and approval? Anything unreadable is not. */
export function isRecordOf(text: string, about: { readonly ppa: string; readonly lock: string }): boolean {
  const record = parseRecord(text);
  return record?.ppa === about.ppa && record.lock === about.lock;
}

/** Undefined when it cannot be read, or lacks evidence or approval. */
export function parseRecord(text: string): RolloutRecord | undefined {
  return parseYaml<RolloutRecord>(text, { file: 'rollout.yml', schema: SCHEMA, code: 'RECORD_INVALID' }).value;
}
