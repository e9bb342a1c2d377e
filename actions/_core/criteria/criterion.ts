import type { FindingRule } from './findings.ts';
import type { ListedLicence } from './licences.ts';

/** Quality criteria as data: `criteria/catalogue/<family>.yml` (domain.md section 5). */

/** A quality of a product that decides whether a criterion is critical; a profile says which its products have. */
export const TRAITS = ['service', 'user-tool', 'authenticates'] as const;
export type Trait = (typeof TRAITS)[number];

/** The six sources of a change (domain.md section 5). */
export const SOURCES = [
  'user community',
  'operations community',
  'deficiencies found',
  'vulnerability group',
  'reference implementations',
  'provider feedback',
] as const;
export type Source = (typeof SOURCES)[number];

export interface Revision {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** Criteria version. */
  readonly version: string;
  /** Of a first version the point of view from which it was drawn up: nobody filed a request for it. */
  readonly source: Source;
  /** Issue, ticket or document that asked for it, or a specification that it follows. */
  readonly reference?: string;
  readonly change: string;
}

/**
 * Where a criterion comes from. `published`: id, name and weight are those of EGI's published criteria of versions 6 to 8
 * (domain.md section 5), the words and the older ids named in `supersedes` are ours. `own`: the family is named as EGI's
 * version 3 did; id, name and words are ours, even where an id is known from then.
 */
export const ORIGINS = ['published', 'own'] as const;
export type Origin = (typeof ORIGINS)[number];

export interface Criterion {
  /** `QC_DIST_1`: never reused, never taken away. */
  readonly id: string;
  readonly name: string;
  readonly origin: Origin;
  /** UMD capabilities it belongs to, or `generic`. */
  readonly capabilities: readonly string[];
  /** `always`, `never`, or traits of which one is enough. */
  readonly critical: 'always' | 'never' | readonly Trait[];
  /** Asked of every release; else of major ones, and of minor ones when the change touches it (domain.md section 4). */
  readonly everyRelease: boolean;
  readonly applicability: string;
  readonly description: string;
  /** What the provider has to give. */
  readonly input: string;
  readonly pass: string;
  readonly howToTest: string;
  /** Ids of criteria, and addresses of public documents. */
  readonly related: readonly string[];
  /** Older ids of the same matter. */
  readonly supersedes: readonly string[];
  /** Name of the automated check, or `manual`. */
  readonly check: string;
  /** Oldest first. */
  readonly log: readonly Revision[];
}

/** Kind of product → criteria. A product card names its profiles. */
export interface Profile {
  readonly profile: string;
  readonly title: string;
  readonly traits: readonly Trait[];
  readonly criteria: readonly string[];
}

/** A version of the criteria: FINAL is verified with, one per UMD major; DRAFT is the next; DEPRECATED was. */
export interface CriteriaVersion {
  readonly version: string;
  readonly state: 'FINAL' | 'DRAFT' | 'DEPRECATED';
  /** UMD major it is for. */
  readonly major: number;
  /** `YYYY-MM-DD`; of a DRAFT the planned one. */
  readonly date: string;
}

/** A release of the roadmap: its day, and the days on which its two public drafts go out for review. */
export interface PlannedVersion {
  readonly version: string;
  readonly date: string;
  readonly reviews: readonly string[];
}

/** Lets a product pass although a criterion fails: exact, with a reason, an owner and an end. */
export interface Waiver {
  readonly criterion: string;
  readonly product: string;
  readonly reason: string;
  /** Login on the forge. */
  readonly owner: string;
  readonly ticket: string;
  /** Last day, `YYYY-MM-DD`. */
  readonly expires: string;
}

export interface Criteria {
  /** The version that is FINAL, of the newest major. */
  readonly version: string;
  readonly versions: readonly CriteriaVersion[];
  /** The next releases, soonest first. */
  readonly roadmap: readonly PlannedVersion[];
  readonly catalogue: ReadonlyMap<string, Criterion>;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly waivers: readonly Waiver[];
  /** What findings of other programs mean. */
  readonly findings: readonly FindingRule[];
  readonly licences: readonly ListedLicence[];
  /** Names of criteria/capabilities.yml. */
  readonly capabilities: readonly string[];
  /** Ids of every released version: none may vanish. */
  readonly released: ReadonlyMap<string, readonly string[]>;
}

/** A criterion as it stands for one product. */
export interface AppliedCriterion {
  readonly criterion: Criterion;
  readonly critical: boolean;
}
