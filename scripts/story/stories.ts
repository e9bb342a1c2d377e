import { CALENDAR } from './cast.ts';
import type { Opening } from './opening.ts';
import type { Station } from './progress.ts';
import { SIDE_WAYS } from './side-ways.ts';
import { STATIONS } from './stations.ts';
import type { Story } from './story.ts';

export interface Play {
  /** What it is about, for a person who chooses. */
  readonly about: string;
  readonly opening: Opening;
  readonly stations: readonly Station<Story>[];
}

/** The stories that can be played, the default one first. */
export const STORIES = {
  journey: {
    about: 'the first release and an update, from the provider’s pull request to the sites that install them',
    opening: { calendar: CALENDAR },
    stations: STATIONS,
  },
  'side-ways': {
    about: 'a released distribution: an emergency and an exception in a freeze, an ejected PPA, a rollback',
    opening: {
      calendar: [
        { version: '5.0.0', date: '2026-05-04' },
        { version: '5.1.0', date: '2026-06-24' },
      ],
      released: { tag: 'umd-5.0.0', product: 'fetch-crl', age: 'old' },
    },
    stations: SIDE_WAYS,
  },
} as const satisfies Record<string, Play>;

export type StoryName = keyof typeof STORIES;

export function isStoryName(name: string): name is StoryName {
  return Object.hasOwn(STORIES, name);
}
