import type { PackageFormat } from '#core/distribution/distribution.ts';
import { byText } from '#core/text.ts';
import { compareDeb } from '#core/version/deb.ts';
import { compareRpm } from '#core/version/rpm.ts';

interface Versioned {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
}

/**
 * Packages whose newest version would be older than the newest that sites may have: their package managers would keep the
 * old one and say nothing.
 * @param before everything that any supported production snapshot holds: production keeps all released versions
 */
export function backward(
  before: readonly Versioned[],
  after: readonly Versioned[],
  format: PackageFormat,
): readonly string[] {
  const [had, has] = [newest(before, format), newest(after, format)];
  const compare = format === 'deb' ? compareDeb : compareRpm;
  return [...had]
    .flatMap(([key, was]) => {
      const is = has.get(key);
      if (is === undefined || compare(is, was) >= 0) return [];
      return [`${key} goes back from ${was} to ${is}: sites that have ${was} would never get it.`];
    })
    .sort(byText);
}

/**
 * What sites may have from releases that were withdrawn since, newer than anything the new state has: told, and no regression,
 * because whoever withdrew it knew. Their package managers keep it until something newer comes.
 */
export function leftBehind(
  withdrawn: readonly Versioned[],
  after: readonly Versioned[],
  format: PackageFormat,
): readonly string[] {
  const [had, has] = [newest(withdrawn, format), newest(after, format)];
  const compare = format === 'deb' ? compareDeb : compareRpm;
  return [...had]
    .flatMap(([key, was]) => {
      const is = has.get(key);
      if (is !== undefined && compare(is, was) >= 0) return [];
      const instead = is === undefined ? 'nothing takes its place' : `${is} is older`;
      return [`${key}: sites that took ${was} before it was withdrawn keep it, because ${instead}.`];
    })
    .sort(byText);
}

/** Packages that no version is left of. */
export function gone(before: readonly Versioned[], after: readonly Versioned[]): readonly string[] {
  const left = new Set(after.map(keyOf));
  return [...new Set(before.map(keyOf))].filter((key) => !left.has(key)).sort(byText);
}

/** The newest of each name: what a site has after an ordinary upgrade. */
export function newestOf<T extends Versioned>(packages: readonly T[], format: PackageFormat): readonly T[] {
  const best = newest(packages, format);
  return packages.filter((one) => best.get(keyOf(one)) === one.version);
}

function newest(packages: readonly Versioned[], format: PackageFormat): Map<string, string> {
  const compare = format === 'deb' ? compareDeb : compareRpm;
  const found = new Map<string, string>();
  for (const one of packages) {
    const known = found.get(keyOf(one));
    if (known === undefined || compare(known, one.version) < 0) found.set(keyOf(one), one.version);
  }
  return found;
}

function keyOf({ name, arch }: Versioned): string {
  return `${name} (${arch})`;
}
