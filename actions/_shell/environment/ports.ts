/** Throw-away systems (design.md section 8): what the rest of the house may ask of them, whoever gives them. */
import type { Image } from '#core/environment/image.ts';
import type { Abilities, Change, Outcome, Port } from '#core/environment/system.ts';

export type Availability =
  | { readonly available: true; readonly abilities: Abilities }
  | { readonly available: false; readonly why: string };

export interface GoldenImage {
  readonly image: Image;
  /** Whole digest of the description. */
  readonly sha256: string;
  /** Folder of the golden root, or of a virtual machine's disk, kernel and initramfs. No system writes there. */
  readonly root: string;
}

export interface Limits {
  /** Milliseconds; afterwards the program is ended and its code is 124. */
  readonly timeout?: number;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ThrowAwaySystem {
  readonly name: string;
  readonly abilities: Abilities;
  /** How many times longer than at this machine's own speed everything takes; limits given to `run` are stretched by it. */
  readonly pace: number;
  /**
   * Milliseconds, so far, in which whatever of it could have run waited for a processor that others had; undefined where the
   * kernel does not tell.
   */
  readonly starved?: () => number | undefined;
  /** Before `boot` with the host's network and without services; afterwards inside the booted system, cut off. */
  run(argv: readonly string[], limits?: Limits): Promise<Outcome>;
  /** File inside the system, its folders made, 0644 unless told. */
  writeFile(path: string, text: string | Uint8Array, mode?: number): Promise<void>;
  copyIn(from: string, to: string): Promise<void>;
  copyOut(from: string, to: string): Promise<void>;
  /** Starts systemd and cuts the network. @throws ProvisioningError ENVIRONMENT_FAULT */
  boot(): Promise<void>;
  /** Everything that differs from the golden root, by path. */
  listChanges(): Promise<Change[]>;
  probePorts(): Promise<Port[]>;
  /** What is unsound about the system itself, before any product is judged on it; empty when sound. */
  selfTest(): Promise<string[]>;
  /** Ends every process, and takes away every mount and file. Twice does no harm. */
  destroy(): Promise<void>;
}

export interface EnvironmentProvider {
  readonly name: string;
  detect(): Promise<Availability>;
  /** The golden root, built when the cache has none for this description. `progress` is told a line at a time. */
  ensureImage(image: Image, progress: (line: string) => void): Promise<GoldenImage>;
  create(golden: GoldenImage): Promise<ThrowAwaySystem>;
}
