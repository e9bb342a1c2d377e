/** Stands for the package's path in a fragment, until a repository puts it in. */
export const PLACEHOLDER = '@PATH@';

interface Described {
  readonly name: string;
  /** As in a lock: rpm `[epoch:]version-release` (epoch 0 left out), deb `[epoch:]upstream[-revision]`. */
  readonly version: string;
  readonly arch: string;
  /** Of the package file. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly file: string;
  /** sha256 of the metadata texts below: what a snapshot's name is made from. */
  readonly digest: string;
}

/** One package's `<package>` elements, byte for byte as createrepo_c writes them, but for path and file time. */
export interface RpmFragment extends Described {
  readonly format: 'rpm';
  readonly primary: string;
  readonly filelists: string;
  readonly other: string;
}

/** One package's stanza, byte for byte as apt-ftparchive writes it, but for `Filename`; ends with one newline. */
export interface DebFragment extends Described {
  readonly format: 'deb';
  readonly stanza: string;
}

export type Fragment = RpmFragment | DebFragment;

/** Path of a package below a repository's root and below the store: `pool/9f/9f86…/storm-1.rpm`. */
export function poolPath(sha256: string, file: string): string {
  return `pool/${sha256.slice(0, 2)}/${sha256}/${file}`;
}

/**
 * A package's file name in the pool: `%3a` and its like decoded, because servers decode them in what clients ask for.
 * What cannot be decoded stays, and is refused at intake.
 */
export function poolName(file: string): string {
  return file.replace(/%([2-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
