import { freezeOf } from '#core/calendar/freeze.ts';
import { parseTag } from '#core/calendar/tag.ts';
import { type Lane, laneName } from '#core/distribution/distribution.ts';
import type { CandidateEvidence } from '#core/verification/evidence.ts';
import type { Effect, StatusEffect } from './effects.ts';
import type { Run, Trusted } from './evidence.ts';
import type { World } from './facts.ts';
import { mayStart } from './repeat.ts';

/** A lane of the candidate. */
export interface LaneFacts {
  readonly lane: Lane;
  /** Head of `candidate`. */
  readonly commit: string;
  /** Trusted, about this lane and commit, newest first. */
  readonly evidence: readonly Trusted<CandidateEvidence>[];
  /** Trusted runs of compose-release for the lane, newest first. */
  readonly runs: readonly Run[];
  /** Our last status of the lane's context on that commit. */
  readonly status?: { readonly state: string; readonly description: string };
  /** Is the lane's candidate repository published as Git wants it? */
  readonly published: boolean;
}

const ATTEMPTS = 3;

/** While frozen: the candidate is tested whole, and its head says how that went (domain.md section 7). */
/** How the whole test of the candidate's head went, as its status says it. */
export function standingOfLane({ evidence }: Pick<LaneFacts, 'evidence'>): Pick<StatusEffect, 'state' | 'description'> {
  const result = evidence.find(({ value }) => value.conclusion !== 'error')?.value;
  return wordOf(result, evidence.length >= ATTEMPTS && result === undefined);
}

export function planLane(facts: LaneFacts, world: World): Effect[] {
  if (!freezeOf(world.calendar, facts.lane, world.released, world.now).frozen) return [];
  return planTest(facts, world.now);
}

/** @param branch what is tested whole, when it is not the candidate */
export function planTest(facts: LaneFacts, now: Date, branch?: string): Effect[] {
  const { lane, evidence, runs } = facts;
  const name = laneName(lane);
  const result = evidence.find(({ value }) => value.conclusion !== 'error')?.value;
  const failed = evidence.length >= ATTEMPTS && result === undefined;
  const dispatch =
    result === undefined && !failed && facts.published && mayStart(runs, now).kind === 'now'
      ? [
          {
            kind: 'dispatch',
            workflow: 'compose-release',
            title: composeTitle(name, branch),
            inputs: { lane: name, ...(branch === undefined ? {} : { branch }) },
          } as const,
        ]
      : [];
  return [...status(facts, name, result, failed), ...dispatch];
}

/** The run's name, as compose-release.yml makes it. */
export function composeTitle(lane: string, branch?: string): string {
  return branch === undefined ? `compose-release ${lane}` : `compose-release ${lane} ${branch}`;
}

export function laneContext(lane: string): string {
  return `release-candidate/${lane}`;
}

function status(
  { commit, status: shown }: LaneFacts,
  lane: string,
  result: CandidateEvidence | undefined,
  failed: boolean,
): StatusEffect[] {
  const wanted = wordOf(result, failed);
  if (shown?.state === wanted.state && shown.description === wanted.description) return [];
  return [{ kind: 'status', sha: commit, context: laneContext(lane), ...wanted }];
}

function wordOf(result: CandidateEvidence | undefined, failed: boolean): Pick<StatusEffect, 'state' | 'description'> {
  if (failed) return { state: 'error', description: 'Tested three times without a result.' };
  if (result === undefined) return { state: 'pending', description: 'Not tested whole yet.' };
  const { platforms, conclusion } = result;
  const wrong = platforms.filter((platform) => platform.conclusion !== 'pass').map(({ platform }) => platform);
  if (conclusion === 'pass' && wrong.length === 0 && platforms.length > 0)
    return {
      state: 'success',
      description: `Tested whole on ${platforms.map(({ platform }) => platform).join(', ')}.`.slice(0, 140),
    };
  return {
    state: 'failure',
    description: `Does not install whole on ${wrong.join(', ') || 'any platform'}.`.slice(0, 140),
  };
}

/** A tag as Git has it. */
export interface TagFacts {
  readonly tag: string;
  readonly commit: string;
  readonly merged: boolean;
  /** Trusted runs of release for it, newest first. */
  readonly runs: readonly Run[];
}

/** A release tag that is not in production yet is handed to release.yml, which judges it. */
export function planTag({ tag, merged, runs }: TagFacts, world: World): Effect[] {
  const parsed = parseTag(tag);
  const declared = world.distributions.some(
    ({ distribution, majors }) =>
      distribution === parsed?.lane.distribution && majors.some(({ major }) => major === parsed.lane.major),
  );
  if (merged || !declared || mayStart(runs, world.now).kind !== 'now') return [];
  return [{ kind: 'dispatch', workflow: 'release', title: `release ${tag}`, inputs: { tag } }];
}
