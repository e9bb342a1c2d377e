/**
 * How much packages say about themselves, tabulated by hand from Debian 12 main amd64 as apt gives it: all 63,436 packages
 * of its Packages, Translation-en and Contents indexes of July 2026. Values at the quantiles of QUANTILES.
 *
 * Two things are left out, both of which would make the peers slower and hardly us: files are capped at the 95th percentile
 * (the mean is 42 instead of 116), and the many requires that rpmbuild finds in binaries are not added to rpms.
 */
export const QUANTILES = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99] as const;

type Curve = readonly number[];

/** Files in a package (Contents). */
export const FILES: Curve = [1, 3, 4, 5, 7, 9, 11, 17, 27, 49, 124, 300, 300, 300];
/** Entries of Depends and Pre-Depends; of Recommends and Suggests; of Provides. */
export const DEPENDS: Curve = [0, 0, 0, 1, 1, 2, 3, 3, 5, 6, 10, 14, 21, 28];
export const RECOMMENDS: Curve = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 7, 11];
export const PROVIDES: Curve = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 7, 11];
/** Characters of the long description (Translation-en); its lines have up to 75. */
export const DESCRIPTION: Curve = [40, 148, 177, 219, 260, 298, 341, 395, 460, 555, 732, 899, 1166, 1396];

/**
 * Where files lie, as shares of all files of packages with at most 300 (Contents), with the mean length of a whole path.
 * `@` stands for the package's name.
 */
export const PLACES: readonly (readonly [share: number, folder: string, length: number])[] = [
  [0.31, 'usr/share/doc/@', 55],
  [0.269, 'usr/share/@', 56],
  [0.112, 'usr/lib/@', 63],
  [0.084, 'usr/lib/python3/dist-packages/@', 64],
  [0.065, 'usr/include/@', 41],
  [0.046, 'usr/share/man/man1', 40],
  [0.039, 'usr/share/locale', 48],
  [0.038, 'usr/lib64', 57],
  [0.023, 'usr/bin', 20],
  [0.007, 'etc/@', 31],
  [0.007, 'var/lib/@', 47],
];

/**
 * Characters of a changelog's last ten entries: the median of the 776 packages with one on an installed Debian 12
 * (changelog.Debian.gz below /usr/share/doc).
 */
export const CHANGELOG = 3089;

/** The value at a fraction, between the tabulated ones in a straight line; after the last quantile it stays. */
export function at(curve: Curve, fraction: number): number {
  const above = QUANTILES.findIndex((quantile) => quantile > fraction);
  if (above < 0) return curve.at(-1) ?? 0;
  const [low, high] = [QUANTILES[above - 1] ?? 0, QUANTILES[above] ?? 1];
  const [from, to] = [curve[above - 1] ?? 0, curve[above] ?? 0];
  return Math.round(from + ((to - from) * (fraction - low)) / (high - low));
}
