import type { Forge } from '#scripts/forge/forge.ts';
import { appsOf } from './apps.ts';
import { peopleOf } from './people.ts';
import { reposOf } from './repositories.ts';
import { eventsOf, timeOf } from './time.ts';

/** What a site's administrator does by hand; most of it through POST /_forge/… too. */
export type Admin = ReturnType<typeof makeAdmin>;

export function makeAdmin(forge: Forge) {
  return { ...peopleOf(forge), ...appsOf(forge), ...reposOf(forge), ...timeOf(forge), ...eventsOf(forge) };
}
