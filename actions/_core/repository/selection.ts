import type { Fault } from '#core/faults.ts';

/** Of whose packages metadata of a provider's repository may speak. */
export interface Selection {
  readonly packages: readonly { readonly name: string; readonly version: string; readonly arch: string }[];
  /** The platform's. */
  readonly arch: string;
  /** As shown in faults. */
  readonly file: string;
}

export interface Selected {
  /** '' when nothing of it is about these packages. */
  readonly text: string;
  readonly faults: readonly Fault[];
}
