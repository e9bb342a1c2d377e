import { rolloutPath } from '#core/ppa/folder.ts';
import { lockDigest } from '#core/ppa/lock.ts';
import type { PublishedState } from '#core/repository/published.ts';
import type { VerificationEvidence } from '#core/verification/evidence.ts';
import type { Effect, Workflow } from '../../effects.ts';
import type { Run, Trusted } from '../../evidence.ts';
import type { Comment, FileFact, Happening, ShownCheck } from '../../facts.ts';
import { isSticky } from '../../sticky.ts';
import { Git } from './git.ts';
import { Ledger } from './ledger.ts';
import { DECLARED } from './people.ts';
import { openProposal, type Proposal } from './proposals.ts';
import { replayed } from './record.ts';
import { lockPathOf, lockTextOf, nameOf, reportPathOf, reportTextOf, type Subject } from './subject.ts';

/** A forge of values: it keeps what people and the reconciler do, and refuses what a forge refuses. It decides nothing. */

export const BOT = 'umd-bot[bot]';

export interface Files {
  readonly lock?: FileFact;
  readonly verification?: FileFact;
  readonly rollout?: FileFact;
  readonly foreign: readonly string[];
}

export interface TownPull {
  readonly subject: Subject;
  readonly number: number;
  readonly createdAt: string;
  /** Commits of the branch, oldest first. */
  branch: string[];
  labels: string[];
  assignees: string[];
  timeline: Happening[];
  sticky?: Comment;
  readonly checks: Map<string, ShownCheck>;
  open: boolean;
  merged: boolean;
  build: number;
  /** State that the bot's own labels said last. */
  said: string;
}

export interface TownIssue {
  readonly number: number;
  readonly title: string;
  body: string;
  open: boolean;
  readonly labels: readonly string[];
  timeline: Happening[];
}

export interface TownTag {
  readonly by: string;
  readonly commit: string;
  readonly locks: ReadonlyMap<string, string>;
  merged: boolean;
}

export type TownRun = { -readonly [K in keyof Run]: Run[K] } & {
  readonly workflow: Workflow;
  readonly inputs: Readonly<Record<string, string>>;
};

const LOCK = /^repos\/[a-z]+\/\d+\//;

/** What the forge answers when facts have changed meanwhile. */
export class Overtaken extends Error {}

export class Forge {
  #id = 0;
  #commits = 0;
  readonly #locks = new Map<string, ReadonlyMap<string, string>>();
  now = new Date('2026-01-05T09:00:00Z');
  readonly ledger = new Ledger();
  readonly pulls = new Map<number, TownPull>();
  readonly files = new Map<string, Files>();
  readonly issues = new Map<number, TownIssue>();
  readonly tags = new Map<string, TownTag>();
  readonly runs: TownRun[] = [];
  readonly evidence: Trusted<VerificationEvidence>[] = [];
  readonly tested = new Set<string>();
  readonly statuses = new Map<string, Map<string, { state: string; description: string; at: string }>>();
  readonly git = new Git(() => this.#sha());
  readonly proposals = new Map<number, Proposal>();
  published: PublishedState | 'none' = 'none';
  /** What becomes of the next dispatches: the forge loses one, or takes it twice. */
  readonly post: ('lost' | 'twice')[] = [];
  /** Number of the ledger when the reconciler last read the facts. */
  seen = 0;

  constructor() {
    this.git.branches.set('candidate', this.git.commit('main', [], DECLARED));
  }

  #sha(): string {
    return (++this.#commits).toString(16).padStart(40, '0');
  }
  next(): number {
    return ++this.#id;
  }
  stamp(): string {
    return `${this.now.toISOString().slice(0, 19)}Z`;
  }
  released(): string[] {
    return [...this.tags].filter(([, { merged }]) => merged).map(([tag]) => tag);
  }
  /** Head of `candidate` and its locks by path. */
  get candidate(): { readonly commit: string; readonly locks: ReadonlyMap<string, string> } {
    const commit = this.git.head('candidate');
    return { commit, locks: this.locksAt(commit) };
  }
  locksAt(commit: string): ReadonlyMap<string, string> {
    const known = this.#locks.get(commit) ?? new Map([...this.git.tree(commit)].filter(([path]) => LOCK.test(path)));
    this.#locks.set(commit, known);
    return known;
  }
  /** Tags that are out, oldest version first. */
  get production(): readonly {
    readonly tag: string;
    readonly commit: string;
    readonly locks: ReadonlyMap<string, string>;
  }[] {
    const out = [...this.tags]
      .filter(([, { merged }]) => merged)
      .map(([tag, { commit, locks }]) => ({ tag, commit, locks }));
    return out.sort((a, b) => (a.tag < b.tag ? -1 : 1)); // numbers of one digit
  }
  /** A pull request of any kind. */
  conversation(number: number): TownPull | Proposal {
    const found = this.pulls.get(number) ?? this.proposals.get(number);
    if (found === undefined) throw new Overtaken(`no #${number}`);
    return found;
  }
  head(pull: TownPull): string {
    return pull.branch.at(-1) ?? '';
  }
  filesOf(pull: TownPull): Files {
    return this.files.get(this.head(pull)) ?? { foreign: [] };
  }
  pull(number: number): TownPull {
    const found = this.pulls.get(number);
    if (found === undefined) throw new Overtaken(`no #${number}`);
    return found;
  }

  open(subject: Subject): void {
    const lock = { path: lockPathOf(subject), text: lockTextOf(subject, 1) };
    const head = this.#sha();
    this.files.set(head, {
      lock,
      verification: { path: reportPathOf(subject), text: reportTextOf(subject) },
      foreign: [],
    });
    const pull: TownPull = {
      ...{ subject, number: subject.pull, createdAt: this.stamp(), branch: [head], build: 1, said: '' },
      ...{ labels: [], assignees: [], timeline: [], checks: new Map(), open: true, merged: false },
    };
    this.pulls.set(subject.pull, pull);
    this.ledger.pushedLock(subject.pull, this.now);
    this.label(pull, BOT, 'RolloutProgress: Unverified');
  }

  push(pull: TownPull, change: Partial<Files>, { rebase = false } = {}): void {
    const before = this.filesOf(pull);
    const head = this.#sha();
    this.files.set(head, { ...before, ...change });
    pull.branch = rebase ? [head] : [...pull.branch, head];
    if (change.lock !== undefined && change.lock.text !== before.lock?.text)
      this.ledger.pushedLock(pull.number, this.now);
  }

  happen(pull: { timeline: Happening[] }, login: string, what: object): void {
    const by = { login, ours: login === BOT, bot: login.endsWith('[bot]') };
    pull.timeline = [...pull.timeline, { ...what, id: `x${this.next()}`, at: this.stamp(), by } as Happening];
  }
  label(pull: TownPull, login: string, label: string): void {
    if (pull.labels.includes(label)) return;
    pull.labels = [...pull.labels, label];
    this.happen(pull, login, { kind: 'labeled', label });
    if (login !== BOT || !label.startsWith('RolloutProgress: ')) return;
    if (label.endsWith('StagedRollout') && pull.said !== label) this.ledger.staged(pull.number);
    pull.said = label;
  }
  unlabel(pull: TownPull, login: string, label: string): void {
    if (!pull.labels.includes(label)) return;
    pull.labels = pull.labels.filter((on) => on !== label);
    this.happen(pull, login, { kind: 'unlabeled', label });
  }
  say(pull: TownPull, login: string, body: string): void {
    this.happen(pull, login, { kind: 'commented', body, edited: false });
  }
  close(pull: TownPull, login: string): void {
    if (!pull.open) return;
    pull.open = false;
    this.happen(pull, login, { kind: 'closed' });
  }

  /** Like the shell's `carryOut`: what was overtaken leaves the rest of its pull request alone. @returns effects carried out */
  carryOut(effects: readonly Effect[], crashBefore = Number.POSITIVE_INFINITY): Effect[] {
    const overtaken = new Set<number>();
    const done: Effect[] = [];
    for (const [index, effect] of effects.entries()) {
      if (index >= crashBefore) return done;
      const about = 'pull' in effect ? effect.pull : undefined;
      if (about !== undefined && overtaken.has(about)) continue;
      try {
        this.#do(effect);
        done.push(effect);
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
        if (about !== undefined) overtaken.add(about);
      }
    }
    return done;
  }

  #do(effect: Effect): void {
    switch (effect.kind) {
      case 'check':
        this.#check(effect);
        break;
      case 'add-labels':
        for (const label of effect.labels) this.label(this.pull(effect.pull), BOT, label);
        break;
      case 'remove-label':
        this.unlabel(this.pull(effect.pull), BOT, effect.label);
        break;
      case 'assign':
      case 'unassign': {
        const pull = this.pull(effect.pull);
        const others = pull.assignees.filter((login) => login !== effect.login);
        pull.assignees = effect.kind === 'assign' ? [...others, effect.login] : others;
        break;
      }
      case 'comment': {
        const pull = this.conversation(effect.pull);
        if (effect.id !== undefined && pull.sticky?.id !== effect.id) throw new Overtaken('comment is gone');
        if (effect.id === undefined && pull.sticky !== undefined && isSticky(effect.body))
          throw new Error('a second sticky comment');
        pull.sticky = { id: effect.id ?? this.next(), body: effect.body };
        break;
      }
      case 'notice':
        this.say(this.pull(effect.pull), BOT, effect.body);
        break;
      case 'open-issue': {
        const number = 1000 + this.next();
        const { title, body, labels } = effect;
        this.issues.set(number, { number, title, body, labels, open: true, timeline: [] });
        break;
      }
      case 'issue': {
        const issue = this.issues.get(effect.number);
        if (issue === undefined) throw new Overtaken('no issue');
        issue.body = effect.body;
        if (effect.state === 'closed') issue.open = false;
        break;
      }
      case 'put-file': {
        const head = this.git.head(effect.branch);
        if (head === '') throw new Overtaken('404: no such branch');
        this.git.commit(effect.branch, [head], new Map([[effect.path, effect.text]]));
        break;
      }
      case 'open-branch':
        this.git.branches.set(effect.branch, effect.sha);
        break;
      case 'drop-branch':
        this.git.branches.delete(effect.branch);
        break;
      case 'open-pull': {
        const { branch, title } = effect;
        if (openProposal(this, { branch, title, base: 'candidate', author: BOT }) === undefined)
          throw new Overtaken('422: there is one');
        break;
      }
      case 'write-commit':
        this.#write(effect);
        break;
      case 'commit': {
        const pull = this.pull(effect.pull);
        const files = this.filesOf(pull);
        const key = effect.path.endsWith('rollout.yml') ? 'rollout' : 'verification';
        if (files[key]?.text !== effect.previous) throw new Overtaken('409');
        this.push(pull, { [key]: { path: effect.path, text: effect.text } });
        break;
      }
      case 'dispatch':
        this.#dispatch(effect);
        break;
      case 'status': {
        const of = this.statuses.get(effect.sha) ?? new Map();
        this.statuses.set(effect.sha, of.set(effect.context, { ...effect, at: this.stamp() }));
        break;
      }
      case 'merge':
        if (this.proposals.has(effect.pull)) this.#take(effect.pull, effect.sha);
        else this.#merge(this.pull(effect.pull), effect.sha);
        break;
      case 'close':
        this.close(this.pull(effect.pull), BOT);
        break;
      case 'reopen': {
        const pull = this.pull(effect.pull);
        if (pull.merged) throw new Overtaken('422');
        pull.open = true;
        this.happen(pull, BOT, { kind: 'reopened' });
        break;
      }
    }
  }

  #check(effect: Extract<Effect, { kind: 'check' }>): void {
    const pull = [...this.pulls.values()].find(
      ({ branch, checks }) => branch.includes(effect.sha) || checks.has(effect.sha),
    );
    if (pull === undefined) throw new Overtaken('422: no such commit');
    const { sha, conclusion, title, summary, text } = effect;
    const id = effect.id ?? this.next();
    const before = effect.id === undefined ? 0 : (pull.checks.get(sha)?.annotations ?? 0);
    const annotations = before + (effect.annotations?.length ?? 0);
    pull.checks.set(sha, { id, sha, status: 'completed', conclusion, title, summary, text, annotations });
  }

  #dispatch({ workflow, title, inputs }: Extract<Effect, { kind: 'dispatch' }>): void {
    const fate = this.post.shift();
    const at = this.stamp();
    for (let times = fate === 'lost' ? 0 : fate === 'twice' ? 2 : 1; times > 0; times--)
      this.runs.unshift({
        ...{ workflow, inputs, title, id: this.next(), path: `.github/workflows/${workflow}.yml` },
        ...{ event: 'workflow_dispatch', branch: 'main', sha: '', actor: BOT, status: 'queued', conclusion: null },
        ...{ createdAt: at, updatedAt: at },
      });
  }

  /** A forge merges what is open and still at the expected head, and nothing else. */
  #merge(pull: TownPull, sha: string): void {
    if (!pull.open || pull.merged || this.head(pull) !== sha) throw new Overtaken('409: head moved');
    const { lock, verification, rollout, foreign } = this.filesOf(pull);
    const { subject } = pull;
    this.ledger.merge(subject, {
      ...{ lock: lock?.text ?? '', report: verification?.text ?? '', foreign: foreign.length > 0 },
      ...{ released: this.released(), now: this.now, seen: this.seen },
    });
    const path = rolloutPath(reportPathOf(subject).replace(/\/[^/]+\/[^/]+$/, ''), nameOf(subject));
    if (rollout?.path !== path || !rollout.text.includes(`lock: ${lockDigest(lock?.text ?? '')}`))
      throw new Error(`${nameOf(subject)} entered the candidate: without its record`);
    if (replayed(rollout.text) !== 'umd-store')
      throw new Error(`${nameOf(subject)}: its record does not lead to UMDStore`);
    const files = [lock, verification, rollout].flatMap((file) => (file === undefined ? [] : [file]));
    this.git.commit('candidate', [this.git.head('candidate')], new Map(files.map((file) => [file.path, file.text])));
    Object.assign(pull, { open: false, merged: true });
    this.happen(pull, BOT, { kind: 'merged' });
    this.happen(pull, BOT, { kind: 'closed' });
  }

  #write({ branch, parents, files, anew }: Extract<Effect, { kind: 'write-commit' }>): void {
    if (!anew && this.git.head(branch) !== parents[0]) throw new Overtaken('422: not a fast forward');
    const commit = this.git.commit(branch, parents, new Map(files.map(({ path, text }) => [path, text])));
    const pull = [...this.pulls.values()].find(({ subject }) => branch === `emergency/${nameOf(subject)}`);
    if (pull !== undefined)
      this.ledger.prepared(pull.subject, { commit, lock: this.filesOf(pull).lock?.text ?? '', seen: this.seen });
  }

  /** Takes a governed pull request in, as it stands and as it was looked at. */
  #take(number: number, sha: string): void {
    const proposal = this.proposals.get(number);
    if (proposal === undefined || !proposal.open || this.git.head(proposal.branch) !== sha)
      throw new Overtaken('409: head moved');
    const change = this.git.changed(sha, this.git.head(proposal.base));
    const former = (path: string) => this.git.text(proposal.base, path);
    this.ledger.governed(proposal, { commit: sha, change, former, now: this.now });
    this.git.merge(proposal.base, sha);
    Object.assign(proposal, { open: false, merged: true });
    this.happen(proposal, BOT, { kind: 'merged' });
    this.happen(proposal, BOT, { kind: 'closed' });
  }
}
