import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { Ajv } from 'ajv';
import type { Fault } from '#core/faults.ts';

/** Evidence is JSON that a run of zone 0 wrote: data, believed only when its run is trusted and its schema fits (design.md section 4). */

export const RESULTS = ['OK', 'WARNING', 'FAIL', 'NA', 'Not tested'] as const;

export interface EvidenceRow {
  readonly criterion: string;
  readonly result: (typeof RESULTS)[number];
  readonly comment: string;
  readonly evidence?: { readonly sha256: string; readonly excerpt: string };
}

/** Artifact `verification-<ppa>-<lock, 16 hex>`. `error`: the environment failed; never a product's FAIL, tried again. */
export interface VerificationEvidence {
  readonly kind: 'verification';
  readonly ppa: string;
  readonly pull: number;
  /** sha256 of the lock that was installed. */
  readonly lock: string;
  /** Id of the untested snapshot it was installed from. */
  readonly snapshot: string;
  readonly environment: { readonly provider: string; readonly image: string; readonly platform: string };
  readonly conclusion: 'pass' | 'fail' | 'error';
  readonly rows: readonly EvidenceRow[];
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** Artifact `check-release-<pull>-<head sha>`. */
export interface ReleaseEvidence {
  readonly kind: 'release-check';
  readonly pull: number;
  readonly sha: string;
  readonly conclusion: 'pass' | 'fail';
  readonly faults: readonly Fault[];
  readonly ppas: readonly {
    readonly name: string;
    readonly packages: number;
    readonly platform: string;
    readonly type: string;
  }[];
}

/** Artifact `candidate-<lane>-<commit sha>`. */
export interface CandidateEvidence {
  readonly kind: 'candidate';
  readonly lane: string;
  readonly commit: string;
  readonly conclusion: 'pass' | 'fail' | 'error';
  readonly platforms: readonly {
    readonly platform: string;
    readonly snapshot: string;
    readonly conclusion: string;
    readonly packages: number;
    readonly comment: string;
  }[];
}

const TEXT = { type: 'string', maxLength: 20_000 };
const DIGEST = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const object = (properties: Readonly<Record<string, object>>, optional: readonly string[] = []) => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const list = (items: object, maxItems = 5000) => ({ type: 'array', maxItems, items });
const NUMBER = { type: 'integer', minimum: 0 };

const ROW = object(
  {
    criterion: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,80}$' },
    result: { enum: RESULTS },
    comment: TEXT,
    evidence: object({ sha256: DIGEST, excerpt: TEXT }),
  },
  ['evidence'],
);
const WHERE = object({ file: TEXT, line: NUMBER, column: NUMBER, path: TEXT }, ['file', 'line', 'column', 'path']);
const FAULT = object({ code: TEXT, sentence: TEXT, hint: TEXT, where: WHERE }, ['where']);

const SCHEMAS = {
  verification: object({
    kind: { const: 'verification' },
    ppa: TEXT,
    pull: NUMBER,
    lock: DIGEST,
    snapshot: TEXT,
    environment: object({ provider: TEXT, image: TEXT, platform: TEXT }),
    conclusion: { enum: ['pass', 'fail', 'error'] },
    rows: list(ROW),
    startedAt: TEXT,
    finishedAt: TEXT,
  }),
  'release-check': object({
    kind: { const: 'release-check' },
    pull: NUMBER,
    sha: { type: 'string', pattern: '^[0-9a-f]{40}$' },
    conclusion: { enum: ['pass', 'fail'] },
    faults: list(FAULT),
    ppas: list(object({ name: TEXT, packages: NUMBER, platform: TEXT, type: TEXT })),
  }),
  candidate: object({
    kind: { const: 'candidate' },
    lane: TEXT,
    commit: { type: 'string', pattern: '^[0-9a-f]{40}$' },
    conclusion: { enum: ['pass', 'fail', 'error'] },
    platforms: list(object({ platform: TEXT, snapshot: TEXT, conclusion: TEXT, packages: NUMBER, comment: TEXT })),
  }),
};

const ajv = new Ajv({ allErrors: false, strict: true });
const isVerification = ajv.compile<VerificationEvidence>(SCHEMAS.verification);
const isRelease = ajv.compile<ReleaseEvidence>(SCHEMAS['release-check']);
const isCandidate = ajv.compile<CandidateEvidence>(SCHEMAS.candidate);

/** A run's artifact as read: what it says, and which run vouches for it. */
export interface Trusted<T> {
  readonly artifact: number;
  readonly run: number;
  readonly createdAt: string;
  readonly value: T;
}

/** Only what fits the schema and is about exactly this PPA, pull request and lock; anything else is no evidence. */
export function verificationEvidence(
  json: unknown,
  about: { readonly ppa: string; readonly pull: number; readonly lock: string },
): VerificationEvidence | undefined {
  if (!isVerification(json)) return undefined;
  return json.ppa === about.ppa && json.pull === about.pull && json.lock === about.lock ? json : undefined;
}

export function releaseEvidence(
  json: unknown,
  about: { readonly pull: number; readonly sha: string },
): ReleaseEvidence | undefined {
  return isRelease(json) && json.pull === about.pull && json.sha === about.sha ? json : undefined;
}

export function candidateEvidence(
  json: unknown,
  about: { readonly lane: string; readonly commit: string },
): CandidateEvidence | undefined {
  return isCandidate(json) && json.lane === about.lane && json.commit === about.commit ? json : undefined;
}

export function verificationArtifact(ppa: string, lock: string): string {
  return `verification-${ppa}-${lock.slice(0, 16)}`;
}

export function releaseArtifact(pull: number, sha: string): string {
  return `check-release-${pull}-${sha}`;
}

export function candidateArtifact(lane: string, commit: string): string {
  return `candidate-${lane}-${commit}`;
}

/**
 * What an approval is bound to (design.md section 3): lock and verification file together. Lengths go in, so that
 * nothing can be shifted from one text to the other.
 */
export function contentDigest(lock: string, verification: string): string {
  return bytesToHex(sha256(utf8ToBytes(`${lock.length}:${lock}${verification.length}:${verification}`)));
}

/** Workflow runs as the forge lists them, as far as trust and repetition need it. */
export interface Run {
  readonly id: number;
  /** `.github/workflows/verify-ppa.yml` */
  readonly path: string;
  readonly title: string;
  readonly event: string;
  readonly branch: string;
  readonly sha: string;
  readonly actor: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Events whose run executes the default branch's files and not somebody's. */
const OURS = ['workflow_dispatch', 'schedule', 'workflow_call', 'push', 'workflow_run', 'issue_comment'];

/**
 * A run is believed when the workflow's file came from the default branch: for most events `head_branch` says so; for
 * pull_request_target the forge itself guarantees it, and its `head_branch` names the pull request's. Never `pull_request`.
 */
export function isTrusted({ path, event, branch }: Run, workflow: string, defaultBranch: string): boolean {
  const file = path.replace(/@.*$/, '');
  if (file !== `.github/workflows/${workflow}.yml`) return false;
  return event === 'pull_request_target' || (OURS.includes(event) && branch === defaultBranch);
}
