import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sites } from './releases.ts';

export interface FaultyRelease {
  /** Path in the release repo. */
  readonly path: string;
  readonly xml: string;
  /** Every fault in it, by line, listed by hand from the file and not by the code that is to find them. */
  readonly faults: readonly { readonly line: number; readonly code: string }[];
}

const FAULTS: readonly (readonly [line: number, code: string])[] = [
  [6, 'RELEASE_ELEMENT_MISSING'], // contact
  [11, 'RELEASE_EMAIL_INVALID'],
  [14, 'RELEASE_ELEMENT_UNKNOWN'], // link2
  [15, 'RELEASE_DATE_IMPOSSIBLE'], // month 23
  [17, 'RELEASE_BOOLEAN_INVALID'],
  [19, 'RELEASE_NUMBER_INVALID'], // a leading zero
  [22, 'RELEASE_ELEMENT_EMPTY'],
  [28, 'RELEASE_CAPABILITY_UNKNOWN'],
  [30, 'RELEASE_ATTRIBUTE_INVALID'], // half a sha256
  [31, 'RELEASE_PACKAGE_MISMATCH'], // rc2 beside a file of rc3
  [32, 'RELEASE_SHA256_MISSING'], // by plain http
  [33, 'RELEASE_PACKAGE_ARCH'], // arm64 for amd64
  [47, 'RELEASE_ELEMENT_REPEATED'], // description
  [48, 'RELEASE_URL_INVALID'], // no scheme
  [60, 'RELEASE_PLATFORM_UNKNOWN'],
  [65, 'RELEASE_PACKAGE_REPEATED'],
  [74, 'RELEASE_ATTRIBUTE_INVALID'], // pkgtype
  [74, 'RELEASE_ATTRIBUTE_REPEATED'], // url
  [77, 'RELEASE_ATTRIBUTE_INVALID'], // external
];

export function faultyRelease({ EMI }: Sites): FaultyRelease {
  const text = readFileSync(join(import.meta.dirname, '__fixtures__/faulty-release.xml'), 'utf8');
  return {
    path: 'releases/umd/5/EMI/emi-3.0.1/release.xml',
    xml: text.replaceAll('@DEB@', EMI.deb).replaceAll('@RPM@', EMI.rpm),
    faults: FAULTS.map(([line, code]) => ({ line, code })),
  };
}
