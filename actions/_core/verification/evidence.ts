import { refusal } from '#core/fault-codes.ts';
import { checkOf, errorsText } from '#core/schema.ts';

/** What trusted runs say about a PPA or a candidate: JSON, read by schema in zone 1 (design.md section 4). */

export const RESULTS = ['OK', 'WARNING', 'FAIL', 'NA', 'Not tested'] as const;
/** Values of domain.md section 5. */
export type Result = (typeof RESULTS)[number];

export interface EvidenceRow {
  readonly criterion: string;
  /** The criterion's, for a row that the report did not ask for. */
  readonly name?: string;
  readonly result: Result;
  readonly comment: string;
  /** Whether the criterion is critical for this product; rows of automated checks say so. */
  readonly critical?: boolean;
  /** Why a FAIL does not count: owner, ticket and last day of the waiver. */
  readonly waiver?: string;
  readonly evidence?: {
    /** Of the whole text the excerpt is taken from. */
    readonly sha256: string;
    readonly excerpt: string;
  };
}

export interface VerificationEvidence {
  readonly kind: 'verification';
  readonly ppa: string;
  /** Number of the pull request. */
  readonly pull: number;
  /** sha256 of the lock's text. */
  readonly lock: string;
  /** Snapshot of the untested repository it was installed from; empty when there was none. */
  readonly snapshot: string;
  readonly environment: { readonly provider: string; readonly image: string; readonly platform: string };
  /** `error`: the environment failed; says nothing about the product, and is tried again. */
  readonly conclusion: 'pass' | 'fail' | 'error';
  readonly rows: readonly EvidenceRow[];
  /** What its closure was judged by, alone and beside what was in testing; absent when no criterion asked. */
  readonly closures?: readonly PpaClosure[];
  /** The one criterion that was tried in this run; the other rows are those of the evidence before. */
  readonly again?: string;
  /** ISO 8601, the forge's clock. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** An answer about the closure of a PPA; what it found is in the rows. */
export interface PpaClosure {
  /** With what the PPA was put together: the next release, or also everything in testing. */
  readonly beside: 'candidate' | 'testing';
  /** Metadata of the base that it was judged against. */
  readonly base: readonly { readonly id: string; readonly sha256: string }[];
  /** sha256 of everything that the answer depends on: `npm run closure -- <it>` gives it again. */
  readonly inputs: string;
}

export interface CandidatePlatform {
  /** `debian-12/amd64` */
  readonly platform: string;
  readonly snapshot: string;
  readonly conclusion: 'pass' | 'fail' | 'error';
  /** How many were installed together. */
  readonly packages: number;
  readonly comment: string;
  /** Absent when the platform could not be asked. */
  readonly closure?: CandidateClosure;
}

/** Dependencies, files and versions of the candidate against what is in production. */
export interface CandidateClosure {
  /** What was whole and would be broken, a sentence each. */
  readonly faults: readonly string[];
  readonly notes: readonly string[];
  /** Metadata of the base that it was judged against: with these it can be judged again. */
  readonly base: readonly { readonly id: string; readonly sha256: string }[];
  /** sha256 of everything that the answer depends on: `npm run closure -- <it>` gives it again. */
  readonly inputs?: string;
}

export interface CandidateEvidence {
  readonly kind: 'candidate';
  /** `umd-5` */
  readonly lane: string;
  /** Head of `candidate` that was tested. */
  readonly commit: string;
  readonly conclusion: 'pass' | 'fail' | 'error';
  readonly platforms: readonly CandidatePlatform[];
}

const TEXT = { type: 'string', maxLength: 4000 };
const DIGEST = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const SNAPSHOT = { type: 'string', pattern: '^([0-9a-f]{64})?$' };
const CONCLUSION = { enum: ['pass', 'fail', 'error'] };
const exactly = (properties: Record<string, object>, optional: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});

const ROW = exactly(
  {
    criterion: { type: 'string', pattern: '^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$' },
    name: { type: 'string', minLength: 1, maxLength: 400 },
    result: { enum: RESULTS },
    comment: TEXT,
    critical: { type: 'boolean' },
    waiver: TEXT,
    evidence: exactly({ sha256: DIGEST, excerpt: TEXT }),
  },
  ['name', 'evidence', 'critical', 'waiver'],
);
const BASE = { type: 'array', maxItems: 100, items: exactly({ id: TEXT, sha256: DIGEST }) };
const PPA_CLOSURE = exactly({ beside: { enum: ['candidate', 'testing'] }, base: BASE, inputs: DIGEST });
const VERIFICATION = exactly(
  {
    again: { type: 'string', pattern: '^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$' },
    kind: { const: 'verification' },
    ppa: TEXT,
    pull: { type: 'integer', minimum: 1 },
    lock: DIGEST,
    snapshot: SNAPSHOT,
    environment: exactly({ provider: TEXT, image: TEXT, platform: TEXT }),
    conclusion: CONCLUSION,
    rows: { type: 'array', maxItems: 500, items: ROW },
    closures: { type: 'array', maxItems: 2, items: PPA_CLOSURE },
    startedAt: TEXT,
    finishedAt: TEXT,
  },
  ['again', 'closures'],
);
const SENTENCES = { type: 'array', maxItems: 100, items: TEXT };
const CLOSURE = exactly(
  {
    faults: SENTENCES,
    notes: SENTENCES,
    base: BASE,
    inputs: DIGEST,
  },
  ['inputs'],
);
const PLATFORM = exactly(
  {
    platform: TEXT,
    snapshot: SNAPSHOT,
    conclusion: CONCLUSION,
    packages: { type: 'integer', minimum: 0 },
    comment: TEXT,
    closure: CLOSURE,
  },
  ['closure'],
);
const CANDIDATE = exactly({
  kind: { const: 'candidate' },
  lane: { type: 'string', pattern: '^[a-z][a-z0-9-]*-[1-9][0-9]*$' },
  commit: { type: 'string', pattern: '^[0-9a-f]{40}$' },
  conclusion: CONCLUSION,
  platforms: { type: 'array', maxItems: 100, items: PLATFORM },
});

const isVerification = checkOf<VerificationEvidence>(VERIFICATION);
const isCandidate = checkOf<CandidateEvidence>(CANDIDATE);

/** @throws ProvisioningError EVIDENCE_INVALID */
export function parseVerificationEvidence(text: string): VerificationEvidence {
  const value = jsonOf(text);
  if (isVerification(value)) return value;
  throw refusal('EVIDENCE_INVALID', `The verification's evidence is wrong: ${errorsText(isVerification.errors)}.`);
}

/** @throws ProvisioningError EVIDENCE_INVALID */
export function parseCandidateEvidence(text: string): CandidateEvidence {
  const value = jsonOf(text);
  if (isCandidate(value)) return value;
  throw refusal('EVIDENCE_INVALID', `The candidate's evidence is wrong: ${errorsText(isCandidate.errors)}.`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refusal('EVIDENCE_INVALID', 'The evidence is no JSON.', { cause });
  }
}
