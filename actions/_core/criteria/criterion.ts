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
  readonly source: Source;
  /** Issue, ticket or document that asked for it. */
  readonly reference?: string;
  readonly change: string;
}

export interface Criterion {
  /** `QC_DIST_1`: never reused, never taken away. */
  readonly id: string;
  readonly name: string;
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

export interface Criteria {
  /** The version that is FINAL. */
  readonly version: string;
  readonly catalogue: ReadonlyMap<string, Criterion>;
  readonly profiles: ReadonlyMap<string, Profile>;
}

/** A criterion as it stands for one product. */
export interface AppliedCriterion {
  readonly criterion: Criterion;
  readonly critical: boolean;
}
