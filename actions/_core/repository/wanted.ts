import type { Distribution, Lane, PackageFormat, Platform } from '#core/distribution/distribution.ts';
import { laneName } from '#core/distribution/distribution.ts';
import type { Lock, MetadataKind } from '#core/ppa/lock.ts';
import type { State } from '#core/rollout/state.ts';
import { byText } from '#core/text.ts';
import { type Area, type Part, repositoryId, repositoryPath, suiteOf } from './area.ts';
import { type Contents, contentsOf } from './contents.ts';
import { lockPlace } from './lock-place.ts';

export interface RepositoryPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly sha256: string;
  readonly ppa: string;
}

/** What a PPA's lock names beside its packages: a text of the pool. */
export interface RepositoryMetadata {
  readonly kind: MetadataKind;
  readonly sha256: string;
  readonly ppa: string;
}

/** One repository as Git and the pull requests want it. */
export interface WantedRepository {
  /** `umd-5/production/debian-12/amd64/base` */
  readonly id: string;
  readonly area: Area;
  /** `umd-5` */
  readonly lane: string;
  readonly os: string;
  readonly arch: string;
  readonly part: Part;
  readonly format: PackageFormat;
  /** Below the public URL and the store, no slash at either end. */
  readonly path: string;
  /** deb: the name below `dists/`. */
  readonly suite?: string;
  /** product: the PPA that it holds. */
  readonly ppa?: string;
  /** By name, version, arch: no two alike. */
  readonly packages: readonly RepositoryPackage[];
  /** rpm: groups and modules of the PPAs that it holds packages of; of two that say something else the later counts. */
  readonly metadata?: readonly RepositoryMetadata[];
}

export interface RolloutPull {
  readonly ppa: string;
  readonly state: State;
  readonly lock: Lock;
}

export interface Refs {
  readonly distributions: readonly Distribution[];
  /** Locks at `candidate`. */
  readonly candidate: readonly Lock[];
  /** Tags merged in `main`, oldest first, with the locks at each. */
  readonly production: readonly { readonly tag: string; readonly locks: readonly Lock[] }[];
  /** Open PPA pull requests. Of two that hold one package name, version and arch, the later one wins. */
  readonly pulls: readonly RolloutPull[];
}

/**
 * The whole derivation from Git and pull requests to repositories (design.md section 1: "the folder is the repository").
 * Sorted by id. Untested, testing and candidate are there even when empty, because a client that has them enabled must
 * not fail; production is there from the release of base on ("base before updates", domain.md section 6).
 * @throws ProvisioningError LOCK_INCONSISTENT
 */
export function wantedRepositories(refs: Refs): readonly WantedRepository[] {
  return refs.distributions
    .flatMap((distribution) =>
      distribution.majors.flatMap(({ major, platforms }) =>
        platforms.flatMap((key) => platformRepositories(refs, distribution, major, key)),
      ),
    )
    .sort((left, right) => byText(left.id, right.id));
}

function platformRepositories(refs: Refs, distribution: Distribution, major: number, key: string): WantedRepository[] {
  const lane: Lane = { distribution: distribution.distribution, major };
  const platform = distribution.platforms[key];
  if (platform === undefined) return []; // parseDistribution refuses it
  const here = (lock: Lock) => {
    const place = lockPlace(lock);
    return laneName(place.lane) === laneName(lane) && place.os === platform.os && place.arch === platform.arch;
  };
  const current = distribution.tree === 'current';
  return contentsOf({ refs, lane, withdrawn: new Set(distribution.withdrawn), here, current }).map((contents) =>
    repository(contents, lane, platform),
  );
}

function repository(
  { area, part, ppa, packages, metadata }: Contents,
  lane: Lane,
  platform: Platform,
): WantedRepository {
  const { os, arch, format } = platform;
  const place = { area, part, lane, os, arch, format, suite: platform.suite, ppa };
  const suite = suiteOf(place);
  return {
    id: repositoryId(place),
    area,
    lane: laneName(lane),
    os,
    arch,
    part,
    format,
    path: repositoryPath(place),
    ...(format === 'deb' && suite !== undefined ? { suite } : {}),
    ...(ppa === undefined ? {} : { ppa }),
    packages,
    ...(format === 'rpm' && metadata !== undefined ? { metadata } : {}),
  };
}
