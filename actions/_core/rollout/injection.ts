import { dayOf, plusWorkingDays } from '#core/calendar/day.ts';
import { combine, NOBODY, type Why } from '#core/why/why.ts';
import { reason } from './case.ts';
import type { Effect } from './effects.ts';
import type { Comment, Happening, World } from './facts.ts';
import { sayOnce } from './notices.ts';

/** A release that was merged and whose PPAs are not all opened yet. */
export interface Injection {
  /** `releases/umd/5/INFN/voms-2.1.0` */
  readonly folder: string;
  /** Its own pull request, and when that was merged (ISO). */
  readonly pull: number;
  readonly mergedAt: string;
  readonly timeline: readonly Happening[];
  /** Its head, and our one comment there. */
  readonly head: string;
  readonly sticky?: Comment;
}

/** domain.md section 3: "inject within 5 working days of submission"; the release's merge is what submits it. */
const DAYS = 5;

/** Last day on which it is in time. */
export function injectionDue(mergedAt: string): string {
  return dayOf(plusWorkingDays(new Date(mergedAt), DAYS));
}

/** Check-run on the head of the release's pull request that says how the split goes. */
export const SPLIT_CHECK = 'split-release';

type Told = Pick<World, 'now' | 'org' | 'providers' | 'distributions'>;

export function whyOfInjection({ folder, mergedAt }: Injection, world: Told): Why {
  const due = injectionDue(mergedAt);
  if (dayOf(world.now) <= due)
    return combine([reason('temporarily', `The bouncer fetches and splits ${folder}, until ${due}.`, NOBODY, due)]);
  const sentence = `Not all PPAs of ${folder} were opened by ${due}, 5 working days after it was merged.`;
  return combine([
    reason('waiting for item', sentence, `${teamOf(folder, world)} (the runs of split-release say why)`),
  ]);
}

/** Said once, to those who must act and to the provider who waits. */
export function planInjection(injection: Injection, world: Told): Effect[] {
  const { folder, pull, mergedAt, timeline } = injection;
  if (dayOf(world.now) <= injectionDue(mergedAt)) return [];
  const provider = folder.split('/')[3] ?? '';
  const people = (world.providers[provider]?.people ?? []).map((login) => `@${login}`).join(' ');
  const { sentence, who } = whyOfInjection(injection, world);
  const body = `${people} ${sentence} Who must act: ${who}.`.trim();
  return sayOnce([{ key: `injection-${folder}`, body }], pull, timeline);
}

function teamOf(folder: string, { org, distributions }: Told): string {
  const distribution = folder.split('/')[1];
  const teams = distributions.find((each) => each.distribution === distribution)?.teams;
  return `@${org}/${teams?.['release-team'] ?? 'release-team'}`;
}
