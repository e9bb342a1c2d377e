import type { Where } from '#core/faults.ts';
import { type NamedFile, parsePackageFileName, withoutEpoch } from '#core/version/file-name.ts';
import { NO_ELEMENTS } from './elements.ts';
import { readChildren } from './reader.ts';
import { packageVersion, type ReleasePackage } from './release.ts';
import { isUrl } from './text-kinds.ts';
import type { Element, Report } from './xml.ts';

/** Attribute → its pattern and what it ought to be. */
const PATTERNS: Readonly<Record<string, readonly [RegExp, string]>> = {
  pkgtype: [/^(package|metapackage)$/, 'package or metapackage'],
  filename: [/^[A-Za-z0-9][A-Za-z0-9._+~^%-]{0,250}\.(rpm|deb)$/, 'the plain name of an rpm or deb file'],
  pkgname: [/^[A-Za-z0-9][A-Za-z0-9._+-]*$/, 'a package name'],
  version: [/^(\d+:)?[A-Za-z0-9][A-Za-z0-9._+~^-]*$/, 'a version, [epoch:]version'],
  release: [/^[A-Za-z0-9][A-Za-z0-9._+~^]*$/, 'an rpm release or Debian revision'],
  arch: [/^[a-z0-9_-]+$/, 'an architecture'],
  sha256: [/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits'],
  size: [/^[1-9]\d{0,14}$/, 'a number of bytes'],
};

/** One `UMDmeta:package`, an empty element with attributes only. */
export function readPackage(element: Element, report: Report): ReleasePackage {
  readChildren(element, NO_ELEMENTS, report);
  if (element.text !== '') report('RELEASE_TEXT_STRAY', 'UMDmeta:package holds a text.', element.where);
  const value = (name: string) => attribute(element, name, report);
  const [url, release, sha256, size] = [value('url'), value('release'), value('sha256'), value('size')];
  const made: ReleasePackage = {
    kind: value('pkgtype') === 'metapackage' ? 'metapackage' : 'package',
    name: value('pkgname'),
    version: value('version'),
    ...(release === '' ? {} : { release }),
    arch: value('arch'),
    file: value('filename'),
    ...(url === '' ? {} : { url }),
    ...(sha256 === '' ? {} : { sha256 }),
    ...(size === '' ? {} : { size: Number(size) }),
  };
  checkFileName(made, element.attributes.get('filename')?.where ?? element.where, report);
  return made;
}

/** '' when it is not given, or wrong, which is told. An empty url or release and `n/a` mean not given. */
function attribute({ attributes, name: tag }: Element, name: string, report: Report): string {
  const given = attributes.get(name);
  if (given === undefined) return '';
  const { value, where } = given;
  if ((name === 'url' || name === 'release') && (value === '' || value === 'n/a')) return '';
  if (name === 'url') {
    if (isUrl(value, ['http:', 'https:'])) return value;
    report('RELEASE_URL_INVALID', `${tag}: "${value}" is no http or https address.`, where);
    return '';
  }
  const [pattern, wanted] = PATTERNS[name] ?? [/^/, ''];
  if (pattern.test(value)) return value;
  report('RELEASE_ATTRIBUTE_INVALID', `${tag}: ${name} "${value}" is not ${wanted}.`, where);
  return '';
}

/** The file name, and pkgname, version, release and arch beside it, have to say the same (domain.md section 10.6). */
function checkFileName(made: ReleasePackage, where: Where, report: Report): void {
  if (made.file === '') return;
  const named = parsePackageFileName(made.file);
  if (named === undefined) {
    const wanted = made.file.endsWith('.rpm') ? 'name-version-release.arch.rpm' : 'name_version_arch.deb';
    report('RELEASE_PACKAGE_MISMATCH', `The file name ${made.file} is not ${wanted}.`, where);
    return;
  }
  const pairs = [
    ['pkgname', named.name, made.name],
    ['version and release', versionOf(named), withoutEpoch(made.version === '' ? '' : packageVersion(made))],
    ['arch', named.arch, made.arch],
  ] as const;
  for (const [what, inFile, declared] of pairs)
    if (declared !== '' && inFile !== declared)
      report('RELEASE_PACKAGE_MISMATCH', `${made.file} says ${inFile}, but ${what} says ${declared}.`, where);
}

function versionOf({ version, release }: NamedFile): string {
  return release === undefined ? version : `${version}-${release}`;
}
