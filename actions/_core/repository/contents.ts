import { type Lane, laneName } from '#core/distribution/distribution.ts';
import type { Lock } from '#core/ppa/lock.ts';
import type { State } from '#core/rollout/state.ts';
import { byText } from '#core/text.ts';
import type { Area, Part } from './area.ts';
import type { Refs, RepositoryMetadata, RepositoryPackage } from './wanted.ts';

/** What one repository of a lane and platform holds. */
export interface Contents {
  readonly area: Area;
  readonly part: Part;
  /** Of a product's own repository. */
  readonly ppa?: string;
  readonly packages: readonly RepositoryPackage[];
  readonly metadata?: readonly RepositoryMetadata[];
}

interface Question {
  readonly refs: Refs;
  readonly lane: Lane;
  /** PPA names that are not served any more. */
  readonly withdrawn: ReadonlySet<string>;
  /** Is this lock of the lane and platform asked for? */
  readonly here: (lock: Lock) => boolean;
  /** Production shows the newest release alone. */
  readonly current?: boolean;
}

/** domain.md section 3: which states show in which area. A rejected PPA is nowhere, a published one comes from the tag. */
const AREA_OF: { readonly [S in State]: 'untested' | 'testing' | undefined } = {
  unverified: 'untested',
  'in-verification': 'untested',
  'waiting-for-response': 'untested',
  'staged-rollout': 'testing',
  'umd-store': 'testing',
  production: undefined,
  rejected: undefined,
};

/** Every repository of one lane and platform. */
export function contentsOf({ refs, lane, withdrawn, here, current = false }: Question): readonly Contents[] {
  const served = (locks: readonly Lock[]) => locks.filter((lock) => here(lock) && !withdrawn.has(lock.ppa));
  const candidate = served(refs.candidate);
  const tags = refs.production.flatMap(({ tag, locks }) => tagOfLane(tag, lane, served(locks)));
  // what was released alone is out before it is in the candidate, and before its pull request is closed
  const beyond = new Set([...candidate, ...tags.flatMap(({ locks }) => locks)].map(({ ppa }) => ppa));
  const open = refs.pulls.filter(({ ppa }) => !beyond.has(ppa));
  const pulled = (area: Area) => served(open.filter(({ state }) => AREA_OF[state] === area).map(({ lock }) => lock));
  const base = tags.find(({ first }) => first)?.locks;
  const updates = tags.filter(({ first }) => !first).flatMap(({ locks }) => locks);
  return [
    { area: 'untested', part: '', ...holdingOf(pulled('untested')) },
    { area: 'testing', part: '', ...holdingOf(pulled('testing')) },
    ...(current ? newest(candidate, tags.at(-1)?.locks) : released(candidate, base, updates)),
    ...products([...tags.flatMap(({ locks }) => locks), ...served(showing(open)), ...candidate]),
  ];
}

function released(candidate: readonly Lock[], base: readonly Lock[] | undefined, updates: readonly Lock[]): Contents[] {
  if (base === undefined) return split('candidate', candidate, []);
  return [...split('candidate', base, [...updates, ...candidate]), ...split('production', base, updates)];
}

/** No parts: who installs trust anchors wants those of today, and none that were taken out since. */
function newest(candidate: readonly Lock[], production: readonly Lock[] | undefined): Contents[] {
  const shown: Contents[] = [{ area: 'candidate', part: '', ...holdingOf(candidate) }];
  return production === undefined ? shown : [...shown, { area: 'production', part: '', ...holdingOf(production) }];
}

/** Locks of the pull requests that show in some area. */
function showing(pulls: Refs['pulls']): readonly Lock[] {
  return pulls.filter(({ state }) => AREA_OF[state] !== undefined).map(({ lock }) => lock);
}

/** One repository for each PPA that any area shows; of two locks of one name the later one. */
function products(locks: readonly Lock[]): readonly Contents[] {
  const byName = new Map(locks.map((lock) => [lock.ppa, lock]));
  return [...byName].map(([ppa, lock]) => ({ area: 'product', part: '', ppa, ...holdingOf([lock]) }));
}

/** Before the first release base is what the candidate holds; afterwards the tag x.0.0, for good (design.md section 2). */
function split(area: Area, base: readonly Lock[], updates: readonly Lock[]): Contents[] {
  const packages = packagesOf(base);
  const known = new Set(packages.map(({ sha256 }) => sha256));
  const later = packagesOf(updates).filter(({ sha256 }) => !known.has(sha256));
  return [
    { area, part: 'base', packages, ...metadataOf(base, packages) },
    { area, part: 'updates', packages: later, ...metadataOf(updates, later) },
  ];
}

function tagOfLane(tag: string, lane: Lane, locks: readonly Lock[]) {
  const prefix = `${laneName(lane)}.`;
  if (!tag.startsWith(prefix) || !/^\d+\.\d+$/.test(tag.slice(prefix.length))) return [];
  return [{ first: tag === `${prefix}0.0`, locks }];
}

function holdingOf(locks: readonly Lock[]): Pick<Contents, 'packages' | 'metadata'> {
  const packages = packagesOf(locks);
  return { packages, ...metadataOf(locks, packages) };
}

/** In the order of the locks, each once; a PPA that has no package here has nothing to say here. */
function metadataOf(locks: readonly Lock[], packages: readonly RepositoryPackage[]): Pick<Contents, 'metadata'> {
  const speaking = locks.filter(({ metadata }) => metadata !== undefined);
  if (speaking.length === 0) return {};
  const here = new Set(packages.map(({ ppa }) => ppa));
  const kept = new Map<string, RepositoryMetadata>();
  for (const { ppa, metadata = [] } of speaking.filter((lock) => here.has(lock.ppa)))
    for (const { kind, sha256 } of metadata) kept.set(`${kind} ${ppa}`, { kind, sha256, ppa });
  return kept.size === 0 ? {} : { metadata: [...kept.values()] };
}

/** A later lock's package takes the place of an earlier one with the same name, version and arch. */
function packagesOf(locks: readonly Lock[]): readonly RepositoryPackage[] {
  const kept = new Map<string, RepositoryPackage>();
  for (const { ppa, packages } of locks) {
    for (const { name, version, arch, sha256 } of packages) {
      kept.set(`${name} ${version} ${arch}`, { name, version, arch, sha256, ppa });
    }
  }
  return [...kept.entries()].sort(([left], [right]) => byText(left, right)).map(([, one]) => one);
}
