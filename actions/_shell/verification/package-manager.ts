import type { CheckerRun } from '#core/criteria/checker.ts';
import type { PackageContent, VersionOf } from '#core/criteria/facts.ts';
import type { Change, Outcome } from '#core/environment/system.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';

/** A file to be written into a system before its package manager is asked: client files, keys. */
export interface SetupFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string | Uint8Array;
}

/** apt or dnf, as a site would call it: signatures checked, no questions asked. */
export interface PackageManager {
  /** Writes the client files, and prefers the packages of the lock to all others. */
  setUp(system: ThrowAwaySystem, files: readonly SetupFile[], packages: readonly LockedPackage[]): Promise<void>;
  /** Reads the lists of all repositories. With network. */
  refresh(system: ThrowAwaySystem): Promise<Outcome>;
  /** Fetches exactly these versions and what they need; installs nothing. With network. */
  fetch(system: ThrowAwaySystem, packages: readonly VersionOf[]): Promise<Outcome>;
  /** Files fetched that belong to the lock and have other bytes. */
  foreignFiles(system: ThrowAwaySystem, packages: readonly LockedPackage[]): Promise<string[]>;
  /** Names of what would be installed besides. */
  dependencies(system: ThrowAwaySystem, packages: readonly VersionOf[]): Promise<string[]>;
  /** From what was fetched. Also upgrades. @param limit milliseconds; ordinarily those of one product */
  install(system: ThrowAwaySystem, packages: readonly (VersionOf | string)[], limit?: number): Promise<Outcome>;
  remove(system: ThrowAwaySystem, names: readonly string[]): Promise<Outcome>;
  /** Configuration, too, where the package manager tells apart. */
  purge(system: ThrowAwaySystem, names: readonly string[]): Promise<Outcome>;
  installed(system: ThrowAwaySystem, names: readonly string[]): Promise<VersionOf[]>;
  content(system: ThrowAwaySystem, names: readonly string[]): Promise<PackageContent[]>;
  /** Paths inside the system of what was fetched of the lock. */
  archives(system: ThrowAwaySystem, packages: readonly LockedPackage[]): Promise<string[]>;
  /** The package manager's own look at what it installed: files that differ from the package. */
  verify(system: ThrowAwaySystem, names: readonly string[]): Promise<CheckerRun>;
  /** What the package manager itself keeps, which is no leftover of a product. */
  isOwnState(change: Change): boolean;
}

/** Milliseconds that a package's scripts may take; one that hangs fails, in time to say so. */
export const INSTALL_LIMIT = 60_000;
/** Milliseconds that lists or packages may take to arrive; what takes longer says nothing of the product. */
export const FETCH_LIMIT = 120_000;

/** Lines of `name<TAB>version`. */
export function versionsOf(text: string): VersionOf[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', version = ''] = line.split('\t');
    return name === '' || version === '' ? [] : [{ name, version }];
  });
}
