import { PLACEHOLDER, poolPath, type RpmFragment } from './fragment.ts';

export const RPM_INDEXES = ['primary', 'filelists', 'other'] as const;
export type RpmIndex = (typeof RPM_INDEXES)[number];

const COMMON = 'http://linux.duke.edu/metadata';
const ROOTS: { readonly [I in RpmIndex]: { readonly element: string; readonly namespaces: string } } = {
  primary: { element: 'metadata', namespaces: `xmlns="${COMMON}/common" xmlns:rpm="${COMMON}/rpm"` },
  filelists: { element: 'filelists', namespaces: `xmlns="${COMMON}/filelists"` },
  other: { element: 'otherdata', namespaces: `xmlns="${COMMON}/other"` },
};

/** What stands before and after the packages of an index, byte for byte as createrepo_c writes it. */
export function rpmFrame(index: RpmIndex, count: number): { readonly head: string; readonly tail: string } {
  const { element, namespaces } = ROOTS[index];
  return {
    head: `<?xml version="1.0" encoding="UTF-8"?>\n<${element} ${namespaces} packages="${count}">\n`,
    tail: `</${element}>`,
  };
}

/** Packages of an index, byte for byte as createrepo_c writes them in this order. */
export function renderRpmBody(index: RpmIndex, fragments: readonly RpmFragment[]): string {
  return fragments.map((fragment) => (index === 'primary' ? placed(fragment) : fragment[index])).join('');
}

/** The path stays inside the repository's root: `../` breaks reposync, an absolute address breaks zypper. */
function placed({ primary, sha256, file }: RpmFragment): string {
  return primary.replace(`<location href="${PLACEHOLDER}"/>`, () => `<location href="${poolPath(sha256, file)}"/>`);
}

/** One file of `repodata/`; sizes in bytes. */
export interface RepomdEntry {
  readonly type: string;
  /** Below the repository's root: `repodata/…-primary.xml.gz`. */
  readonly href: string;
  readonly sha256: string;
  readonly size: number;
  readonly openSize: number;
}

/**
 * repomd.xml. The revision is the snapshot's name. Left out on purpose, because no client wants them: timestamps, which
 * would differ from machine to machine, and by which old yum refuses a rollback; and open-checksum, for which everything
 * would have to be hashed anew when one package changes.
 */
export function renderRepomd(revision: string, entries: readonly RepomdEntry[]): string {
  const data = entries.map(
    ({ type, href, sha256, size, openSize }) => `  <data type="${type}">
    <checksum type="sha256">${sha256}</checksum>
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
