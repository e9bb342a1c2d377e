import { META_ELEMENTS, PACKAGES_ELEMENTS } from './elements.ts';
import { readPackage } from './package.ts';
import type { PlaceOf, Places } from './places.ts';
import { type Found, readChildren } from './reader.ts';
import type { ReleasePackage, ReleasePpa, Synch, SynchProtocol } from './release.ts';
import type { Element, Report } from './xml.ts';

/** One `UMDmeta:UMDmeta`: a platform, and the packages for it. */
export function readMeta(element: Element, ofProduct: Synch, report: Report, places: Places): ReleasePpa {
  const found = readChildren(element, META_ELEMENTS, report);
  const packages = found
    .all('UMDmeta:packages')
    .slice(0, 1)
    .flatMap((container) => packagesIn(container, report, places));
  const synch = ownSynch(found, element, report);
  const made: ReleasePpa = {
    os: found.text('UMDmeta:targetPlatform'),
    arch: found.text('UMDmeta:targetArch'),
    capabilities: found.all('UMDmeta:capability').map(({ text }) => text),
    ...(synch === undefined ? {} : { synch }),
    packages,
  };
  places.note(made, element);
  if (made.capabilities.length > 1 && made.capabilities.includes('NONE'))
    report(
      'RELEASE_CAPABILITY_NONE',
      'NONE stands beside other capabilities.',
      places.placeOf(made, 'UMDmeta:capability'),
    );
  for (const each of packages) checkPackage(each, made, made.synch ?? ofProduct, report, places.placeOf);
  checkRepeated(packages, report, places.placeOf);
  return made;
}

function packagesIn(container: Element, report: Report, places: Places): ReleasePackage[] {
  const found = readChildren(container, PACKAGES_ELEMENTS, report).all('UMDmeta:package');
  if (found.length === 0)
    report('RELEASE_PACKAGES_EMPTY', 'There is neither a metapackage nor a package.', container.where);
  return found.map((element) => {
    const made = readPackage(element, report);
    places.note(made, element);
    return made;
  });
}

/** A platform's own protocol and URL: both or neither. */
function ownSynch(found: Found, element: Element, report: Report): Synch | undefined {
  const given = ['release:synchProtocol', 'release:synchURL'].filter((name) => found.all(name).length > 0);
  if (given.length === 1)
    report('RELEASE_ELEMENT_MISSING', `${element.name} has ${given[0]} but not its twin.`, element.where);
  return given.length === 2 ? synchOf(found) : undefined;
}

/** Protocol and URL; the protocol of a file at fault is taken as yum. */
export function synchOf(found: Found): Synch {
  const url = found.text('release:synchURL');
  const protocol = found.text('release:synchProtocol') as SynchProtocol | '';
  return { protocol: protocol === '' ? 'yum' : protocol, ...(url === '' || url === 'n/a' ? {} : { url }) };
}

/** Architectures that fit every machine, and the 32-bit ones that a 64-bit x86 machine runs. */
const EVERYWHERE = ['noarch', 'all'];
const ALSO: Readonly<Record<string, RegExp>> = { x86_64: /^i[3-6]86$/ };

function checkPackage(each: ReleasePackage, ppa: ReleasePpa, synch: Synch, report: Report, placeOf: PlaceOf): void {
  const { file, arch, url = synch.url, sha256 } = each;
  if (arch !== '' && ppa.arch !== '' && ![ppa.arch, ...EVERYWHERE].includes(arch) && !ALSO[ppa.arch]?.test(arch))
    report('RELEASE_PACKAGE_ARCH', `${file} is for ${arch}, the platform is ${ppa.arch}.`, placeOf(each, 'arch'));
  const wanted = { yum: '.rpm', deb: '.deb' }[synch.protocol as string];
  if (file !== '' && wanted !== undefined && !file.endsWith(wanted))
    report('RELEASE_PACKAGE_FORMAT', `${file} cannot come by ${synch.protocol}.`, placeOf(each, 'filename'));
  if (url === undefined)
    report('RELEASE_PACKAGE_URL', `${file} has no url, and release:synchURL is n/a.`, placeOf(each));
  // design.md section 5: plain http only with a pinned digest.
  if (url?.startsWith('http://') && sha256 === undefined)
    report('RELEASE_SHA256_MISSING', `${file} comes by plain http and has no sha256.`, placeOf(each, 'url'));
}

function checkRepeated(packages: readonly ReleasePackage[], report: Report, placeOf: PlaceOf): void {
  const seen = new Map<string, ReleasePackage>();
  for (const each of packages) {
    const key = `${each.name} for ${each.arch}`;
    const first = seen.get(key);
    if (first !== undefined && each.name !== '') {
      const sentence = `The package ${key} stands again; the first is in line ${placeOf(first).line}.`;
      report('RELEASE_PACKAGE_REPEATED', sentence, placeOf(each, 'pkgname'));
    }
    seen.set(key, first ?? each);
  }
}
