import { type Agreed, isAgreed } from './ledger-emergencies.ts';
import { Governing, type Taken } from './ledger-governed.ts';
import { ADOPTERS, FREEZE_DAYS, PARTIAL, PLANNED, ROLES } from './people.ts';
import { digestOf, folderOf, laneText, lockPathOf, lockTextOf, nameOf, type Subject } from './subject.ts';

/**
 * The town's own memory of what really happened, and the judge of what must never happen. It shares no code with the
 * reconciler: what counts as evidence, who may give it and when a lane is frozen is written down here a second time.
 */
export class Ledger {
  #seq = 0;
  readonly #of = new Map<number, Account>();
  /** Lock texts that came into the candidate by a judged merge, by PPA. */
  readonly entered = new Map<string, string>();
  /** The calendar as it stands; a release manager moves it. */
  planned = PLANNED;
  readonly #tested = new Set<string>();
  /** What was approved, excepted and withdrawn by pull requests. */
  readonly governing = new Governing();
  /** Commits that the reconciler wrote for an emergency, each with the PPA and lock it was judged for. */
  readonly #prepared = new Map<
    string,
    { readonly ppa: string; readonly lock: string; readonly own: readonly string[] }
  >();
  readonly #released = new Set<string>();

  /** Number of the last thing that happened. */
  get seq() {
    return this.#seq;
  }

  account(pull: number): Account {
    const found = this.#of.get(pull) ?? {
      locked: 0,
      lockedAt: 0,
      staged: 0,
      passes: new Map(),
      approvals: [],
      reports: [],
      holds: [],
      words: [],
    };
    this.#of.set(pull, found);
    return found;
  }

  pushedLock(pull: number, now: Date): void {
    Object.assign(this.account(pull), { locked: ++this.#seq, lockedAt: now.getTime() });
  }
  staged(pull: number): void {
    this.account(pull).staged = ++this.#seq;
  }
  passed(pull: number, lock: string): void {
    this.account(pull).passes.set(lock, ++this.#seq);
  }
  approved(pull: number, by: string, lock: string, report: string): void {
    this.account(pull).approvals.push({ by, lock, report, seq: ++this.#seq });
  }
  reported(pull: number, by: string, outcome: 'accept' | 'reject', lock: string): void {
    this.account(pull).reports.push({ by, outcome, lock, seq: ++this.#seq });
  }
  held(pull: number, by: string, on: boolean): void {
    this.account(pull).holds.push({ by, on, seq: ++this.#seq });
  }
  agreed(pull: number, by: string, word: Agreed['word'], lock: string): void {
    this.account(pull).words.push({ by, word, lock, seq: ++this.#seq });
  }
  /** Has that person said it of this very lock? */
  hasConfirmed(pull: number, who: string, lock: string): boolean {
    return this.account(pull).words.some(({ word, by, lock: of }) => word === 'confirm' && by === who && of === lock);
  }
  approvedProposal(number: number, by: string, commit: string): void {
    this.governing.approved(number, by, commit);
  }
  governed(proposal: Parameters<Governing['take']>[0], taken: Taken): void {
    this.governing.take(proposal, taken, this.#released);
  }
  testedWhole(commit: string): void {
    this.#tested.add(commit);
  }

  /** Has this lock what it takes to be in testing? */
  verified({ pull, distribution }: Pick<Subject, 'pull' | 'distribution'>, lock: string): string | undefined {
    const { passes, approvals } = this.account(pull);
    const able = approvals.filter((each) => each.lock === lock && mayApprove(distribution, each.by));
    if (!passes.has(lock)) return 'no machine found it good';
    return able.length === 0 ? 'no verifier who may approved that lock' : undefined;
  }

  /** @param seen what had happened when the reconciler read the facts: what came later it could not know */
  merge(
    subject: Subject,
    given: { lock: string; report: string; foreign: boolean; released: readonly string[]; now: Date; seen: number },
  ): void {
    const { lock, report, now, seen } = given;
    const account = this.account(subject.pull);
    const say = (what: string) => new Error(`${nameOf(subject)} entered the candidate: ${what}`);
    const unverified = this.verified(subject, lock);
    if (unverified !== undefined) throw say(unverified);
    const bound = account.approvals.some(
      (each) =>
        each.lock === lock &&
        each.report === report &&
        each.seq > account.locked &&
        mayApprove(subject.distribution, each.by),
    );
    if (!bound) throw say('no approval of this very lock and report since the last change of the lock');
    const last = this.#reports(subject, lock, seen);
    if (last.includes('reject')) throw say('an early adopter rejects it');
    const quiet =
      subject.type !== 'major' && last.includes('accept') && now.getTime() - account.lockedAt >= 7 * 86_400_000;
    if (last.includes(undefined) && !quiet) throw say('early adopters are missing');
    if (given.foreign) throw say('its branch changes other files');
    const frozen = frozenFor(this.planned, laneText(subject), given.released, now) !== undefined;
    if (frozen && !this.governing.isExcepted(nameOf(subject), lock, now)) throw say('its lane is frozen');
    if (this.#isHeld(subject, seen)) throw say('it is held');
    if (this.governing.withdrawn.has(nameOf(subject))) throw say('it was withdrawn');
    this.entered.set(nameOf(subject), lock);
  }

  /** Last words of the early adopters in the present staged rollout, as far as the reconciler could know them. */
  #reports({ pull }: Subject, lock: string, seen: number) {
    const { reports, staged } = this.account(pull);
    const present = reports.filter(({ seq, lock: about }) => about === lock && seq > staged && seq <= seen);
    return Object.values(ADOPTERS).map((person) => present.findLast(({ by }) => by === person)?.outcome);
  }
  #isHeld({ pull }: Subject, seen: number): boolean {
    return this.account(pull).holds.findLast(({ seq }) => seq <= seen)?.on === true;
  }

  /** A branch for a PPA alone: what an emergency is spared is nothing but the other teams' reports. */
  prepared(subject: Subject, { commit, lock, seen }: { commit: string; lock: string; seen: number }): void {
    const say = (what: string) => new Error(`${nameOf(subject)} got an emergency's branch: ${what}`);
    const unverified = this.verified(subject, lock);
    if (unverified !== undefined) throw say(unverified);
    const { words, locked } = this.account(subject.pull);
    if (!isAgreed(subject.distribution, words, { lock, after: locked, upTo: seen })) throw say('not agreed on by both');
    const last = this.#reports(subject, lock, seen);
    if (last.includes('reject')) throw say('an early adopter rejects it');
    if (!last.includes('accept')) throw say('no early adopter accepts it');
    if (this.#isHeld(subject, seen)) throw say('it is held');
    if (this.governing.withdrawn.has(nameOf(subject))) throw say('it was withdrawn');
    this.#prepared.set(commit, { ppa: nameOf(subject), lock, own: [lockPathOf(subject), `${folderOf(subject)}/`] });
  }

  release(tag: string, given: Release): void {
    const [, distribution = '', version = ''] = /^(\w+)-(.*)$/.exec(tag) ?? [];
    const lane = `${distribution}-${version.split('.')[0]}`;
    const say = (what: string) => new Error(`${tag} was released: ${what}`);
    if (!(ROLES[distribution]?.['release-manager'] ?? []).includes(given.by)) throw say(`by ${given.by}`);
    if (!this.#tested.has(`${lane} ${given.commit}`)) throw say('untested');
    const alone = this.#prepared.get(given.commit);
    if (alone === undefined) {
      if (frozenFor(this.planned, lane, given.released, given.now) !== version)
        throw say('not the planned one, or not frozen');
      for (const [ppa, lock] of given.ppas) if (this.entered.get(ppa) !== lock) throw say(`${ppa} has no evidence`);
    } else {
      if (version !== nextRevision(lane, given.released)) throw say('not as the next revision');
      if (given.ppas.size !== 1 || given.ppas.get(alone.ppa) !== alone.lock) throw say(`not ${alone.ppa} alone`);
      const own = [...alone.own, `releases/${lane.replace('-', '/')}/${tag}.yml`];
      const other = [...given.changed].find((path) => !own.some((each) => path.startsWith(each)));
      if (other !== undefined) throw say(`${other} travelled along with ${alone.ppa}`);
      this.entered.set(alone.ppa, alone.lock);
    }
    if (given.texts === undefined || given.texts.includes('[to be written')) throw say('without its texts');
    for (const ppa of given.ppas.keys()) if (!given.texts.includes(ppa)) throw say(`its texts do not name ${ppa}`);
    for (const ppa of given.all) if (this.governing.withdrawn.has(ppa)) throw say(`${ppa} was withdrawn`);
    for (const ppa of given.ppas.keys()) this.#released.add(ppa);
  }
}

interface Release {
  readonly by: string;
  readonly commit: string;
  /** New in it, PPA → lock; and all that it holds. */
  readonly ppas: ReadonlyMap<string, string>;
  readonly all: readonly string[];
  readonly released: readonly string[];
  readonly now: Date;
  /** Paths at which it differs from what was released before. */
  readonly changed: Iterable<string>;
  readonly texts: string | undefined;
}

/** `5.0.2` after 5.0.1. */
function nextRevision(lane: string, released: readonly string[]): string | undefined {
  const known = released.filter((tag) => tag.startsWith(`${lane}.`)).map((tag) => tag.split('-')[1]?.split('.') ?? []);
  const last = known.sort((a, b) => (a.join('.') < b.join('.') ? -1 : 1)).at(-1);
  return last === undefined ? undefined : `${last[0]}.${last[1]}.${Number(last[2]) + 1}`;
}

interface Account {
  locked: number;
  lockedAt: number;
  staged: number;
  readonly passes: Map<string, number>;
  readonly approvals: { readonly by: string; readonly lock: string; readonly report: string; readonly seq: number }[];
  readonly reports: { readonly by: string; readonly outcome: string; readonly lock: string; readonly seq: number }[];
  readonly holds: { readonly by: string; readonly on: boolean; readonly seq: number }[];
  /** `/emergency` and `/confirm`, by whomever. */
  readonly words: Agreed[];
}

function mayApprove(distribution: string, login: string): boolean {
  return login !== PARTIAL && (ROLES[distribution]?.verifier ?? []).includes(login);
}

/** Version that the lane is frozen for: from a week before the next planned day until its tag is out. */
export function frozenFor(
  planned: typeof PLANNED,
  lane: string,
  released: readonly string[],
  now: Date,
): string | undefined {
  const distribution = lane.split('-')[0];
  const next = (planned[lane] ?? []).find(({ version }) => !released.includes(`${distribution}-${version}`));
  if (next === undefined) return undefined;
  const from = Date.parse(`${next.date}T00:00:00Z`) - FREEZE_DAYS * 86_400_000;
  return now.getTime() >= from ? next.version : undefined;
}

interface Shown {
  readonly area: string;
  readonly packages: readonly { readonly sha256: string }[];
}

/** Which build of which PPA is where; throws when one is where it should not be. */
export function judgePublished(
  repositories: readonly Shown[],
  subjects: readonly (Subject & { readonly gone: boolean })[],
  ledger: Ledger,
  released: ReadonlySet<string>,
): void {
  for (const subject of subjects)
    for (const build of [1, 2]) {
      const sha256 = digestOf(subject, build);
      const shown = repositories.filter(({ packages }) => packages.some((each) => each.sha256 === sha256));
      const areas = new Set(shown.map(({ area }) => area));
      const say = (what: string) => new Error(`${nameOf(subject)} build ${build} in ${[...areas].join(', ')}: ${what}`);
      const lock = lockTextOf(subject, build);
      if (['untested', 'testing', 'candidate'].filter((area) => areas.has(area)).length > 1) throw say('two at once');
      if (areas.size > 0 && ledger.governing.withdrawn.has(nameOf(subject))) throw say('withdrawn, and still there');
      if (areas.has('untested') && subject.gone) throw say('turned down, and still there');
      if (areas.has('testing')) {
        const lacks = ledger.verified(subject, lock);
        if (lacks !== undefined) throw say(lacks);
      }
      const entered = ledger.entered.get(nameOf(subject)) === lock;
      if ((areas.has('candidate') || areas.has('production')) && !entered) throw say('never entered');
      if (areas.has('production') && !released.has(nameOf(subject))) throw say('never released');
    }
}
