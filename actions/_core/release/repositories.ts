import { NO_ELEMENTS, REPO_FILE_ELEMENTS, SECTION_ELEMENTS } from './elements.ts';
import { readChildren } from './reader.ts';
import type { ForeignRepository, RepoFile } from './release.ts';
import type { Element, Report } from './xml.ts';

/** `repository:yumRepository` and `:debRepository`: an empty element with attributes. */
export function readRepository(element: Element, report: Report): ForeignRepository {
  readChildren(element, NO_ELEMENTS, report);
  const external = attribute(element, 'external', report);
  if (external !== '' && external !== 'true' && external !== 'false')
    report(
      'RELEASE_ATTRIBUTE_INVALID',
      `${element.name}: external "${external}" is neither true nor false.`,
      element.where,
    );
  return {
    format: formatOf(element),
    external: external === 'true',
    id: attribute(element, 'id', report),
    path: attribute(element, 'path', report),
  };
}

/** `repofile:yumRepofile` and `:debRepofile`: sections in `repofile:repoid`, or in old files its settings flat beside it. */
export function readRepoFile(element: Element, report: Report): RepoFile {
  const sectionElements = element.children.filter(
    ({ name, children }) => name === 'repofile:repoid' && children.length > 0,
  );
  const found = readChildren(element, REPO_FILE_ELEMENTS, report);
  const flatId = found.all('repofile:repoid').find(({ children, text }) => children.length === 0 && text !== '');
  const flat = settingsOf(element);
  if (flatId !== undefined && !flat.some(({ name }) => name === 'id')) flat.unshift({ name: 'id', value: flatId.text });
  const sections = sectionElements.map((section) => {
    readChildren(section, SECTION_ELEMENTS, report);
    return settingsOf(section);
  });
  const filename = attribute(element, 'filename', report);
  if (filename !== '' && !/^[A-Za-z0-9][A-Za-z0-9._+ -]*\.(repo|list|sources)$/.test(filename))
    report(
      'RELEASE_ATTRIBUTE_INVALID',
      `${element.name}: "${filename}" is no plain name ending in .repo or .list.`,
      element.where,
    );
  return {
    format: formatOf(element),
    filename,
    relativePath: attribute(element, 'relativePath', report),
    sections: flat.length === 0 ? sections : [flat, ...sections],
  };
}

function settingsOf(parent: Element): { name: string; value: string }[] {
  return parent.children
    .filter(({ name }) => SECTION_ELEMENTS[name] !== undefined)
    .map(({ name, text }) => ({ name: name.slice('repofile:'.length), value: text }));
}

function formatOf({ name }: Element): 'yum' | 'deb' {
  return name.includes(':yum') ? 'yum' : 'deb';
}

function attribute({ attributes, name: tag }: Element, name: string, report: Report): string {
  const given = attributes.get(name);
  if (given?.value === '') report('RELEASE_ATTRIBUTE_INVALID', `${tag}: ${name} is empty.`, given.where);
  return given?.value ?? '';
}
