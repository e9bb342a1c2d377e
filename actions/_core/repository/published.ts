import { refusal } from '#core/fault-codes.ts';
import { checkOf } from '#core/schema.ts';
import { byText } from '#core/text.ts';
import type { WantedRepository } from './wanted.ts';

/** A repository as it is served now. */
export interface PublishedRepository extends WantedRepository {
  /** Names what it holds, the same on every machine: sha256. */
  readonly snapshot: string;
  /** deb: until when clients take its Release; ISO 8601, by the wall clock. */
  readonly validUntil?: string;
  /** deb: a later date of a Release before, made by another clock: clients may have it. ISO 8601. */
  readonly overtakes?: string;
}

/** `<store>/state.json`, served at `<PUBLIC_URL>/state.json`: replaced last, so what it names is there. */
export interface PublishedState {
  /** ISO 8601, by the publisher's wall clock. */
  readonly generatedAt: string;
  /** Where it is served, and the fingerprint of the key that signed it: when one is another, everything is written anew. */
  readonly publicUrl: string;
  readonly signer: string;
  /** Repositories held at a snapshot by hand, whatever Git wants: id → snapshot. */
  readonly pinned?: Readonly<Record<string, string>>;
  readonly repositories: readonly PublishedRepository[];
}

/**
 * Ids of the repositories that are not published as wanted: other packages, not there yet, or no longer wanted. One that
 * is held at a snapshot by hand is as it should be; that of the release package follows from what is served, not from Git.
 * Needs no pool, so reconcile asks it too.
 */
export function differing(
  wanted: readonly WantedRepository[],
  published: PublishedState | undefined,
): readonly string[] {
  const mine = new Map(wanted.map((repository) => [repository.id, holding(repository)]));
  const others = (published?.repositories ?? []).filter(({ area }) => area !== 'release');
  const theirs = new Map(others.map((repository) => [repository.id, holding(repository)]));
  return [...new Set([...mine.keys(), ...theirs.keys()])]
    .filter((id) => mine.get(id) !== theirs.get(id) && published?.pinned?.[id] === undefined)
    .sort(byText);
}

/** Everything a client or a person could tell apart, as one text. */
function holding({ format, path, suite = '', packages, metadata }: WantedRepository): string {
  const held = packages.map(({ sha256, ppa }) => [sha256, ppa]).sort();
  return JSON.stringify([format, path, suite, held, metadata?.map(({ kind, sha256, ppa }) => [kind, sha256, ppa])]);
}

const TEXT = { type: 'string' };
const DIGEST = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const PACKAGE = {
  type: 'object',
  required: ['name', 'version', 'arch', 'sha256', 'ppa'],
  properties: { name: TEXT, version: TEXT, arch: TEXT, sha256: DIGEST, ppa: TEXT },
};
const METADATA = {
  type: 'object',
  required: ['kind', 'sha256', 'ppa'],
  properties: { kind: { enum: ['modules', 'group'] }, sha256: DIGEST, ppa: TEXT },
};
const REPOSITORY = {
  type: 'object',
  required: ['id', 'area', 'lane', 'os', 'arch', 'part', 'format', 'path', 'snapshot', 'packages'],
  properties: {
    id: TEXT,
    area: { enum: ['untested', 'testing', 'candidate', 'production', 'product', 'release'] },
    lane: TEXT,
    os: TEXT,
    arch: TEXT,
    part: { enum: ['', 'base', 'updates'] },
    format: { enum: ['rpm', 'deb'] },
    path: { type: 'string', pattern: '^(sw/|[a-z0-9-]+-\\d+\\.)[A-Za-z0-9._/+-]+$' },
    suite: TEXT,
    ppa: TEXT,
    snapshot: DIGEST,
    validUntil: TEXT,
    overtakes: TEXT,
    packages: { type: 'array', items: PACKAGE },
    metadata: { type: 'array', items: METADATA },
  },
};
const isState = checkOf<PublishedState>({
  type: 'object',
  required: ['generatedAt', 'publicUrl', 'signer', 'repositories'],
  properties: {
    generatedAt: TEXT,
    publicUrl: TEXT,
    signer: TEXT,
    pinned: { type: 'object', additionalProperties: DIGEST },
    repositories: { type: 'array', items: REPOSITORY },
  },
});

/** state.json's text. @throws ProvisioningError STATE_INVALID */
export function parsePublishedState(text: string): PublishedState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refusal('STATE_INVALID', 'state.json is no JSON.', { cause });
  }
  if (isState(value)) return value;
  const wrong = isState.errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
  throw refusal('STATE_INVALID', `state.json is not as it should be: ${wrong.slice(0, 5).join(', ')}.`);
}
