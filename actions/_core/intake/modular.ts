import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { nevra, streamsIn } from '#core/repository/modules.ts';

/** A package that says which stream it was built for. */
export interface ModularPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly file: string;
  /** `name:stream:version:context` */
  readonly module: string;
}

/**
 * Packages built for a stream that no stream of the PPA lists: dnf refuses to install them ("No available modular metadata
 * for modular package"). Sources are not installed.
 * @param modules modulemd documents that were taken in with the PPA; '' when there were none
 */
export function unlistedModular(
  packages: readonly ModularPackage[],
  modules: string,
): readonly (Fault & { file: string })[] {
  const listed = new Set(streamsIn(modules).flatMap(({ artifacts }) => artifacts));
  return packages
    .filter((one) => one.arch !== 'src' && !listed.has(nevra(one)))
    .map((one) => {
      const sentence = `${one.file} was built for the module ${one.module}, and no stream of it in modules.yaml lists ${nevra(one)}.`;
      return { ...fault('PACKAGE_MODULES_MISSING', sentence), file: one.file };
    });
}
