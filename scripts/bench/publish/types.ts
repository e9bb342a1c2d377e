import type { Library, PackageSet } from '../packages/library.ts';
import type { Book } from '../packages/shelve.ts';

export interface Bench {
  readonly library: Library;
  readonly size: number;
  /** Empty, on the same file system as everything else. */
  readonly folder: string;
  readonly key: Key;
}

/** A key in an agent that runs: everybody signs with it. */
export interface Key {
  readonly home: string;
  readonly fingerprint: string;
}

/** Whoever publishes. Each run must show one package more that changed. */
export interface Publisher {
  readonly peer: string;
  /** Everything up to the first published state; not measured. */
  prepare(): Promise<void>;
  /** Exchanges one package and publishes. @returns wall time of the publishing alone, ms */
  run(change: Book): Promise<number>;
  /** Runs per median; a peer that takes half a minute is asked less often. */
  readonly runs?: number;
}

export interface Row {
  readonly set: PackageSet;
  readonly format: string;
  readonly packages: number;
  readonly peer: string;
  readonly ours_ms: number;
  readonly peer_ms: number;
  readonly ratio: number;
}
