import type { PackageFormat } from '#core/distribution/distribution.ts';
import type { Abilities, Change, Port } from '#core/environment/system.ts';
import type { CheckerRun } from './checker.ts';
import type { Documentation } from './documentation.ts';
import type { PackageTests } from './package-tests.ts';

/** What was seen while a PPA was installed, run, upgraded and removed: the shell collects, `judge` reads. */
export interface Facts {
  readonly format: PackageFormat;
  readonly abilities: Abilities;
  /** What the product card says. */
  readonly product: ProductFacts;
  readonly installation: Installation;
  /** Undefined when nothing of the product is in production; `impossible` when there is, and no second system to try it in. */
  readonly upgrade: Upgrade | 'impossible' | undefined;
  /** Undefined when the installation failed, so that there is nothing to look at. */
  readonly content: Content | undefined;
  /** Units of the product card; none when the environment has no services or the installation failed. */
  readonly services: readonly ServiceRun[];
  readonly removal: Removal | undefined;
  /** Programs that looked at the packages and at what they installed. */
  readonly checkers: readonly CheckerRun[];
  /** The provider's own test command of the product card, run on the installed product; undefined when there is none. */
  readonly tests: Step | undefined;
  /** Undefined when nobody read what the release names. */
  readonly documentation?: Documentation | undefined;
  /** The package's own tests (autopkgtest); undefined when nobody looked for any. */
  readonly packageTests?: PackageTests | undefined;
}

export interface ProductFacts {
  readonly description: string;
  readonly purpose: string;
  /** Ends of support, `YYYY-MM-DD`. */
  readonly supportEnds: readonly string[];
  /** Day of the verification, `YYYY-MM-DD`. */
  readonly day: string;
}

export interface VersionOf {
  readonly name: string;
  readonly version: string;
}

/** A part of the journey: what failed, when something did. */
export interface Step {
  readonly name: string;
  readonly code: number;
  /** Everything that was said, in order. */
  readonly output: string;
}

export interface Installation {
  readonly steps: readonly Step[];
  readonly wanted: readonly VersionOf[];
  /** Of the wanted names. */
  readonly installed: readonly VersionOf[];
  /** What came along as dependencies, from the base or the area. */
  readonly dependencies: readonly string[];
  /** Files the package manager fetched whose sha256 is not the lock's. */
  readonly foreign: readonly string[];
  /** Sentences about what the PPA would break in the next release: dependants, files, versions that go backward. */
  readonly breaks: readonly string[];
}

export interface Upgrade {
  readonly steps: readonly Step[];
  /** What production had. */
  readonly from: readonly VersionOf[];
  readonly wanted: readonly VersionOf[];
  readonly installed: readonly VersionOf[];
  /** Configuration files that were changed before, and those of them whose change is gone. */
  readonly changedFiles: readonly string[];
  readonly lostFiles: readonly string[];
  /** Units that ran before the upgrade, and those of them that did not run after it. */
  readonly runningUnits?: readonly string[];
  readonly deadUnits?: readonly string[];
}

export interface PackageContent {
  readonly name: string;
  readonly files: readonly string[];
  readonly configuration: readonly string[];
  /** `text`: brought; `named`: only its name in the package's header; `none`. */
  readonly licence: 'text' | 'named' | 'none';
  /** Names of licences, as the package tells them; none when it tells none that a program can read. */
  readonly licences: readonly string[];
}

export interface Secret {
  readonly path: string;
  readonly what: 'private key' | 'password';
}

export interface Content {
  readonly packages: readonly PackageContent[];
  /** What installation changed, beyond the dependencies. */
  readonly afterInstallation: readonly Change[];
  /** And what is so after the services have run. */
  readonly afterServices: readonly Change[];
  /** Files that everyone may read, or journals, that hold a secret. */
  readonly secrets: readonly Secret[];
  /** Open while the services ran, and not before. */
  readonly ports: readonly Port[];
  /** Open after the installation alone, and not before. */
  readonly earlyPorts: readonly Port[];
  readonly certificates: readonly Certificate[];
  /** What systemd-analyze verify says about each unit file that has something to be said about. */
  readonly units: readonly { readonly unit: string; readonly said: string; readonly loads: boolean }[];
  /** Files with capabilities, with what they may. */
  readonly capabilities: readonly string[];
  /** How programs for users answer to `--help`; 124 did not end, 128 and more were killed by a signal. */
  readonly answers: readonly { readonly program: string; readonly code: number; readonly said: boolean }[];
}

/** One of each file. */
export interface Certificate {
  readonly path: string;
  /** As openssl names it: `sha256WithRSAEncryption`. */
  readonly signature: string;
  readonly selfSigned: boolean;
}

export interface ServiceRun {
  readonly unit: string;
  /** `missing`: no such unit; `skipped`: its own conditions keep it from starting. */
  readonly state: 'ran' | 'missing' | 'skipped' | 'failed';
  /** Of a failed one: `start`, `restart`, `start again`, `stop` or `set up`. */
  readonly failedAct?: string;
  readonly output: string;
  /** Account it runs under while it runs; empty when nothing runs. */
  readonly account?: string;
  /** Exposure score of systemd-analyze security, 0 to 10; empty when it tells none. */
  readonly exposure?: string;
}

export interface Removal {
  readonly steps: readonly Step[];
  /** Still there after the purge, beyond what the package manager keeps for itself: paths, and `account <name>`. */
  readonly leftovers: readonly string[];
  /** Still alive after the removal and not there before the installation: processes, failed units, open ports. */
  readonly alive: readonly string[];
}
