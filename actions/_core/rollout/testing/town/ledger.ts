import { ADOPTERS, FREEZE_DAYS, PARTIAL, PLANNED, ROLES } from './people.ts';
import { digestOf, laneText, lockTextOf, nameOf, type Subject } from './subject.ts';

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
    const present = account.reports.filter(
      ({ seq, lock: about }) => about === lock && seq > account.staged && seq <= seen,
    );
    const last = Object.values(ADOPTERS).map((person) => present.findLast(({ by }) => by === person)?.outcome);
    if (last.includes('reject')) throw say('an early adopter rejects it');
    const quiet =
      subject.type !== 'major' && last.includes('accept') && now.getTime() - account.lockedAt >= 7 * 86_400_000;
    if (last.includes(undefined) && !quiet) throw say('early adopters are missing');
    if (given.foreign) throw say('its branch changes other files');
    if (frozenFor(this.planned, laneText(subject), given.released, now) !== undefined) throw say('its lane is frozen');
    const hold = account.holds.findLast(({ seq }) => seq <= seen);
    if (hold?.on === true) throw say('it is held');
    this.entered.set(nameOf(subject), lock);
  }

  release(
    tag: string,
    given: { by: string; commit: string; ppas: ReadonlyMap<string, string>; released: readonly string[]; now: Date },
  ): void {
    const [, distribution = '', version = ''] = /^(\w+)-(.*)$/.exec(tag) ?? [];
    const lane = `${distribution}-${version.split('.')[0]}`;
    const say = (what: string) => new Error(`${tag} was released: ${what}`);
    if (!(ROLES[distribution]?.['release-manager'] ?? []).includes(given.by)) throw say(`by ${given.by}`);
    if (!this.#tested.has(`${lane} ${given.commit}`)) throw say('untested');
    if (frozenFor(this.planned, lane, given.released, given.now) !== version)
      throw say('not the planned one, or not frozen');
    for (const [ppa, lock] of given.ppas) if (this.entered.get(ppa) !== lock) throw say(`${ppa} has no evidence`);
  }
}

interface Account {
  locked: number;
  lockedAt: number;
  staged: number;
  readonly passes: Map<string, number>;
  readonly approvals: { readonly by: string; readonly lock: string; readonly report: string; readonly seq: number }[];
  readonly reports: { readonly by: string; readonly outcome: string; readonly lock: string; readonly seq: number }[];
  readonly holds: { readonly by: string; readonly on: boolean; readonly seq: number }[];
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
