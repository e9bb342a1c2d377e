import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Octokit } from '@octokit/rest';
import { CALENDAR_PATH, parseCalendar } from '#core/calendar/calendar.ts';
import { dayOf, isDay, startOfDay } from '#core/calendar/day.ts';
import { quarterly } from '#core/calendar/quarters.ts';
import { plansRevision, renumbered } from '#core/calendar/renumber.ts';
import { type Forecast, forecast, releaseFor, type Waiting } from '#core/calendar/simulate.ts';
import { parseTag, versionsOf } from '#core/calendar/tag.ts';
import { type Lane, laneName } from '#core/distribution/distribution.ts';
import { parseDistribution } from '#core/distribution/parse.ts';
import { readOrigin } from '#core/intake/pull-request.ts';
import { parseReleaseFolder } from '#core/ppa/folder.ts';
import { parseRecord } from '#core/rollout/record.ts';
import { soundOf } from '#core/yaml.ts';

/**
 * `npm run calendar`: what is planned and frozen. `-- --at 2026-12-10` simulates that day, `--ppa <name>` with `--ready`
 * tells with which release a PPA comes; `--add 4` writes the next quarterly entries. With GITHUB_REPOSITORY (and
 * GITHUB_TOKEN, GITHUB_API_URL) the waiting PPAs are asked of the forge, else none are known.
 */
const CHECKOUT = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    at: { type: 'string' },
    ppa: { type: 'string' },
    ready: { type: 'string' },
    lane: { type: 'string' },
    add: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const today = new Date();
const day = values.at ?? dayOf(today);
for (const text of [day, values.ready ?? day]) {
  if (isDay(text)) continue;
  console.error(`"${text}" is no day such as 2026-12-10.`);
  process.exit(2);
}
const at = startOfDay(day);
const text = readFileSync(join(CHECKOUT, CALENDAR_PATH), 'utf8');
const written = soundOf(parseCalendar(text));
const lanes = declaredLanes().filter((lane) => values.lane === undefined || laneName(lane) === values.lane);
const released = execFileSync('git', ['-C', CHECKOUT, 'tag', '--merged'], { encoding: 'utf8' }).split('\n');

const calendar = renumbered(written, aloneTags());

if (values.add !== undefined) add(Number(values.add));
else if (values.ppa !== undefined) answer(values.ppa, values.ready ?? day);
else show(await forecasts());

/** Released tags of planned lanes whose own texts and records say that an emergency went out. */
function aloneTags(): string[] {
  const show = (...args: string[]) => execFileSync('git', ['-C', CHECKOUT, ...args], { encoding: 'utf8' });
  return released.filter((tag) => {
    const lane = parseTag(tag)?.lane;
    if (lane === undefined || tag.endsWith('.0') || !plansRevision(written, laneName(lane))) return false;
    const versions = versionsOf(lane, released);
    const former = `${lane.distribution}-${versions[versions.indexOf(parseTag(tag)?.version ?? '') - 1]}`;
    const added = show('diff', '--name-only', '--diff-filter=A', former, tag, '--', 'releases');
    const records = added.split('\n').filter((path) => path.endsWith('/rollout.yml'));
    return records.length === 1 && parseRecord(show('show', `${tag}:${records[0]}`))?.urgent?.confirmedBy !== undefined;
  });
}

async function forecasts(): Promise<Forecast[]> {
  const found = await waiting();
  return lanes.map((lane) => forecast(calendar, lane, { released, at, waiting: found }));
}

function declaredLanes(): Lane[] {
  const files = readdirSync(join(CHECKOUT, 'repos')).filter((name) => name.endsWith('.yml'));
  return files.flatMap((file) => {
    const { distribution, majors } = soundOf(
      parseDistribution(readFileSync(join(CHECKOUT, 'repos', file), 'utf8'), { file }),
    );
    return majors.map(({ major }) => ({ distribution, major }));
  });
}

/** PPAs in UMDStore that are not in the candidate, by their labels. */
async function waiting(): Promise<Waiting[]> {
  const { GITHUB_REPOSITORY: repository = '', GITHUB_TOKEN: auth, GITHUB_API_URL: baseUrl } = process.env;
  const [owner = '', repo = ''] = repository.split('/');
  if (repo === '') return [];
  const octokit = new Octokit({
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(auth === undefined ? {} : { auth }),
  });
  const params = { owner, repo, base: 'candidate', state: 'open', per_page: 100 } as const;
  const pulls = await octokit.paginate(octokit.rest.pulls.list, params);
  return pulls.flatMap(({ title, body, labels }) => {
    const lane = parseReleaseFolder(readOrigin(body ?? '')?.release ?? '')?.lane;
    const ready = labels.some(({ name }) => name === 'RolloutProgress: UMDStore');
    return ready && lane !== undefined ? [{ ppa: title, lane: laneName(lane) }] : [];
  });
}

function show(found: readonly Forecast[]): void {
  if (values.json) return void console.log(JSON.stringify(found, undefined, 2));
  for (const { lane, frozen, release, from, fixed, moves, waits } of found) {
    if (release === undefined) console.log(`${lane} on ${day}: open; no release is planned.`);
    else {
      const word = frozen ? `frozen since ${from}` : `open, frozen from ${from}`;
      const was = release.planned === undefined ? '' : `; planned as ${release.planned}, which an emergency took`;
      console.log(
        `${lane} on ${day}: ${word} for ${release.version} on ${release.date} (date fixed from ${fixed}${was}).`,
      );
    }
    for (const ppa of moves) console.log(`  moves into the candidate: ${ppa}`);
    for (const ppa of waits) console.log(`  waits for the release: ${ppa}`);
  }
}

function answer(ppa: string, ready: string): void {
  for (const lane of lanes) {
    const found = releaseFor(calendar, lane, { released, ready });
    const word = found === undefined ? 'with no planned release' : `with ${found.version} on ${found.date}`;
    console.log(`${ppa}, ready on ${ready}: in ${laneName(lane)} ${word}.`);
  }
}

function add(count: number): void {
  let written = text;
  for (const lane of lanes) {
    const lines = quarterly(calendar, lane, { released, from: at, count }).map(
      ({ version, date }) => `      - {version: ${version}, date: ${date}}\n`,
    );
    const entry = new RegExp(`(^ {2}${laneName(lane)}:\\n(?: {4,}.*\\n)*)`, 'm');
    if (!entry.test(written)) written = `${written}  ${laneName(lane)}:\n    releases:\n`;
    written = written.replace(entry, (block) => `${block}${lines.join('')}`);
    for (const line of lines) console.log(`${laneName(lane)}: ${line.trim().slice(2)}`);
  }
  soundOf(parseCalendar(written));
  writeFileSync(join(CHECKOUT, CALENDAR_PATH), written);
}
