import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Fault } from '#core/faults.ts';
import { kept } from '#core/kept.ts';
import { checkOf } from '#core/schema.ts';
import {
  type CandidateEvidence,
  parseCandidateEvidence,
  parseVerificationEvidence,
  type VerificationEvidence,
} from '#core/verification/evidence.ts';

/** Evidence is JSON that a run of zone 0 wrote: data, believed only when its run is trusted and its schema fits (design.md section 4). */

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

const TEXT = { type: 'string', maxLength: 20_000 };
const object = (properties: Readonly<Record<string, object>>, optional: readonly string[] = []) => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const list = (items: object, maxItems = 5000) => ({ type: 'array', maxItems, items });
const NUMBER = { type: 'integer', minimum: 0 };

const WHERE = object({ file: TEXT, line: NUMBER, column: NUMBER, path: TEXT }, ['file', 'line', 'column', 'path']);
const FAULT = object({ code: TEXT, sentence: TEXT, hint: TEXT, where: WHERE }, ['where']);

const isRelease = checkOf<ReleaseEvidence>(
  object({
    kind: { const: 'release-check' },
    pull: NUMBER,
    sha: { type: 'string', pattern: '^[0-9a-f]{40}$' },
    conclusion: { enum: ['pass', 'fail'] },
    faults: list(FAULT),
    ppas: list(object({ name: TEXT, packages: NUMBER, platform: TEXT, type: TEXT })),
  }),
);

/** A run's artifact as read: what it says, and which run vouches for it. */
export interface Trusted<T> {
  readonly artifact: number;
  readonly run: number;
  readonly createdAt: string;
  readonly value: T;
}

/** Only what can be read and is about exactly this PPA, pull request and lock; anything else is no evidence. */
export function verificationEvidence(
  text: string,
  about: { readonly ppa: string; readonly pull: number; readonly lock: string },
): VerificationEvidence | undefined {
  const said = orNone(() => parseVerificationEvidence(text));
  return said?.ppa === about.ppa && said.pull === about.pull && said.lock === about.lock ? said : undefined;
}

/** What is wrong with a result that says two things at once; undefined: it says one. */
export function contradictionIn({ conclusion, rows }: VerificationEvidence): string | undefined {
  const names = rows.map(({ criterion }) => criterion);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `it answers ${twice} twice`;
  const failing = rows.filter(({ result, waiver }) => result === 'FAIL' && waiver === undefined);
  const grave = failing.find(({ critical }) => critical === true);
  if (conclusion === 'pass' && grave !== undefined) return `it passes although ${grave.criterion} fails`;
  return conclusion === 'fail' && failing.length === 0 ? 'it fails although nothing in it does' : undefined;
}

export function releaseEvidence(
  text: string,
  about: { readonly pull: number; readonly sha: string },
): ReleaseEvidence | undefined {
  const said: unknown = orNone(() => JSON.parse(text));
  return isRelease(said) && said.pull === about.pull && said.sha === about.sha ? said : undefined;
}

export function candidateEvidence(
  text: string,
  about: { readonly lane: string; readonly commit: string },
): CandidateEvidence | undefined {
  const said = orNone(() => parseCandidateEvidence(text));
  return said?.lane === about.lane && said.commit === about.commit ? said : undefined;
}

function orNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
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
  return digestOf(verification, lock);
}

const digestOf = kept((verification, lock) =>
  bytesToHex(sha256(utf8ToBytes(`${lock.length}:${lock}${verification.length}:${verification}`))),
);

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
