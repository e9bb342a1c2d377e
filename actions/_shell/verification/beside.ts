import type { CheckerRun } from '#core/criteria/checker.ts';
import type { Part } from '#core/criteria/finding.ts';
import type { ListedLicence } from '#core/criteria/licences.ts';
import type { PackageTests } from '#core/criteria/package-tests.ts';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { withArchives } from './archives.ts';
import { lookAtPackages } from './checkers.ts';
import type { FreshFacts } from './fresh.ts';
import { runPackageTests } from './package-tests.ts';
import { purgeLook } from './purge.ts';
import type { SourceVoucher } from './source-voucher.ts';
import type { Stage } from './stage.ts';

export interface Beside {
  readonly parts: ReadonlySet<Part>;
  readonly format: PackageFormat;
  readonly licences: readonly ListedLicence[];
  /** Folder that holds `repos/images`. */
  readonly checkout: string;
  /** FETCH_ALLOW. */
  readonly allow: readonly string[];
  /** Who vouches for sources. */
  readonly voucher: SourceVoucher;
}

/**
 * What other programs find, each on a system of its own beside the installation: they begin when the packages have been
 * fetched, and are waited for at its end.
 * @param install installs on a stage that tells what it has fetched, and does whatever else may be done meanwhile
 */
export async function withLooks<Found extends FreshFacts>(
  ground: Stage,
  { parts, format, licences, checkout, allow, voucher }: Beside,
  install: (stage: Stage) => Promise<Found>,
): Promise<Found> {
  return withArchives(async (fetched, archives, folder) => {
    const looks: Promise<CheckerRun>[] = [];
    let tests: Promise<PackageTests> | undefined;
    const { say, locked, golden } = ground;
    const stage: Stage = {
      ...ground,
      async fetched(system, paths) {
        if (paths.length === 0 || !(parts.has('packages') || parts.has('tests'))) return;
        await fetched(system, paths);
        if (parts.has('packages')) looks.push(lookAtPackages({ format, licences, checkout, files: archives(), say }));
        if (parts.has('packages') && format === 'deb') {
          const names = locked.map(({ name }) => name);
          const asked = { names, platform: golden, checkout, say, to: `${folder}/fetched.tar` };
          looks.push((await purgeLook(asked, system, paths)).found);
        }
        if (parts.has('tests') && format === 'deb')
          tests = runPackageTests(ground, { archives: archives(), locked, allow, voucher });
        // Awaited below, when the installation is through; until then nobody hears of one that failed.
        for (const look of [...looks, tests]) look?.catch(() => {});
      },
    };
    try {
      const facts = await install(stage);
      const found = await Promise.all(looks);
      return { ...facts, checkers: [...found, ...facts.checkers], packageTests: await tests };
    } finally {
      await Promise.allSettled([...looks, tests]);
    }
  });
}
