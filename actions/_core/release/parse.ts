import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { byText } from '#core/text.ts';
import { BUNDLE_ELEMENTS, SINGLE_ELEMENTS } from './elements.ts';
import { type PlaceOf, places } from './places.ts';
import { readProduct } from './product.ts';
import { checkAttributes, readChildren } from './reader.ts';
import type { Release, ReleaseProduct } from './release.ts';
import { type Element, parseXml, type Report } from './xml.ts';

export interface ParsedRelease {
  /** Absent when the file is no release at all; with faults, good for a preview and for further checks only. */
  readonly release: Release | undefined;
  /** All faults, in the order of the file. */
  readonly faults: readonly Fault[];
  readonly placeOf: PlaceOf;
}

/**
 * Reads `release.xml` 0.2 (domain.md section 2, releases/README.md): the root holds either the elements of one product, or
 * several `release:product` with the elements of one each. Codes: RELEASE_… of #core/fault-codes.ts; nothing is thrown.
 * @param file path as the faults shall show it
 */
export function parseRelease(text: string, { file }: { file: string }): ParsedRelease {
  const { root, faults: found } = parseXml(text, file);
  const faults = [...found];
  const report: Report = (...told) => void faults.push(fault(...told));
  const noted = places(file);
  const release = root === undefined ? undefined : readRoot(root, report, noted);
  return { release, faults: faults.sort(byPlace), placeOf: noted.placeOf };
}

function readRoot(root: Element, report: Report, noted: ReturnType<typeof places>): Release | undefined {
  if (root.name !== 'release:release') {
    report('RELEASE_ROOT', `The root is ${root.name}.`, root.where);
    return undefined;
  }
  checkAttributes(root, report);
  const bundled = root.children.filter((child) => child.name === 'release:product');
  const found = readChildren(root, bundled.length > 0 ? BUNDLE_ELEMENTS : SINGLE_ELEMENTS, report);
  const products =
    bundled.length > 0
      ? bundled.map((element) => readProduct(element, report, noted))
      : [readProduct(root, report, noted, found)];
  checkRepeated(products, report, noted.placeOf);
  const bundleLabel = found.text('release:bundleLabel');
  const release = { ...(bundleLabel === '' ? {} : { bundleLabel }), products };
  noted.note(release, root);
  return release;
}

/** Each product once, and so each PPA once, in a release. */
function checkRepeated(products: readonly ReleaseProduct[], report: Report, placeOf: PlaceOf): void {
  const seen = new Map<string, ReleaseProduct>();
  for (const each of products) {
    const first = seen.get(each.product);
    if (each.product !== '' && first !== undefined) {
      const { line } = placeOf(first, 'release:productShortName');
      report(
        'RELEASE_PPA_REPEATED',
        `The product ${each.product} stands again; the first is in line ${line}.`,
        placeOf(each, 'release:productShortName'),
      );
    }
    seen.set(each.product, first ?? each);
  }
}

function byPlace({ where: left }: Fault, { where: right }: Fault): number {
  return (
    (left?.line ?? 0) - (right?.line ?? 0) ||
    (left?.column ?? 0) - (right?.column ?? 0) ||
    byText(left?.path ?? '', right?.path ?? '')
  );
}
