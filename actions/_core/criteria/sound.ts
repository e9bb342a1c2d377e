import { isDay } from '#core/calendar/day.ts';
import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import type { Criteria } from './criterion.ts';
import { ELSEWHERE } from './findings.ts';
import { compareVersions, inForce, introducedIn } from './versions.ts';

/** What no single file can tell: whether the files below `criteria/` fit each other. */
export function inconsistencies(criteria: Criteria): Fault[] {
  return [
    ...ofCatalogue(criteria),
    ...ofProfiles(criteria),
    ...ofVersions(criteria),
    ...ofReleased(criteria),
    ...ofWaivers(criteria),
    ...ofFindings(criteria),
  ];
}

function ofCatalogue({ catalogue, capabilities, released }: Criteria): Fault[] {
  const faults: Fault[] = [];
  const say = (sentence: string) => faults.push(wrong('criteria/catalogue', sentence));
  const superseded = new Set([...catalogue.values()].flatMap(({ supersedes }) => supersedes));
  for (const { id, related, capabilities: named, log } of catalogue.values()) {
    for (const other of related.filter((each) => !each.startsWith('https://') && !catalogue.has(each)))
      say(`${id} is related to ${other}, which is not there.`);
    for (const capability of named.filter((each) => each !== 'generic' && !capabilities.includes(each)))
      say(`${id} names the capability ${capability}, which is not there.`);
    if (superseded.has(id)) say(`${id} is superseded by another criterion and stands in the catalogue all the same.`);
    for (const { date } of log.filter((each) => !isDay(each.date)))
      say(`${id} was changed on ${date}, which is no day.`);
    if (log.some(({ date }, at) => at > 0 && date < (log[at - 1]?.date ?? '')))
      say(`The revisions of ${id} are not in order.`);
  }
  // domain.md section 5: ids are never reused, so none vanishes; an id that was given up is superseded by another.
  for (const [version, ids] of released)
    for (const id of ids.filter((each) => !catalogue.has(each) && !superseded.has(each)))
      say(`${id} of version ${version} has vanished.`);
  return faults;
}

function ofProfiles({ catalogue, profiles }: Criteria): Fault[] {
  return [...profiles.values()].flatMap(({ profile, criteria }) =>
    criteria
      .filter((id) => !catalogue.has(id))
      .map((id) => wrong(`criteria/profiles/${profile}.yml`, `No criterion ${id} is in the catalogue.`)),
  );
}

function ofVersions({ versions, roadmap, catalogue }: Criteria): Fault[] {
  const file = 'criteria/versions.yml';
  const finals = versions.filter(({ state }) => state === 'FINAL');
  const drafts = versions.filter(({ state }) => state === 'DRAFT');
  const faults: Fault[] = [];
  const say = (sentence: string) => faults.push(wrong(file, sentence));
  if (finals.length === 0) say('No version is FINAL.');
  if (new Set(finals.map(({ major }) => major)).size < finals.length) say('Of one major two versions are FINAL.');
  if (drafts.length !== 1 || drafts[0]?.version !== roadmap[0]?.version)
    say('The one DRAFT and the first version of the roadmap have to be the same.');
  const days = [...versions.map(({ date }) => date), ...roadmap.flatMap(({ date, reviews }) => [date, ...reviews])];
  for (const day of new Set(days.filter((each) => !isDay(each)))) say(`${day} is no day of the calendar.`);
  for (const { version, date, reviews } of roadmap)
    if (reviews.some((day, at) => day >= (reviews[at + 1] ?? date)))
      say(`Reviews of ${version} have to be in order, before its day.`);
  const known = new Set([...versions, ...roadmap].map(({ version }) => version));
  for (const criterion of catalogue.values())
    if (!known.has(introducedIn(criterion))) say(`${criterion.id} began in a version that is not there.`);
  if ([...roadmap].some(({ version }, at) => at > 0 && compareVersions(version, roadmap[at - 1]?.version ?? '') <= 0))
    say('The roadmap is not in order.');
  return faults;
}

/** What was released is listed, and nothing is slipped into a version that is out: a criterion begins in the DRAFT. */
function ofReleased(criteria: Criteria): Fault[] {
  const { versions, released } = criteria;
  return versions
    .filter(({ state }) => state !== 'DRAFT')
    .flatMap(({ version, state }): Fault[] => {
      const file = `criteria/released/${version}.yml`;
      const listed = released.get(version);
      if (listed === undefined)
        return [wrong(file, `Version ${version} is ${state} and its list of criteria is not there.`)];
      return inForce(criteria, version)
        .filter(({ id }) => !listed.includes(id))
        .map(({ id }) => wrong(file, `${id} says it began in version ${version}, which was released without it.`));
    });
}

/** One for each criterion and product, which ends: of two nobody knows which holds, and a day that is none never comes. */
function ofWaivers({ waivers, catalogue }: Criteria): Fault[] {
  const say = (sentence: string) => wrong('criteria/waivers.yml', sentence);
  return waivers.flatMap(({ criterion, product, expires }, at) => [
    ...(catalogue.has(criterion) ? [] : [say(`${criterion} is waived and not in the catalogue.`)]),
    ...(isDay(expires) ? [] : [say(`The waiver of ${criterion} for ${product} ends on ${expires}, which is no day.`)]),
    ...(waivers.findIndex((each) => each.criterion === criterion && each.product === product) < at
      ? [say(`${criterion} is waived twice for ${product}.`)]
      : []),
  ]);
}

/** A finding can only be told in a row that a machine writes. */
function ofFindings({ findings, catalogue }: Criteria): Fault[] {
  const named = [...new Set(findings.flatMap(({ criterion }) => (criterion === undefined ? [] : [criterion])))];
  return [ELSEWHERE, ...named]
    .filter((id) => (catalogue.get(id)?.check ?? 'manual') === 'manual')
    .map((id) => wrong('criteria/findings.yml', `${id} is no criterion with an automated check.`));
}

function wrong(file: string, sentence: string): Fault {
  return fault('CRITERIA_INVALID', sentence, { file });
}
