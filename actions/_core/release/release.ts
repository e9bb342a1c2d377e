import type { ReleaseType } from '#core/ppa/lock.ts';
import type { ProductVersion } from '#core/ppa/ppa.ts';

/**
 * A release as its `release.xml` says it (domain.md section 2; releases/README.md shows the file). When the reader found
 * faults, the values at fault are empty or absent: such a release is good for a preview and for further checks only.
 */
export interface Release {
  /** Ours: the provider's free label, "EMI-2 Update 3". */
  readonly bundleLabel?: string;
  readonly products: readonly ReleaseProduct[];
}

export interface ReleaseProduct {
  /** Long name, "StoRM". */
  readonly name: string;
  /** As written: a plain short name, or the PPA key `INFN.storm.sl6.x86_64` of one-PPA files. */
  readonly shortName: string;
  /** Identity made of the short name: lower case, blanks to `_`. */
  readonly product: string;
  /** Long name of the technology provider. */
  readonly providerName: string;
  /** Short name, upper case. */
  readonly provider: string;
  readonly contact: string;
  readonly technicalContact: string;
  readonly description: string;
  readonly documentationLinks: readonly string[];
  /** `YYYYMMDD` */
  readonly date: string;
  /** True when the packages are only what changed since the product's last release. */
  readonly incremental: boolean;
  readonly emergency: boolean;
  readonly version: ProductVersion;
  /** Text or one URL. */
  readonly releaseNotes: string;
  readonly changeLog: string;
  readonly synch: Synch;
  /** Ours: why the version is not newer than the one before. */
  readonly reason?: string;
  /** Ours: declared release type; without it the version step says it. */
  readonly type?: ReleaseType;
  /** Ours: products of one group move together or not at all. */
  readonly group?: string;
  readonly ppas: readonly ReleasePpa[];
  readonly repositories: readonly ForeignRepository[];
  readonly repoFiles: readonly RepoFile[];
}

export type SynchProtocol = 'yum' | 'deb' | 'rsync' | 'http' | 'ftp';

/** Where packages without an own address come from; without `url` (`n/a`) every package has its own. */
export interface Synch {
  readonly protocol: SynchProtocol;
  readonly url?: string;
}

/** One `UMDmeta:UMDmeta`: the product on one platform and architecture. */
export interface ReleasePpa {
  readonly os: string;
  readonly arch: string;
  readonly capabilities: readonly string[];
  /** Ours: differs from the product's, as when it comes as rpm for one platform and as deb for another. */
  readonly synch?: Synch;
  readonly packages: readonly ReleasePackage[];
}

export interface ReleasePackage {
  readonly kind: 'metapackage' | 'package';
  readonly name: string;
  /** rpm `[epoch:]version`, deb `[epoch:]upstream`, without the release. */
  readonly version: string;
  /** rpm release, deb revision; absent in native deb packages. */
  readonly release?: string;
  readonly arch: string;
  readonly file: string;
  /** Absent when it is taken from the synch URL. */
  readonly url?: string;
  /** Ours. Lower-case hexadecimal. */
  readonly sha256?: string;
  /** Ours. Bytes. */
  readonly size?: number;
}

/** `repository:yumRepository` or `:debRepository`; external leaves the packages at the provider. */
export interface ForeignRepository {
  readonly format: 'yum' | 'deb';
  readonly external: boolean;
  readonly id: string;
  readonly path: string;
}

/** `repofile:yumRepofile` or `:debRepofile`: the client file that the provider proposes. */
export interface RepoFile {
  readonly format: 'yum' | 'deb';
  readonly filename: string;
  readonly relativePath: string;
  readonly sections: readonly RepoSection[];
}

/** Settings of one `repofile:repoid`, in the order written: id, name, enabled, …, baseUrl. */
export type RepoSection = readonly { readonly name: string; readonly value: string }[];

/** Full version of a package as the lock has it: `[epoch:]version-release`. */
export function packageVersion({ version, release }: Pick<ReleasePackage, 'version' | 'release'>): string {
  return release === undefined ? version : `${version}-${release}`;
}
