import { type FaultCode, fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { packageVersion, type ReleasePackage } from '#core/release/release.ts';
import type { PackageFacts } from './package-facts.ts';

/**
 * What release.xml declares against what the package says itself (design.md section 5): all differences at once.
 * Codes: PACKAGE_FORMAT, PACKAGE_NAME, PACKAGE_VERSION, PACKAGE_ARCH. A declared version without epoch is taken for
 * any epoch, because schema 0.2 had no place for it.
 */
export function compareDeclared(declared: ReleasePackage, actual: PackageFacts): Fault[] {
  const wanted = packageVersion(declared);
  const version = wanted.includes(':') ? actual.version : actual.version.replace(/^\d+:/, '');
  const format = declared.file.endsWith('.deb') ? 'deb' : 'rpm';
  const pairs: readonly (readonly [FaultCode, string, string, string])[] = [
    ['PACKAGE_FORMAT', 'format', format, actual.format],
    ['PACKAGE_NAME', 'name', declared.name, actual.name],
    ['PACKAGE_VERSION', 'version', wanted.replace(/^0+:/, ''), version],
    ['PACKAGE_ARCH', 'architecture', declared.arch, actual.arch],
  ];
  return pairs
    .filter(([, , said, found]) => said !== found)
    .map(([code, what, said, found]) =>
      fault(code, `Declared is the ${what} ${said}, the package itself says ${found}.`),
    );
}
