import type { Activity } from './activity.ts';
import type { Live } from './live.ts';
import type { Mirror } from './mirror.ts';
import type { Groups } from './run/groups.ts';
import type { Wire } from './wire.ts';

/** What every run on this machine shares. */
export type Machine = {
  forgeUrl: string;
  runnerToken: string;
  wire: Wire;
  dir: string;
  labels: readonly string[];
  /** What children see of this machine's environment. */
  env: { readonly [name: string]: string };
  activity: Activity;
  /** A free place for a job of these labels; resolves to what gives it back, or undefined when the signal came first. */
  places: (labels: readonly string[], signal: AbortSignal) => Promise<(() => void) | undefined>;
  groups: Groups;
  mirror: (repository: string) => Mirror;
  closeMirrors: () => void;
  /** How many workflow_run links lead to a run. */
  depths: Map<number, number>;
  live: Live;
  /** Begins the mark in the environment of every process of this runner's jobs; the same for the same `dir`. */
  mark: string;
  /** Artifacts of this runner's runs: `run/name`. */
  uploaded: Set<string>;
  tell: (line: string) => void;
};

/** Variables of this machine that a job may see; the rest of a person's shell is nobody's business. */
const INHERITED = /^(PATH|LANG|LC_.*|TZ|SHELL|USER|LOGNAME|TMPDIR|(https?|no|all)_proxy)$/i;

export function inherited(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => {
      return entry[1] !== undefined && INHERITED.test(entry[0]);
    }),
  );
}
