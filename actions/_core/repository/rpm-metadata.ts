import { PLACEHOLDER, poolPath, type RpmFragment } from './fragment.ts';

export const RPM_INDEXES = ['primary', 'filelists', 'other'] as const;
export type RpmIndex = (typeof RPM_INDEXES)[number];

const COMMON = 'http://linux.duke.edu/metadata';
const ROOTS: { readonly [I in RpmIndex]: { readonly element: string; readonly namespaces: string } } = {
  primary: { element: 'metadata', namespaces: `xmlns="${COMMON}/common" xmlns:rpm="${COMMON}/rpm"` },
  filelists: { element: 'filelists', namespaces: `xmlns="${COMMON}/filelists"` },
  other: { element: 'otherdata', namespaces: `xmlns="${COMMON}/other"` },
};

/** One open rpm-md index, byte for byte as createrepo_c writes it for packages in this order. */
export function renderRpmIndex(index: RpmIndex, fragments: readonly RpmFragment[]): string {
  const { element, namespaces } = ROOTS[index];
  const body = fragments.map((fragment) => (index === 'primary' ? placed(fragment) : fragment[index]));
  const head = `<?xml version="1.0" encoding="UTF-8"?>\n<${element} ${namespaces} packages="${fragments.length}">\n`;
  return `${head}${body.join('')}</${element}>`;
}

/** The path stays inside the repository's root: `../` breaks reposync, an absolute address breaks zypper. */
function placed({ primary, sha256, file }: RpmFragment): string {
  return primary.replace(`<location href="${PLACEHOLDER}"/>`, () => `<location href="${poolPath(sha256, file)}"/>`);
}

/** One file of `repodata/`; sizes in bytes. */
export interface RepomdEntry {
  readonly index: RpmIndex;
  /** Below the repository's root: `repodata/…-primary.xml.gz`. */
  readonly href: string;
  readonly sha256: string;
  readonly size: number;
  readonly openSha256: string;
  readonly openSize: number;
}

/**
 * repomd.xml. The revision is the snapshot's name. Timestamps are left out on purpose: no client wants them, they
 * would differ from machine to machine, and old yum refuses a rollback by them.
 */
export function renderRepomd(revision: string, entries: readonly RepomdEntry[]): string {
  const data = entries.map(
    ({ index, href, sha256, size, openSha256, openSize }) => `  <data type="${index}">
    <checksum type="sha256">${sha256}</checksum>
    <open-checksum type="sha256">${openSha256}</open-checksum>
    <location href="${href}"/>
    <size>${size}</size>
    <open-size>${openSize}</open-size>
  </data>
`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<repomd xmlns="${COMMON}/repo" xmlns:rpm="${COMMON}/rpm">
  <revision>${revision}</revision>
${data.join('')}</repomd>
`;
}
