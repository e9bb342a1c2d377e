import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { checkOf } from '#core/schema.ts';
import { VERDICTS, type Why } from '#core/why/why.ts';
import type { Run } from './evidence.ts';
import type { ReleaseWhy } from './release-why.ts';
import { STATES, type State } from './state.ts';
import type { Words } from './words.ts';

/**
 * What the reconciler remembers of PPAs it found nothing to do about, so that the next look need not read them again
 * while nothing around them changed. Left as an artifact by each run. Losing it costs requests, nothing else.
 */
export interface Memory {
  readonly kind: 'memory';
  readonly ppas: readonly Remembered[];
  /** Why each open release stands where it stands; nothing is decided on it. */
  readonly releases?: readonly ReleaseWhy[];
  /** Check-runs of releases that were seen to say what they should. */
  readonly words?: readonly Words[];
}

export interface Remembered {
  readonly ppa: string;
  readonly pull: number;
  readonly state: State;
  readonly why: Why;
  /** Of everything its decision depended on; empty: it must be looked at. */
  readonly digest: string;
}

export const MEMORY = 'reconcile-memory';

const TEXT = { type: 'string' };
const REASON = { verdict: { enum: VERDICTS }, sentence: TEXT, who: TEXT, until: TEXT };
const required = ['verdict', 'sentence', 'who'];
const isMemory = checkOf<Memory>({
  type: 'object',
  required: ['kind', 'ppas'],
  properties: {
    kind: { const: 'memory' },
    words: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'sha', 'digest', 'seen'],
        properties: { name: TEXT, sha: TEXT, id: { type: 'integer' }, digest: TEXT, seen: TEXT },
      },
    },
    ppas: {
      type: 'array',
      items: {
        type: 'object',
        required: ['ppa', 'pull', 'state', 'why', 'digest'],
        properties: {
          ppa: TEXT,
          pull: { type: 'integer' },
          state: { enum: STATES },
          digest: TEXT,
          why: {
            type: 'object',
            required: [...required, 'reasons'],
            properties: {
              ...REASON,
              reasons: { type: 'array', items: { type: 'object', required, properties: REASON } },
            },
          },
        },
      },
    },
  },
});

/** Nothing is remembered when it cannot be read. */
export function parseMemory(text: string): Memory | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMemory(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Everything that a decision about a quiet PPA depends on, as it is listed and without a request of its own. */
export interface Around {
  readonly pull: number;
  readonly updatedAt: string;
  readonly head: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly body: string;
  /** `YYYY-MM-DD`: clocks and the calendar count in days. */
  readonly day: string;
  /** Head of the default branch: everything declared. */
  readonly declared: string;
  readonly roles: unknown;
  readonly released: readonly string[];
  /** Does untested, does testing serve its packages? */
  readonly served: readonly boolean[];
  readonly runs: readonly Pick<Run, 'id' | 'status' | 'conclusion'>[];
}

/** Times count in seconds: what changed in this very moment may change again without looking changed. */
export function isSettled(updatedAt: string, now: Date): boolean {
  return now.getTime() - new Date(updatedAt).getTime() >= 5000;
}

export function digestOf({ runs, labels, assignees, ...around }: Around): string {
  const facts = {
    ...around,
    labels: [...labels].sort(),
    assignees: [...assignees].sort(),
    runs: runs.map(({ id, status, conclusion }) => [id, status, conclusion]),
  };
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(facts)))).slice(0, 32);
}
