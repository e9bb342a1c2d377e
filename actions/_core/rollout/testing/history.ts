import { lockDigest, renderLock } from '#core/ppa/lock.ts';
import type { Result } from '#core/verification/evidence.ts';
import type { Effect } from '../effects.ts';
import { contentDigest } from '../evidence.ts';
import type { Happening, PpaFacts, World } from '../facts.ts';
import { planPpa } from '../ppa-plan.ts';
import { reportText, row } from './report.ts';

/** A tiny forge of values: carries effects out on the facts, so that a history can be told step by step. */
/** What `ea-report` prints where the package is installed. */
export const ACCEPT = '/report accept\npackage: voms-server 1';

export interface Subject {
  readonly pull?: number;
  readonly product?: string;
  readonly version?: string;
  readonly group?: string;
  readonly reason?: string;
  readonly type?: 'major' | 'minor' | 'revision';
}
const nameOf = ({ product = 'voms', version = '2.1.0' }: Subject) => `INFN.${product}.debian-12.amd64-${version}`;
const folderOf = ({ product = 'voms', version = '2.1.0' }: Subject) => `releases/umd/5/INFN/${product}-${version}`;
export const PPA = nameOf({});
export const lockText = (version: string, of: Subject = {}) =>
  renderLock({
    product: of.product ?? 'voms',
    provider: 'INFN',
    version: of.version ?? '2.1.0',
    ppa: nameOf(of),
    release: folderOf(of),
    type: of.type ?? 'minor',
    ...(of.group === undefined ? {} : { group: of.group }),
    ...(of.reason === undefined ? {} : { reason: of.reason }),
    packages: [
      {
        name: 'voms-server',
        version,
        arch: 'amd64',
        sha256: version.padStart(64, '0').replaceAll(/[^0-9]/g, '0'),
        size: 1,
        file: 'voms-server_1_amd64.deb',
        signer: 'A'.repeat(40),
        url: 'https://provider.example/x.deb',
      },
    ],
  });

export const completed = (machine: '' | Result, of: Subject = {}) =>
  reportText({
    ppa: nameOf(of),
    verifier: 'vera',
    hours: 3,
    outcome: 'accepted',
    rows: [
      { ...row('QC_DIST_1', 'machine'), machine, found: 'installs' },
      { ...row('QC_DOC_1', 'verifier'), result: 'OK' },
    ],
  });

const PEOPLE = {
  verifier: ['vera', 'toni'],
  'staged-rollout-manager': ['mara'],
  'release-manager': ['rita'],
  'release-team': ['rolf'],
  'vulnerability-group': ['vala', 'sven', 'rolf'],
  'quality-criteria': ['quin'],
};

export class History {
  now = new Date('2026-01-10T12:00:00Z');
  facts: PpaFacts;
  world: World;
  #id = 0;
  /** Minutes. */
  #pace = 1;
  #head = 1;
  readonly #of: Subject;

  constructor(of: Subject = {}) {
    this.#of = of;
    const [ppa, { product = 'voms', version = '2.1.0' }] = [nameOf(of), of];
    const [major = 0, minor = 0, revision = 0] = version.split('.').map(Number);
    this.facts = {
      pull: of.pull ?? 7,
      title: ppa,
      head: this.#sha(),
      branch: `ppa/${ppa}`,
      open: true,
      merged: false,
      createdAt: '2026-01-10T12:00:00Z',
      labels: ['RolloutProgress: Unverified'],
      assignees: [],
      timeline: [],
      ppa,
      id: { provider: 'INFN', product, os: 'debian-12', arch: 'amd64', version: { major, minor, revision } },
      lane: { distribution: 'umd', major: 5 },
      lock: { path: `repos/umd/5/debian-12/amd64/${product}.yml`, text: lockText('1', of) },
      verification: { path: `${folderOf(of)}/${ppa}/verification.yml`, text: reportText({ ppa }) },
      foreign: [],
      contentAt: {},
      evidence: [],
      runs: [],
    };
    this.world = {
      now: this.now,
      org: 'umd',
      distributions: [],
      calendar: {
        lanes: {
          'umd-5': {
            freezeDays: 7,
            releases: [
              { version: '5.0.0', date: '2026-03-02' },
              { version: '5.1.0', date: '2026-06-01' },
            ],
          },
        },
      },
      adopters: {
        teams: {
          cesga: { site: 'CESGA', people: [], products: [], platforms: [] },
          lip: { site: 'LIP', people: [], products: [], platforms: [] },
        },
      },
      cards: Object.fromEntries(
        ['voms', 'bdii'].map((name) => [name, { eaTeams: ['cesga', 'lip'] } as unknown as World['cards'][string]]),
      ),
      providers: { INFN: { people: ['toni'] } as unknown as World['providers'][string] },
      roles: { umd: PEOPLE },
      eaMembers: { cesga: ['carla'], lip: ['luis'] },
      issues: {},
      tickets: [],
      exceptions: [],
      merged: [],
      leaving: new Map(),
      released: [],
      publicUrl: 'https://repo.example',
      served: {
        'umd-5/debian-12/amd64': {
          testing: 'e'.repeat(64),
          inTesting: new Set<string>(),
          untested: new Set([`${'0'.repeat(63)}1`, `${'0'.repeat(63)}2`]),
        },
      },
    };
  }

  #sha = () => (this.#head++).toString(16).padStart(40, '0');
  #next = () => `${++this.#id}`;

  at(instant: string): this {
    this.now = new Date(instant);
    return this;
  }
  pass(minutes: number): this {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
    return this;
  }
  /** From here on one thing follows the other within one second. */
  still(): this {
    this.#pace = 0;
    return this;
  }
  /** The time that one thing takes. */
  tick(): this {
    return this.pass(this.#pace);
  }
  #person = (login: string) => ({ login, ours: login === 'umd-bot[bot]', bot: login.endsWith('[bot]') });
  happen(happening: object, login: string): this {
    const id = `${'label' in happening ? 'l' : 'c'}${this.#next()}`;
    const at = `${this.now.toISOString().slice(0, 19)}Z`;
    const whole = { ...happening, id, at, by: this.#person(login) } as Happening;
    this.facts = { ...this.facts, timeline: [...this.facts.timeline, whole] };
    return this.tick();
  }
  say(login: string, body: string, edited = false): this {
    return this.happen({ kind: 'commented', body, edited }, login);
  }
  label(login: string, label: string): this {
    if (this.facts.labels.includes(label)) return this;
    this.facts = { ...this.facts, labels: [...this.facts.labels, label] };
    return this.happen({ kind: 'labeled', label }, login);
  }
  unlabel(login: string, label: string): this {
    if (!this.facts.labels.includes(label)) return this;
    this.facts = { ...this.facts, labels: this.facts.labels.filter((on) => on !== label) };
    return this.happen({ kind: 'unlabeled', label }, login);
  }
  review(login: string, verdict: string): this {
    return this.happen({ kind: 'reviewed', verdict, commit: this.facts.head }, login);
  }
  push(change: Partial<PpaFacts>): this {
    const { check: _, ...rest } = this.facts;
    const next = { ...rest, ...change, head: this.#sha() };
    const content = contentDigest(next.lock?.text ?? '', next.verification?.text ?? '');
    const before = contentDigest(this.facts.lock?.text ?? '', this.facts.verification?.text ?? '');
    const contentAt = { ...this.facts.contentAt, [this.facts.head]: before, [next.head]: content };
    this.facts = { ...next, contentAt };
    return this;
  }
  verified(result: 'OK' | 'FAIL', conclusion: 'pass' | 'fail' | 'error'): this {
    const value = {
      kind: 'verification' as const,
      ppa: this.facts.ppa,
      pull: this.facts.pull,
      lock: lockDigest(this.facts.lock?.text ?? ''),
      snapshot: 'd'.repeat(64),
      environment: { provider: 'nspawn', image: 'debian-12', platform: 'debian-12/amd64' },
      conclusion,
      rows: [{ criterion: 'QC_DIST_1', result, comment: 'installs' }],
      startedAt: '',
      finishedAt: '',
    };
    const createdAt = `${this.now.toISOString().slice(0, 19)}Z`;
    const number = this.facts.evidence.length + 2;
    const found = { artifact: number, run: number, createdAt, value };
    this.facts = { ...this.facts, evidence: [found, ...this.facts.evidence] };
    return this;
  }

  /** Looks and acts until nothing is left to do; gives everything that was done. */
  reconcile(): Effect[] {
    const done: Effect[] = [];
    for (let round = 0; round < 10; round++) {
      const { effects, standing } = this.plan();
      this.facts = { ...this.facts, standing };
      for (const effect of effects) this.#carryOut(effect);
      done.push(...effects);
      if (effects.filter(({ kind }) => kind !== 'dispatch').length === 0) return done;
    }
    throw new Error(`never quiet: ${done.map(({ kind }) => kind).join(' ')}`);
  }
  plan() {
    const contentAt = {
      ...this.facts.contentAt,
      [this.facts.head]: contentDigest(this.facts.lock?.text ?? '', this.facts.verification?.text ?? ''),
    };
    this.facts = { ...this.facts, contentAt };
    return planPpa(this.facts, { ...this.world, now: this.now });
  }
  #carryOut(effect: Effect): void {
    const { labels } = this.facts;
    if (effect.kind === 'check') {
      const { id, conclusion, title, summary, text } = effect;
      const annotations =
        (id === undefined ? 0 : (this.facts.check?.annotations ?? 0)) + (effect.annotations?.length ?? 0);
      this.facts = {
        ...this.facts,
        check: { id: 1, sha: effect.sha, status: 'completed', conclusion, title, summary, text, annotations },
      };
    }
    if (effect.kind === 'add-labels') this.facts = { ...this.facts, labels: [...labels, ...effect.labels] };
    if (effect.kind === 'remove-label')
      this.facts = { ...this.facts, labels: labels.filter((label) => label !== effect.label) };
    if (effect.kind === 'comment') this.facts = { ...this.facts, sticky: { id: 1, body: effect.body } };
    if (effect.kind === 'open-issue') {
      const number = 100 + this.world.tickets.length;
      const issue = { number, title: effect.title, open: true, pull: false };
      const tickets = [...this.world.tickets, { number, body: effect.body }];
      this.world = { ...this.world, tickets, issues: { ...this.world.issues, [number]: issue } };
    }
    if (effect.kind === 'notice') this.happen({ kind: 'commented', body: effect.body, edited: false }, 'umd-bot[bot]');
    if (effect.kind === 'assign') this.facts = { ...this.facts, assignees: [effect.login] };
    if (effect.kind === 'unassign') this.facts = { ...this.facts, assignees: [] };
    if (effect.kind === 'close') this.facts = { ...this.facts, open: false };
    if (effect.kind === 'reopen') this.facts = { ...this.facts, open: true };
    if (effect.kind === 'merge') this.facts = { ...this.facts, open: false, merged: true };
    if (effect.kind === 'commit') {
      const file = { path: effect.path, text: effect.text };
      this.push(effect.path.endsWith('rollout.yml') ? { rollout: file } : { verification: file });
    }
  }
  get state() {
    return this.plan().standing.state;
  }
  get why() {
    return this.plan().why;
  }
  get lastAnswer() {
    return this.plan().standing.answers.at(-1);
  }

  inVerification = () => {
    this.say('vera', '/verify').reconcile();
    return this;
  };
  completedBy = (machine: '' | Result = 'OK') =>
    this.push({ verification: { path: this.facts.verification?.path ?? '', text: completed(machine, this.#of) } });
  stagedRollout = () => {
    this.inVerification().verified('OK', 'pass').reconcile();
    this.completedBy().review('vera', 'approved').reconcile();
    return this;
  };
  umdStore = () => {
    this.stagedRollout().say('carla', `${ACCEPT}\nworks`).say('luis', ACCEPT).reconcile();
    return this;
  };
}

/** A PPA just opened by the bouncer and seen once. */
export const history = (of: Subject = {}) => {
  const made = new History(of);
  made.reconcile();
  return made;
};
