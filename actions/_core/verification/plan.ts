import type { VersionOf } from '#core/criteria/facts.ts';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { laneName } from '#core/distribution/distribution.ts';
import { refusal } from '#core/fault-codes.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { parsePpaName } from '#core/ppa/ppa.ts';
import type { Area } from '#core/repository/area.ts';
import { lockPlace } from '#core/repository/lock-place.ts';
import type { PublishedRepository, PublishedState } from '#core/repository/published.ts';
import type { RepositoryPackage } from '#core/repository/wanted.ts';
import { compareDeb } from '#core/version/deb.ts';
import { compareRpm } from '#core/version/rpm.ts';

/** What a PPA is verified with, out of everything that is published. */
export interface VerificationPlan {
  readonly untested: PublishedRepository;
  /** base and updates, as far as they are published. */
  readonly production: readonly PublishedRepository[];
  /** Newest versions in production of packages that the lock changes; empty when there is nothing to upgrade. */
  readonly from: readonly VersionOf[];
  readonly closure: ClosurePlan;
  /** The same together with what is in testing, which may enter the candidate first; undefined while that is empty. */
  readonly besideTesting: ClosurePlan | undefined;
}

/** What the next release holds without the PPA, and with it in the place of the product's former packages. */
export interface ClosurePlan {
  readonly repositories: readonly PublishedRepository[];
  readonly before: readonly RepositoryPackage[];
  readonly after: readonly RepositoryPackage[];
  /** Of releases that were withdrawn, and still on sites. */
  readonly withdrawn?: readonly RepositoryPackage[];
}

/** @throws ProvisioningError PUBLISHED_OUTDATED when untested does not hold exactly the packages of the lock (yet) */
export function verificationPlan(lock: Lock, state: PublishedState): VerificationPlan {
  const { lane, os, arch } = lockPlace(lock);
  const here = (area: Area) =>
    state.repositories.filter((each) => {
      return each.lane === laneName(lane) && each.os === os && each.arch === arch && each.area === area;
    });
  const [untested] = here('untested');
  const served = new Set(untested?.packages.map(({ sha256 }) => sha256));
  const missing = lock.packages.filter(({ sha256 }) => !served.has(sha256)).map(({ file }) => file);
  if (untested === undefined || missing.length > 0)
    throw refusal('PUBLISHED_OUTDATED', `untested does not serve ${missing.join(', ')} of ${lock.ppa}.`);
  const production = here('production').filter(({ packages }) => packages.length > 0);
  return {
    ...{ untested, production, from: upgradable(lock, production, untested.format) },
    closure: closurePlan(lock, here('candidate'), untested),
    besideTesting: here('testing').some(({ packages }) => packages.length > 0)
      ? closurePlan(lock, [...here('candidate'), ...here('testing')], untested)
      : undefined,
  };
}

function closurePlan(
  { product, packages }: Lock,
  present: readonly PublishedRepository[],
  untested: PublishedRepository,
): ClosurePlan {
  const before = present.flatMap((repository) => repository.packages);
  const own = new Set(packages.map(({ sha256 }) => sha256));
  const after = [
    ...before.filter(({ ppa }) => parsePpaName(ppa)?.product !== product),
    ...untested.packages.filter(({ sha256 }) => own.has(sha256)),
  ];
  return { repositories: [...present, untested], before, after };
}

function upgradable(lock: Lock, production: readonly PublishedRepository[], format: PackageFormat): VersionOf[] {
  const compare = format === 'deb' ? compareDeb : compareRpm;
  return lock.packages.flatMap(({ name, version }) => {
    const versions = production
      .flatMap(({ packages }) => packages)
      .filter((each) => each.name === name)
      .map((each) => each.version)
      .sort(compare);
    const newest = versions.at(-1);
    return newest === undefined || newest === version ? [] : [{ name, version: newest }];
  });
}
