import type { ThrowAwaySystem } from '#shell/environment/ports.ts';
import type { SiteName } from './clients.ts';
import type { LocalWorld } from './local-world.ts';

/** What the journey remembers from station to station. */
export interface Story {
  readonly local: LocalWorld;
  /** Pull requests by what they are: `first`, `faulty`, `bdii` … and each PPA's name. */
  readonly pulls: Map<string, number>;
  /** Tickets by what they are about. */
  readonly tickets: Map<string, number>;
  /** What had to wait for the schedule, because no event had led to it. */
  readonly ticks: string[];
  /** Sites that installed the first release and stay, to be upgraded. */
  readonly sites: Map<SiteName, ThrowAwaySystem>;
  readonly checks: { done: number };
}

/** A station that did not do what it should. */
export class StoryFault extends Error {
  constructor(sentence: string, details: readonly string[] = []) {
    super([sentence, ...details].join('\n    '));
    this.name = 'StoryFault';
  }
}

export function openStory(local: LocalWorld): Story {
  return { local, pulls: new Map(), tickets: new Map(), ticks: [], sites: new Map(), checks: { done: 0 } };
}

/** Checks one thing that must hold; counted, so that a station cannot pass without checking. */
export function must(story: Story, holds: boolean, sentence: string, details: readonly string[] = []): asserts holds {
  if (!holds) throw new StoryFault(sentence, details);
  story.checks.done += 1;
}

export function pullOf(story: Story, name: string): number {
  const number = story.pulls.get(name);
  if (number === undefined) throw new StoryFault(`The story knows no pull request ${name}.`);
  return number;
}

/** Ends what the story holds of its own. */
export async function closeStory({ sites }: Story): Promise<void> {
  for (const system of sites.values()) await system.destroy();
  sites.clear();
}
