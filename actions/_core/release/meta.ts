import { META_ELEMENTS, PACKAGES_ELEMENTS } from './elements.ts';
import { readPackage } from './package.ts';
import type { PlaceOf, Places } from './places.ts';
import { type Found, readChildren } from './reader.ts';
import type { ReleasePackage, ReleasePpa, Synch, SynchProtocol } from './release.ts';
import type { Element, Report } from './xml.ts';

/** Where packages come from; `own`: said to be n/a, so that each package must have its own address. */
export interface SynchRead {
  readonly synch: Synch;
  readonly own: boolean;
}

/** One `UMDmeta:UMDmeta`: a platform, and the packages for it. */
export function readMeta(element: Element, ofProduct: SynchRead, report: Report, places: Places): ReleasePpa {
  const found = readChildren(element, META_ELEMENTS, report);
  const ours = ownSynch(found, ofProduct, element, report);
  const [os, arch] = [found.text('UMDmeta:targetPlatform'), found.text('UMDmeta:targetArch')];
  const [container] = found.all('UMDmeta:packages');
  const packages = container === undefined ? [] : packagesIn(container, arch, ours ?? ofProduct, report, places);
  const made: ReleasePpa = {
    os,
    arch,
    capabilities: found.all('UMDmeta:capability').map(({ text }) => text),
    ...(ours === undefined ? {} : { synch: ours.synch }),
    packages,
  };
  places.note(made, element);
  const none = found.all('UMDmeta:capability').find(({ text }) => text === 'NONE');
  if (none !== undefined && made.capabilities.length > 1)
    report('RELEASE_CAPABILITY_NONE', 'NONE stands beside other capabilities.', none.where);
  return made;
}

function packagesIn(
  container: Element,
  arch: string,
  from: SynchRead,
  report: Report,
  places: Places,
): ReleasePackage[] {
  const found = readChildren(container, PACKAGES_ELEMENTS, report).all('UMDmeta:package');
  if (found.length === 0)
    report('RELEASE_PACKAGES_EMPTY', 'There is neither a metapackage nor a package.', container.where);
  const packages = found.map((element) => {
    const made = readPackage(element, report);
    places.note(made, element);
    if (from.own && !made.url && !element.attributes.has('url'))
      report('RELEASE_PACKAGE_URL', `${made.file} has no url, and release:synchURL is n/a.`, element.where);
    checkPackage(made, arch, from.synch, report, places.placeOf);
    return made;
  });
  checkRepeated(packages, report, places.placeOf);
  return packages;
}

/** A platform's own protocol and URL: both or neither; of one alone the other is the product's. */
function ownSynch(found: Found, ofProduct: SynchRead, element: Element, report: Report): SynchRead | undefined {
  const given = ['release:synchProtocol', 'release:synchURL'].filter((name) => found.all(name).length > 0);
  if (given.length === 0) return undefined;
  if (given.length === 2) return synchOf(found);
  report('RELEASE_ELEMENT_MISSING', `${element.name} has ${given[0]} but not its twin.`, element.where);
  return { synch: { ...ofProduct.synch, protocol: synchOf(found).synch.protocol }, own: false };
}

/** Protocol and URL; the protocol of a file at fault is taken as yum. */
export function synchOf(found: Found): SynchRead {
  const url = found.text('release:synchURL');
  const protocol = found.text('release:synchProtocol') as SynchProtocol | '';
  const synch = {
    protocol: protocol === '' ? 'yum' : protocol,
    ...(url === '' || url === 'n/a' ? {} : { url }),
  } as const;
  return { synch, own: url === 'n/a' };
}

/** Architectures that fit every machine, and the 32-bit ones that a 64-bit x86 machine runs. */
const EVERYWHERE = ['noarch', 'all'];
const ALSO: Readonly<Record<string, RegExp>> = { x86_64: /^i[3-6]86$/ };

function checkPackage(each: ReleasePackage, target: string, synch: Synch, report: Report, placeOf: PlaceOf): void {
  const { file, arch, url = synch.url, sha256 } = each;
  if (arch !== '' && target !== '' && ![target, ...EVERYWHERE].includes(arch) && !ALSO[target]?.test(arch))
    report('RELEASE_PACKAGE_ARCH', `${file} is for ${arch}, the platform is ${target}.`, placeOf(each, 'arch'));
  const wanted = { yum: '.rpm', deb: '.deb' }[synch.protocol as string];
  if (file !== '' && wanted !== undefined && !file.endsWith(wanted))
    report('RELEASE_PACKAGE_FORMAT', `${file} cannot come by ${synch.protocol}.`, placeOf(each, 'filename'));
  // design.md section 5: plain http only with a pinned digest.
  if (url?.startsWith('http://') && sha256 === undefined && placeOf(each, 'sha256').path?.endsWith('@sha256') !== true)
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
