import type { KnownPpas } from '#core/intake/unsplit.ts';
import type { ReleaseFolder } from '#core/ppa/folder.ts';
import type { Lock, LockedPackage, ReleaseType } from '#core/ppa/lock.ts';
import { compareVersions, lockPath, parsePpaName, parseVersion, ppaName, versionText } from '#core/ppa/ppa.ts';
import type { PlaceOf } from '#core/release/places.ts';
import { ppaIdOf, typeByStep } from '#core/release/plan.ts';
import { packageVersion, type Release, type ReleasePpa, type ReleaseProduct } from '#core/release/release.ts';
import { compareDeb } from '#core/version/deb.ts';
import { compareRpm } from '#core/version/rpm.ts';
import type { Tell } from './vocabulary.ts';

/** What happened before: the locks that stand, and every PPA that ever was. */
export interface History {
  /** Locks on candidate by path. */
  readonly locks: Readonly<Record<string, Lock>>;
  readonly known: KnownPpas;
}

/** Is it new, and newer than what is there? (domain.md sections 2 and 9) */
export function checkHistory(
  release: Release,
  { lane }: ReleaseFolder,
  history: History,
  placeOf: PlaceOf,
  tell: Tell,
): void {
  for (const product of release.products)
    for (const ppa of product.ppas) {
      const id = ppaIdOf(product, ppa);
      if (parsePpaName(ppaName(id)) === undefined) continue;
      checkSubmitted(ppaName(id), history.known, placeOf(ppa), tell);
      const lock = history.locks[lockPath(lane, id)];
      if (lock !== undefined) checkNewer(product, ppa, lock, placeOf, tell);
    }
}

/** domain.md section 2: a second submission of the same name is refused, whatever became of the first. */
function checkSubmitted(name: string, known: KnownPpas, where: ReturnType<PlaceOf>, tell: Tell): void {
  const before = known.get(name);
  if (before === undefined) return;
  const by = before.pull === undefined ? (before.release ?? 'a release') : `#${before.pull}`;
  tell('RELEASE_PPA_SUBMITTED', `The PPA ${name} was submitted already by ${by}.`, where);
}

function checkNewer(product: ReleaseProduct, ppa: ReleasePpa, lock: Lock, placeOf: PlaceOf, tell: Tell): void {
  const now = product.version;
  const before = parseVersion(lock.version) ?? now;
  const where = placeOf(product, 'release:majorVersion');
  if (product.reason === undefined) {
    if (compareVersions(now, before) <= 0) {
      const sentence = `${versionText(now)} is not newer than ${lock.version}, which ${ppa.os}/${ppa.arch} has.`;
      tell('RELEASE_VERSION_NOT_NEWER', sentence, where);
    }
    checkPackages(ppa, lock, placeOf, tell);
  }
  const step = typeByStep(before, now);
  if (product.type !== undefined && WEIGHT[product.type] < WEIGHT[step]) {
    const sentence = `It is declared ${product.type}, but the step from ${lock.version} is ${step}.`;
    tell('RELEASE_TYPE_UNDERSTATED', sentence, placeOf(product, 'release:releaseType'));
  }
}

/** Major asks most of verification, revision least (domain.md section 4). */
const WEIGHT: Readonly<Record<ReleaseType, number>> = { revision: 0, minor: 1, major: 2 };

function checkPackages({ packages }: ReleasePpa, lock: Lock, placeOf: PlaceOf, tell: Tell): void {
  let changed = packages.some(({ kind }) => kind === 'metapackage');
  for (const each of packages) {
    const before = lock.packages.find(({ name, arch }) => name === each.name && arch === each.arch);
    const order = before === undefined ? 1 : orderOf(packageVersion(each), before);
    changed ||= order !== 0;
    if (order < 0) {
      const sentence = `${each.name} ${packageVersion(each)} is older than ${before?.version}, which the lock has.`;
      tell('RELEASE_VERSION_NOT_NEWER', sentence, placeOf(each, 'version'));
    }
  }
  // The only-metapackage rule (domain.md section 2): a metapackage, or at least one updated package.
  const [first] = packages;
  if (!changed && first !== undefined)
    tell('RELEASE_PACKAGES_UNCHANGED', `All packages are those of ${lock.ppa} already.`, placeOf(first));
}

function orderOf(version: string, { version: before, file }: LockedPackage): number {
  return file.endsWith('.deb') ? compareDeb(version, before) : compareRpm(version, before);
}
