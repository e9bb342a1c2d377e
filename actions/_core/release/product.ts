import { PRODUCT_ELEMENTS } from './elements.ts';
import { readMeta, synchOf } from './meta.ts';
import type { Places } from './places.ts';
import { type Found, readChildren } from './reader.ts';
import type { ReleaseProduct } from './release.ts';
import { readRepoFile, readRepository } from './repositories.ts';
import type { Element, Report } from './xml.ts';

const REPOSITORIES = ['repository:yumRepository', 'repository:debRepository'];
const REPO_FILES = ['repofile:yumRepofile', 'repofile:debRepofile'];

/** @param checked the element's children when the caller read them already (one-product form: the root is the product). */
export function readProduct(element: Element, report: Report, places: Places, checked?: Found): ReleaseProduct {
  const found = checked ?? readChildren(element, PRODUCT_ELEMENTS, report);
  const provider = providerOf(found, report);
  const short = found.text('release:productShortName');
  const product = shortNameOf(short, found.all('release:productShortName')[0], report);
  const source = synchOf(found);
  const inOrder = (names: readonly string[]) => element.children.filter(({ name }) => names.includes(name));
  const made: ReleaseProduct = {
    name: found.text('release:productName'),
    shortName: short,
    product,
    providerName: found.text('release:technologyProvider'),
    provider,
    contact: found.text('release:contact'),
    technicalContact: found.text('release:technicalContact'),
    description: found.text('release:description'),
    documentationLinks: found.all('release:documentationLink').map(({ text }) => text),
    date: found.text('release:ISODate'),
    incremental: found.text('release:incremental') === 'true',
    emergency: found.text('release:emergency') === 'true',
    version: {
      major: Number(found.text('release:majorVersion')),
      minor: Number(found.text('release:minorVersion')),
      revision: Number(found.text('release:revisionVersion')),
    },
    releaseNotes: found.text('release:releaseNotes'),
    changeLog: found.text('release:changeLog'),
    synch: source.synch,
    ...ours(found),
    ppas: found.all('UMDmeta:UMDmeta').map((meta) => readMeta(meta, source, report, places)),
    repositories: inOrder(REPOSITORIES).map((each) => readRepository(each, report)),
    repoFiles: inOrder(REPO_FILES).map((each) => readRepoFile(each, report)),
  };
  places.note(made, element);
  checkTogether(made, element, report, places);
  return made;
}

function ours(found: Found): Pick<ReleaseProduct, 'reason' | 'type' | 'group'> {
  const [reason, type, group] = ['reason', 'releaseType', 'group'].map((name) => found.text(`release:${name}`));
  return {
    ...(reason === undefined || reason === '' ? {} : { reason }),
    ...(type === 'major' || type === 'minor' || type === 'revision' ? { type } : {}),
    ...(group === undefined || group === '' ? {} : { group }),
  };
}

function providerOf(found: Found, report: Report): string {
  const text = found.text('release:technologyProviderShortName');
  if (text === '' || /^[A-Za-z0-9][A-Za-z0-9_ -]*$/.test(text)) return text.toUpperCase().replaceAll(' ', '_');
  const [element] = found.all('release:technologyProviderShortName');
  if (element !== undefined)
    report('RELEASE_NAME_INVALID', `release:technologyProviderShortName: "${text}" is no short name.`, element.where);
  return '';
}

/** Identity from the short name, or from the second part of a PPA key `INFN.storm.sl6.x86_64` (domain.md section 2). */
function shortNameOf(text: string, element: Element | undefined, report: Report): string {
  if (text === '' || element === undefined) return '';
  const parts = text.split('.');
  const name = parts.length === 4 ? (parts[1] ?? '') : text;
  const product = name.toLowerCase().replaceAll(' ', '_');
  if (/^[a-z0-9][a-z0-9_+-]{0,63}$/.test(product)) return product;
  report(
    'RELEASE_NAME_INVALID',
    `release:productShortName: "${text}" is neither a short name nor a PPA key.`,
    element.where,
  );
  return '';
}

/** What can only be seen when the product is read whole. */
function checkTogether(made: ReleaseProduct, element: Element, report: Report, { placeOf }: Places): void {
  if (made.repositories.length === 0)
    report('RELEASE_ELEMENT_MISSING', `${element.name} lacks ${REPOSITORIES.join(' or ')}.`, element.where);
  if (made.repoFiles.length === 0)
    report('RELEASE_ELEMENT_MISSING', `${element.name} lacks ${REPO_FILES.join(' or ')}.`, element.where);
  const seen = new Set<string>();
  for (const ppa of made.ppas) {
    const { os, arch } = ppa;
    const key = `${os}/${arch}`;
    if (seen.has(key) && os !== '' && arch !== '')
      report('RELEASE_PPA_REPEATED', `The platform ${key} stands again.`, placeOf(ppa, 'UMDmeta:targetPlatform'));
    seen.add(key);
    const wanted = `${made.provider}.${made.product}.${os}.${arch}`;
    const where = placeOf(made, 'release:productShortName');
    if (made.shortName.split('.').length === 4 && made.shortName.toLowerCase() !== wanted.toLowerCase())
      report('RELEASE_KEY_MISMATCH', `The PPA key ${made.shortName} does not fit ${wanted}.`, where);
  }
}
