/** The lock: this product, on this platform, consists of these packages (design.md section 2). */

export type ReleaseType = 'major' | 'minor' | 'revision';

export interface LockedPackage {
  readonly name: string;
  /** rpm `[epoch:]version-release`, deb `[epoch:]upstream[-revision]`. */
  readonly version: string;
  /** rpm or deb architecture, `noarch` and `all` included. */
  readonly arch: string;
  /** Lower-case hexadecimal sha256 of the package file, the key of the pool. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly file: string;
  /** Fingerprint of the provider's key that vouched for the package (rpm header, or the signed apt index). */
  readonly signer: string;
  /** Where it was fetched from, once. */
  readonly url: string;
}

export interface Lock {
  readonly product: string;
  readonly provider: string;
  /** The PPA's, `1.11.15`; a downgrade or the same again needs `reason`. */
  readonly version: string;
  readonly ppa: string;
  /** Folder of the release: `releases/umd/5/INFN/storm-1.11.15`. */
  readonly release: string;
  readonly type: ReleaseType;
  readonly reason?: string;
  /** PPAs of one group move together or not at all. */
  readonly group?: string;
  readonly packages: readonly LockedPackage[];
}
