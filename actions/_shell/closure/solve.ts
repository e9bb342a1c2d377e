import type { Closure } from '#core/closure/closure.ts';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { refusal } from '#core/fault-codes.ts';
import { mustRun } from '#shell/process.ts';
import { SOLVER } from './solver.ts';

/** Metadata of a repository on disk, compressed or not. `solv`: where its binary form is kept for the next time. */
export type Part = { readonly id: string; readonly solv?: string } & (
  | { readonly kind: 'packages'; readonly path: string }
  | { readonly kind: 'rpmmd'; readonly primary: string; readonly filelists: string }
  | { readonly kind: 'rpm'; readonly path: string }
);

export interface Question {
  readonly format: PackageFormat;
  readonly arch: string;
  readonly base: readonly Part[];
  readonly own: readonly Part[];
  /** sha256 of the packages in each state; `own` describes them all. */
  readonly states: { readonly old: readonly string[]; readonly new: readonly string[] };
}

interface Answer {
  readonly missing: readonly string[];
  readonly states: Closure;
}

/** Debian's own Python, for which python3-solv is built; another one of the machine's would not find it. */
const PYTHON = '/usr/bin/python3';

/**
 * Which packages of each state cannot be installed, and why. One process for both states, because loading is what takes time.
 * @throws ProvisioningError COMMAND_FAILED, COMMAND_MISSING, PUBLISHED_OUTDATED when the metadata lacks packages of a state
 */
export async function solve(question: Question): Promise<Closure> {
  const input = JSON.stringify(question);
  const said = await mustRun([PYTHON, '-I', '-c', SOLVER], { input, timeout: 600_000 });
  const { missing, states } = JSON.parse(said) as Answer;
  if (missing.length === 0) return states;
  throw refusal('PUBLISHED_OUTDATED', `The served metadata lacks ${missing.length} packages, first ${missing[0]}.`);
}
