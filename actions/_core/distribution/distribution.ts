import type { ReleaseType } from '#core/ppa/lock.ts';

/** What `repos/<distribution>.yml` declares: majors, platforms, teams, keys. */

export type PackageFormat = 'rpm' | 'deb';

export type Compression = 'gz' | 'zst';

/** A foreign repository a product may depend on: base OS, EPEL. Served over http(s); `trusted` skips its signature (local base only). */
export interface BaseRepository {
  readonly id: string;
  readonly url: string;
  /** deb only. */
  readonly suite?: string;
  readonly components?: readonly string[];
  /** Path in the repo or absolute path on the runner of the key that signs it. */
  readonly key?: string;
  readonly trusted?: boolean;
}

export interface Platform {
  /** `al9`, `debian-12`. */
  readonly os: string;
  readonly arch: string;
  readonly format: PackageFormat;
  /** What a person reads: "Debian 12 (bookworm)". Named what it is. */
  readonly title: string;
  /** deb: the suite, `bookworm`. */
  readonly suite?: string;
  readonly base: readonly BaseRepository[];
  /** What its clients read: gz when not given. apt gets zst beside gz; an rpm repository is in the one or the other. */
  readonly compression?: Compression;
  /** `runs-on` labels of the verification runner. */
  readonly runsOn: readonly string[];
  /** Throw-away system: provider's name and golden image's name under repos/images. */
  readonly environment: { readonly provider: string; readonly image: string };
}

/** Role → team slug on the forge (domain.md section 1). */
export type Role =
  | 'release-team'
  | 'verifier'
  | 'staged-rollout-manager'
  | 'release-manager'
  | 'early-adopter'
  | 'quality-criteria'
  | 'vulnerability-group'
  | 'technology-provider';

export interface Distribution {
  /** Path segment: `umd`. */
  readonly distribution: string;
  readonly title: string;
  readonly contact: string;
  readonly majors: readonly { readonly major: number; readonly platforms: readonly string[] }[];
  /** Key `<os>/<arch>`. */
  readonly platforms: Readonly<Record<string, Platform>>;
  readonly teams: Readonly<Record<Role, string>>;
  /** Silence rule and quorum of staged rollout, where they differ from the usual. */
  readonly stagedRollout?: {
    readonly types?: Readonly<Partial<Record<ReleaseType, { readonly reports: number; readonly days?: number }>>>;
    readonly fallbackDays?: number;
  };
  /**
   * `current`: production is one tree that shows the newest release alone, `cas/1/current` of the trust anchors (domain.md
   * section 6); else base and updates, with every released version.
   */
  readonly tree?: 'current';
  /** Released locks that are not served any more: PPA names. */
  readonly withdrawn: readonly string[];
}

/** A distribution's major with its own calendar, freeze and tags: `umd-5`. */
export interface Lane {
  readonly distribution: string;
  readonly major: number;
}

export function laneName({ distribution, major }: Lane): string {
  return `${distribution}-${major}`;
}
