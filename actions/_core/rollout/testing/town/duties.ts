import { affairs, emergency, exception, isWithdrawn, tagWith } from './affairs.ts';
import type { Forge, TownPull } from './forge.ts';
import { read } from './git-facts.ts';
import { frozenFor } from './ledger.ts';
import { ADOPTERS, CREWS, type Crew, PLANNED, PROVIDER } from './people.ts';
import { completedText, laneText, lockPathOf, lockTextOf, nameOf, readReport, type Subject } from './subject.ts';

/** What diligent people do next, by what they see: labels, the report, the sticky comment. */
export interface Duty {
  /** Who, what, where: the same is not done twice before somebody answered. */
  readonly key: string;
  readonly act: () => void;
}

/** A newer PPA of the same product is opened as soon as the older one has come so far. */
export interface Successor extends Subject {
  readonly after?: { readonly pull: number; readonly at: string };
}

export function dutiesOf(forge: Forge, subjects: readonly Successor[]): Duty[] {
  const waiting = subjects.filter(({ pull }) => !forge.pulls.has(pull));
  const opening = waiting.filter(({ after }) => after === undefined || cameSoFar(forge, after));
  const expected = new Set(opening.flatMap(({ after }) => (after === undefined ? [] : [after.pull])));
  const pulls = [...forge.pulls.values()].filter((pull) => pull.open && !expected.has(pull.number));
  return [
    ...opening.slice(0, 1).map((subject) => ({ key: `open ${subject.pull}`, act: () => forge.open(subject) })),
    ...pulls.flatMap((pull) => aboutPull(forge, pull)),
    ...affairs(forge, subjects),
    ...Object.keys(PLANNED).flatMap((lane) => release(forge, lane)),
    ...pulls.flatMap((pull) => releaseAlone(forge, pull)),
  ];
}

/** Whoever comes then takes nobody's place: the older one is out, or of another product. */
const LATE = ['released', 'frozen', 'frozen again'];

function cameSoFar(forge: Forge, { pull: number, at }: { readonly pull: number; readonly at: string }): boolean {
  const pull = forge.pulls.get(number);
  if (pull === undefined) return false;
  const out = tagWith(forge, pull.subject) !== undefined; // not by its label, which may be anybody's
  const frozen = frozenFor(forge.ledger.planned, laneText(pull.subject), forge.released(), forge.now) !== undefined;
  if (LATE.includes(at)) return (out || (at === 'frozen' && pull.merged)) && (frozen || at === 'released');
  const over = pull.merged || pull.labels.includes('RolloutProgress: Rejected'); // closed by a stranger it comes back
  return over || (at !== 'merged' && pull.labels.includes(`RolloutProgress: ${at}`));
}

function aboutPull(forge: Forge, pull: TownPull): Duty[] {
  const { subject, labels, number } = pull;
  const crew = CREWS[subject.distribution] as Crew;
  const claims = labels.filter((label) => label.startsWith('RolloutProgress: '));
  const state = claims.length === 1 ? (claims[0] ?? '').slice('RolloutProgress: '.length) : '';
  const duty = (who: string, what: string, act: () => void): Duty => ({
    key: `${who} ${what} #${number} ${pull.build}`,
    act,
  });
  const say = (who: string, body: string) => duty(who, body, () => speak(forge, pull, who, body));
  const held = labels.some((label) => label.startsWith('hold: '));
  const words = pull.sticky?.body ?? '';
  const others = [
    ...emergency(forge, pull),
    ...exception(forge, pull),
    ...(forge.filesOf(pull).foreign.length > 0 && words.includes('changes other files')
      ? [duty(PROVIDER, 'tidy', () => forge.push(pull, { foreign: [] }))]
      : []),
    ...(words.includes('was turned down; the group')
      ? [say(state === 'StagedRollout' ? crew.staged : crew.verifier, '/reject its group does not move')]
      : (STATES[state] ?? (() => []))({ forge, pull, crew, say, duty, words })),
  ];
  // held until nothing else is left to do; a hold on one that is followed would keep both (domain.md), so it is short
  const unhold = held ? [say(crew.verifier, '/unhold')] : [];
  return others.length === 0 || subject.product === 'voms' ? [...unhold, ...others] : others;
}

interface Scene {
  readonly forge: Forge;
  readonly pull: TownPull;
  readonly crew: Crew;
  readonly words: string;
  readonly say: (who: string, body: string) => Duty;
  readonly duty: (who: string, what: string, act: () => void) => Duty;
}

const STATES: Readonly<Record<string, (scene: Scene) => Duty[]>> = {
  Unverified: ({ crew, say }) => [say(crew.verifier, '/verify')],
  'In Verification': verification,
  'Waiting for Response': ({ forge, duty }) =>
    [...forge.issues.values()]
      .filter(({ open, title }) => open && title.includes(' Verification: '))
      .map((issue) => duty(PROVIDER, `close ${issue.number}`, () => Object.assign(issue, { open: false }))),
  StagedRollout: (scene) => [...approval(scene), ...rollout(scene)],
  UMDStore: (scene) => approval(scene),
};

/** What was approved and changed since, by whomever, is looked at again. */
function approval({ forge, pull, crew, duty, words }: Scene): Duty[] {
  if (!words.includes('needs approval') || pull.merged) return [];
  return [duty(crew.verifier, `approves ${forge.head(pull)}`, () => approve(forge, pull, crew.verifier))];
}

function verification({ forge, pull, crew, say, duty, words }: Scene): Duty[] {
  const { verification: file } = forge.filesOf(pull);
  const report = readReport(file?.text ?? '');
  if (file === undefined || report === undefined || report.machine === '') return [];
  if (report.machine === 'FAIL') return [say(crew.verifier, '/reject it fails')];
  if (report.outcome === '') {
    const text = completedText(file.text, crew.verifier);
    return [
      duty(crew.verifier, `completes ${forge.head(pull)}`, () => forge.push(pull, { verification: { ...file, text } })),
    ];
  }
  if (!words.includes('needs approval')) return [];
  return [duty(crew.verifier, 'approves', () => approve(forge, pull, crew.verifier))];
}

function rollout({ forge, pull, crew, say, duty, words }: Scene): Duty[] {
  const { subject } = pull;
  const solved = [...forge.issues.values()].some(({ title, open }) => title.endsWith(`#${pull.number}`) && !open);
  const dislikes = subject.intent === 'disliked' || (subject.intent === 'mended' && !solved);
  if (subject.intent === 'pushed' && pull.build === 1) return [duty(PROVIDER, 'pushes', () => rebuild(forge, pull))];
  if (words.includes('rejects it:')) {
    if (subject.intent === 'disliked') return [say(crew.staged, '/reject early adopters cannot use it')];
    return [duty(crew.staged, 'waits', () => wait(forge, pull, crew.staged))];
  }
  return Object.entries(ADOPTERS)
    .filter(([team]) => words.includes(`| @umd/ea-${team} | not yet |`))
    .map(([team, person]) => {
      const no = dislikes && team === 'cesga';
      return say(person, no ? '/report reject it dies' : acceptance(pull));
    });
}

/** What `ea-report` prints where the package is installed. */
function acceptance({ subject, build }: TownPull): string {
  return `/report accept\npackage: ${subject.product}-server ${subject.version}-${build}`;
}

/** Another lock of the same PPA. */
export function rebuild(forge: Forge, pull: TownPull): void {
  if (pull.build > 1 || pull.merged) return;
  pull.build = 2;
  forge.push(pull, { lock: { path: lockPathOf(pull.subject), text: lockTextOf(pull.subject, 2) } });
}

/** The former lock again. */
export function takeBack(forge: Forge, pull: TownPull): void {
  if (pull.build === 1 || pull.merged) return;
  pull.build = 1;
  forge.push(pull, { lock: { path: lockPathOf(pull.subject), text: lockTextOf(pull.subject, 1) } });
}

function wait(forge: Forge, pull: TownPull, who: string): void {
  const number = 1000 + forge.next();
  const title = `${pull.subject.distribution.toUpperCase()} Verification: it dies, #${pull.number}`;
  forge.issues.set(number, { number, title, body: '', labels: [], open: true, timeline: [] });
  speak(forge, pull, who, `/waiting #${number}`);
}

/** Every word is also written down in the town's own memory, as far as evidence hangs on it. */
export function speak(forge: Forge, pull: TownPull, who: string, body: string): void {
  const [, outcome] = /^\/report (accept|reject)\b/.exec(body) ?? [];
  const lock = forge.filesOf(pull).lock?.text ?? '';
  const tried = outcome === 'reject' || body.includes(`${pull.subject.version}-${pull.build}`);
  if (outcome !== undefined && tried) forge.ledger.reported(pull.number, who, outcome as 'accept' | 'reject', lock);
  const [, word] = /^\/(emergency|confirm)\b/.exec(body) ?? [];
  if (word !== undefined) forge.ledger.agreed(pull.number, who, word as 'emergency' | 'confirm', lock);
  const crew = CREWS[pull.subject.distribution];
  if (who === crew?.verifier && /^\/(un)?hold/.test(body)) forge.ledger.held(pull.number, who, !body.startsWith('/un'));
  forge.say(pull, who, body);
}

export function approve(forge: Forge, pull: TownPull, who: string, verdict = 'approved'): void {
  const { lock, verification: file } = forge.filesOf(pull);
  if (verdict === 'approved') forge.ledger.approved(pull.number, who, lock?.text ?? '', file?.text ?? '');
  forge.happen(pull, who, { kind: 'reviewed', verdict, commit: forge.head(pull) });
}

/** A release manager tags what was tested whole, on the day or after it; a tag that is in his way he deletes. */
function release(forge: Forge, lane: string): Duty[] {
  const [distribution = ''] = lane.split('-');
  const version = frozenFor(forge.ledger.planned, lane, forge.released(), forge.now);
  const { commit, locks } = forge.candidate;
  if (version === undefined) return [];
  const name = `${distribution}-${version}`;
  const { release: by } = CREWS[distribution] as Crew;
  const planned = forge.ledger.planned[lane]?.find((each) => each.version === version)?.date ?? '';
  const today = forge.now.toISOString().slice(0, 10);
  if (today < planned) return [];
  const fresh = newIn(forge, lane, [...locks.values()]);
  if (fresh.length === 0)
    return today === planned ? [] : [{ key: `${by} moves ${name} from ${planned}`, act: () => postpone(forge, lane) }];
  const texts = forge.git.text('candidate', `releases/${lane.replace('-', '/')}/${name}.yml`) ?? '';
  if (fresh.some((ppa) => !texts.includes(ppa))) return [];
  const there = forge.tags.get(name);
  const green = forge.statuses.get(commit)?.get(`release-candidate/${lane}`)?.state === 'success';
  if (there !== undefined && (there.by !== by || there.commit !== commit))
    return [{ key: `${by} deletes ${name}`, act: () => void forge.tags.delete(name) }];
  if (there !== undefined || !green) return [];
  return [{ key: `${by} tags ${name} ${commit}`, act: () => tag(forge, name, by) }];
}

/** PPAs of a lane that no release had before. */
function newIn(forge: Forge, lane: string, locks: readonly string[]): string[] {
  const own = forge.production.filter(({ tag: name }) => name.startsWith(`${lane}.`));
  const out = new Set(own.flatMap((each) => [...each.locks.values()].map((text) => read(text).ppa)));
  const prefix = `releases/${lane.replace('-', '/')}/`;
  const here = locks.map(read).filter(({ release: folder }) => folder.startsWith(prefix));
  return here.map(({ ppa }) => ppa).filter((ppa) => !out.has(ppa));
}

/** The head of an emergency's branch, tested whole, gets the next revision's number. */
function releaseAlone(forge: Forge, { subject, labels }: TownPull): Duty[] {
  const branch = `emergency/${nameOf(subject)}`;
  const commit = forge.git.head(branch);
  if (commit === '' || !labels.includes('RolloutProgress: UMDStore')) return [];
  const lane = laneText(subject);
  const last = forge.production.findLast(({ tag: out }) => out.startsWith(`${lane}.`))?.tag;
  const green = forge.statuses.get(commit)?.get(`release-candidate/${lane}`)?.state === 'success';
  if (last === undefined || !green) return [];
  const name = last.replace(/\d+$/, (revision) => String(Number(revision) + 1));
  const { release: by } = CREWS[subject.distribution] as Crew;
  const there = forge.tags.get(name);
  if (there === undefined) return [{ key: `${by} tags ${name} ${commit}`, act: () => tag(forge, name, by, branch) }];
  const stands = there.by === by && there.commit === commit;
  return stands ? [] : [{ key: `${by} deletes ${name}`, act: () => void forge.tags.delete(name) }];
}

/** Nothing came in before the freeze: there is nothing to release, and all that is planned comes later. */
function postpone({ ledger }: Forge, lane: string): void {
  const later = (date: string) => new Date(Date.parse(date) + 42 * 86_400_000).toISOString().slice(0, 10);
  const moved = (ledger.planned[lane] ?? []).map(({ version, date }) => ({ version, date: later(date) }));
  ledger.planned = { ...ledger.planned, [lane]: moved };
}

export function tag(forge: Forge, name: string, by: string, branch = 'candidate'): void {
  const commit = forge.git.head(branch);
  if (!forge.tags.has(name) && commit !== '')
    forge.tags.set(name, { by, commit, locks: forge.locksAt(commit), merged: false });
}

/** Is everything done about it that its people mean to do? */
export function isOver(forge: Forge, subject: Subject, state: string): boolean {
  if (state === 'Rejected') return true;
  return state === 'Production' && (subject.rolled !== true || isWithdrawn(forge, subject));
}

/** Where everything ends if only its people have their way; a superseded one ends rejected. */
export function meantEnd(subject: Successor, all: readonly Successor[]): readonly string[] {
  const next = all.find(({ after }) => after?.pull === subject.pull && !LATE.includes(after.at));
  if (next !== undefined) return next.after?.at === 'merged' ? ['Production', 'Rejected'] : ['Rejected'];
  const mates = all.filter(({ group }) => group !== undefined && group === subject.group);
  const good = [subject, ...mates].every(({ intent }) => intent !== 'fails' && intent !== 'disliked');
  return [good ? 'Production' : 'Rejected'];
}

export const describe = ({ after, ...of }: Successor) =>
  `#${of.pull} ${nameOf(of)} ${of.type} ${of.intent}${of.group === undefined ? '' : ` group ${of.group}`}${of.urgent === true ? ' urgent' : ''}${of.excepted === true ? ' excepted' : ''}${of.rolled === true ? ' rolled back' : ''}${after === undefined ? '' : ` after #${after.pull} at ${after.at}`}`;
