import { expect, test } from 'vitest';
import { renderVerification, type Verification } from '#core/verification/verification.ts';
import { type EmergencyFacts, joined, planEmergencies } from './emergency-plan.ts';
import type { Run } from './evidence.ts';
import type { World } from './facts.ts';
import { type House, reconcile } from './reconcile.ts';
import { ACCEPT, type History, history, lockText, PPA } from './testing/history.ts';
import { replayed } from './testing/town/record.ts';

const [MAIN, CANDIDATE, BRANCH] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
const heads = { main: MAIN, candidate: CANDIDATE };
const LOCK = 'repos/umd/5/debian-12/amd64/voms.yml';
const FOLDER = 'releases/umd/5/INFN/voms-2.1.0';
const TEXTS = 'releases/umd/5/umd-5.0.1.yml';

/** The lane has its base, is frozen for the next release, and both groups want this PPA out now. */
function urgent(terms = '/emergency CVE-2026-1234 is exploited'): History {
  const it = history();
  const distribution = {
    distribution: 'umd',
    title: 'UMD',
    contact: 'u@egi.example',
    platforms: {},
    majors: [{ major: 5, platforms: [] }],
  };
  it.world = {
    ...it.world,
    released: ['umd-5.0.0'],
    distributions: [distribution] as unknown as World['distributions'],
  };
  it.facts = { ...it.facts, release: { path: `${FOLDER}/release.xml`, text: '<x/>' } };
  it.at('2026-05-26T12:00:00Z').say('rolf', terms).reconcile();
  it.say('sven', '/confirm').reconcile();
  return it;
}
/** The verifier answered the critical criterion alone. */
function shortReport(it: History): History {
  const row = (criterion: string, by: 'machine' | 'verifier', critical: boolean) => ({
    ...{ criterion, name: criterion, critical, by, found: '', evidence: '', comment: '' },
    ...({ machine: by === 'machine' ? 'OK' : '', result: by === 'verifier' && critical ? 'OK' : '' } as const),
  });
  const rows = [
    row('QC_DIST_1', 'machine', true),
    row('QC_DOC_1', 'verifier', true),
    row('QC_DOC_3', 'verifier', false),
  ];
  const report = {
    ...{ ppa: PPA, product: 'VOMS', version: '2.1.0', releaseType: 'minor', criteria: '9', verifier: 'vera', hours: 1 },
    ...{ outcome: 'accepted', tickets: [], summary: '', forEarlyAdopters: '', rows },
  } as Verification;
  it.say('vera', '/verify').reconcile();
  it.verified('OK', 'pass').reconcile();
  it.push({ verification: { path: it.facts.verification?.path ?? '', text: renderVerification(report) } });
  it.reconcile();
  it.review('vera', 'approved').reconcile();
  return it;
}
const ready = () => {
  const it = shortReport(urgent()).say('carla', ACCEPT);
  it.reconcile();
  return it;
};

test('critical criteria and one report suffice, also during a freeze; it does not enter the candidate', () => {
  const it = ready();
  expect([it.state, it.facts.merged]).toEqual(['umd-store', false]);
  expect(it.why.sentence).toContain(`when \`emergency/${PPA}\` is tested, tag its head \`umd-5.0.1\``);
  expect(it.facts.labels).toContain('Emergency');
});

test('without the agreement the same is not enough', () => {
  const unconfirmed = history().at('2026-05-26T12:00:00Z');
  unconfirmed.world = { ...unconfirmed.world, released: ['umd-5.0.0'] };
  unconfirmed.say('rolf', '/emergency CVE').reconcile();
  expect(shortReport(unconfirmed).state).toBe('in-verification');
  expect(
    unconfirmed
      .plan()
      .why.reasons.map(({ sentence }) => sentence)
      .join(),
  ).toContain('QC_DOC_3 is not answered');
});

test('as many reports as were agreed on; a rejecting one stands against it all the same', () => {
  expect(shortReport(urgent('/emergency reports=0 CVE')).state).toBe('umd-store');
  const two = shortReport(urgent('/emergency reports=2 CVE')).say('carla', ACCEPT);
  two.reconcile();
  expect([two.state, two.why.sentence]).toEqual([
    'staged-rollout',
    expect.stringContaining('2 accepting reports are wanted'),
  ]);
  const rejected = shortReport(urgent()).say('luis', '/report reject it dies').say('carla', ACCEPT);
  rejected.reconcile();
  expect(rejected.state).toBe('staged-rollout');
});

test.each(['rolf', 'vala'])(
  '%s takes it back: it is where it would be without, and says who asked, confirmed and ended it',
  (login) => {
    const it = ready();
    const branch = branchOf(it);
    it.say(login, '/no-emergency the fix breaks more').reconcile();
    const { standing, why } = it.plan();
    expect([standing.state, standing.emergency, standing.urgent]).toEqual(['in-verification', false, undefined]);
    expect(why.reasons.map(({ sentence }) => sentence).join()).toContain('QC_DOC_3 is not answered');
    expect(it.facts.labels).not.toContain('Emergency');
    expect(plan(it, [branch])).toEqual([{ kind: 'drop-branch', branch: `emergency/${PPA}` }]);
    expect(standing.retracted).toEqual([
      expect.objectContaining({
        ...{ reason: 'CVE-2026-1234 is exploited', askedBy: 'rolf', confirmedBy: 'sven' },
        ...{ endedBy: login, endedFor: 'the fix breaks more' },
      }),
    ]);
  },
);

test('what was taken back goes the whole way with the reports it has, and its record tells all of it', () => {
  const it = ready();
  it.say('sven', '/no-emergency false alarm').reconcile();
  it.pass(5).completedBy().reconcile();
  it.pass(5).review('vera', 'approved').reconcile();
  expect([it.state, it.why.reasons.map(({ sentence }) => sentence)]).toEqual([
    'staged-rollout',
    ['Early adopter lip has not reported (`/report accept|reject …`).'],
  ]);
  it.at('2026-06-02T00:00:00Z').say('luis', ACCEPT);
  it.world = { ...it.world, released: ['umd-5.0.0', 'umd-5.1.0'] };
  it.reconcile();
  const record = it.facts.rollout?.text ?? '';
  expect([it.facts.merged, replayed(record)]).toEqual([true, 'umd-store']);
  expect(record).toMatch(/retracted:\n {2}- reports: 1\n {4}reason: CVE-2026-1234 is exploited[\s\S]*endedBy: sven/);
  expect(record).not.toContain('\nurgent:');
});

test('one that nobody confirmed is taken back where it stands; the label taken off asks for the same', () => {
  const it = history();
  it.world = { ...it.world, released: ['umd-5.0.0'] };
  it.say('rolf', '/emergency x').reconcile();
  it.inVerification().say('rolf', '/no-emergency no').reconcile();
  expect([it.state, it.facts.labels.includes('Emergency')]).toEqual(['in-verification', false]);
  it.say('sven', '/confirm').reconcile();
  expect(it.lastAnswer?.sentence).toContain('Nobody of the release team has asked for it');
  it.say('rolf', '/emergency y').reconcile();
  it.unlabel('vera', 'Emergency').reconcile();
  expect([it.facts.labels.includes('Emergency'), it.lastAnswer?.granted]).toEqual([true, false]);
  it.unlabel('sven', 'Emergency').reconcile();
  expect([it.facts.labels.includes('Emergency'), it.lastAnswer?.granted]).toEqual([false, true]);
});

test('what is out is not taken back', () => {
  const it = ready();
  it.facts = { ...it.facts, releasedBy: 'umd-5.0.1' };
  it.say('rolf', '/no-emergency too late').reconcile();
  expect([it.state, it.lastAnswer?.sentence]).toEqual(['production', expect.stringContaining('It is out: umd-5.0.1')]);
});

test.each([
  ['vera', '/emergency x', 'Only @umd/release-team may do this.'],
  ['sven', '/emergency x', 'Only @umd/release-team may do this.'],
  ['vera', '/confirm', 'Only @umd/vulnerability-group may do this.'],
  ['vera', '/no-emergency x', 'Only @umd/release-team or @umd/vulnerability-group may do this.'],
  ['vala', '/no-emergency x', 'It is no emergency.'],
  ['rolf', '/no-emergency', 'Write it so: `/no-emergency <reason>`.'],
  ['sven', '/confirm', 'Nobody of the release team has asked for it'],
])('%s: %s is refused', (login, asked, words) => {
  const it = history();
  it.world = { ...it.world, released: ['umd-5.0.0'] };
  it.say(login, asked).reconcile();
  expect(it.lastAnswer).toMatchObject({ granted: false, sentence: expect.stringContaining(words) });
});

test('nobody confirms his own request, nor a group nor a lane without a release has an emergency', () => {
  const own = history();
  own.world = { ...own.world, released: ['umd-5.0.0'] };
  own.say('rolf', '/emergency x').say('rolf', '/confirm').reconcile();
  expect(own.lastAnswer?.sentence).toContain('Whoever asked for it does not confirm it');
  expect(history().say('rolf', '/emergency x').plan().standing.answers.at(-1)?.sentence).toContain('no release yet');
  const grouped = history({ group: 'g' });
  grouped.world = { ...grouped.world, released: ['umd-5.0.0'] };
  expect(grouped.say('rolf', '/emergency x').plan().standing.answers.at(-1)?.sentence).toContain('moves together');
});

test('a push that changes the lock voids the confirmation with all the rest', () => {
  const it = ready();
  it.push({ lock: { path: it.facts.lock?.path ?? '', text: lockText('2') } }).reconcile();
  const { urgent: agreed, state } = it.plan().standing;
  expect([state, agreed?.askedBy, agreed?.confirmedBy]).toEqual(['unverified', 'rolf', undefined]);
});

const plan = (it: History, branches: readonly EmergencyFacts[], served = true) => {
  const place = it.world.served['umd-5/debian-12/amd64'];
  const inTesting = new Set(served ? place?.untested : []);
  const world = {
    ...it.world,
    now: it.now,
    served: { 'umd-5/debian-12/amd64': { testing: 'e', inTesting, untested: new Set<string>() } },
  };
  return planEmergencies(branches, [{ facts: it.facts, standing: it.plan().standing }], heads, world);
};
const written = (it: History) => {
  const [effect] = plan(it, []);
  if (effect?.kind !== 'write-commit') throw new Error('nothing is written');
  return effect;
};
const branchOf = (it: History, change: Partial<EmergencyFacts> = {}): EmergencyFacts => ({
  ...{ ppa: PPA, commit: BRANCH, current: true, released: false },
  files: new Map(written(it).files.map(({ path, text }) => [path, text])),
  test: { lane: { distribution: 'umd', major: 5 }, commit: BRANCH, evidence: [], runs: [] },
  ...change,
});

test('its branch is the default branch and the PPA’s own files, with texts that need no hand', () => {
  const { parents, branch, files, anew } = written(ready());
  expect([parents, branch, anew]).toEqual([[MAIN], `emergency/${PPA}`, true]);
  expect(files.map(({ path }) => path).sort()).toEqual([
    `${FOLDER}/${PPA}/rollout.yml`,
    `${FOLDER}/${PPA}/verification.yml`,
    `${FOLDER}/release.xml`,
    TEXTS,
    LOCK,
  ]);
  const text = files.find(({ path }) => path === TEXTS)?.text ?? '';
  expect(text).toContain('Emergency release: CVE-2026-1234 is exploited');
  expect(text).not.toContain('[to be written');
  expect(files.find(({ path }) => path.endsWith('rollout.yml'))?.text).toContain('confirmedBy: sven');
});

test('it is tested whole as soon as testing serves it, and made anew when the default branch moves', () => {
  const it = ready();
  const titles = (branch: EmergencyFacts, served = true) =>
    plan(it, [branch], served).map((effect) => (effect.kind === 'dispatch' ? effect.title : effect.kind));
  expect(titles(branchOf(it))).toEqual(['status', `compose-release umd-5 emergency/${PPA}`]);
  expect(titles(branchOf(it), false)).toEqual(['status']);
  expect(titles(branchOf(it, { current: false }))).toEqual(['write-commit']);
  const more = new Map([...branchOf(it).files, ['repos/umd/5/debian-12/amd64/bdii.yml', 'x']]);
  expect(titles(branchOf(it, { files: more }))).toEqual(['write-commit']);
  const reworded = new Map([...branchOf(it).files, [TEXTS, 'of a person']]);
  expect(titles(branchOf(it, { files: reworded }))).toEqual(['status', `compose-release umd-5 emergency/${PPA}`]);
});

test('an emergency that is none any more has no branch; one that is released joins the candidate, then its branch goes', () => {
  const it = ready();
  const branch = branchOf(it);
  it.say('rita', '/hold wait').reconcile();
  expect(plan(it, [branch])).toEqual([{ kind: 'drop-branch', branch: `emergency/${PPA}` }]);
  const out = { ...branch, released: true, files: new Map<string, string>() };
  it.facts = { ...it.facts, releasedBy: 'umd-5.0.1' };
  const apart = { theirs: new Map([[LOCK, lockText('1')]]), ours: new Map<string, string>() };
  expect(plan(it, [{ ...out, apart }])).toMatchObject([
    { kind: 'write-commit', branch: 'candidate', parents: [CANDIDATE, BRANCH], anew: false, files: [{ path: LOCK }] },
  ]);
  expect(plan(it, [out])).toEqual([{ kind: 'drop-branch', branch: `emergency/${PPA}` }]);
});

test('taken back in the moment in which its tag is judged: its branch stays until that is over, and what is out is out', () => {
  const it = ready();
  const branch = branchOf(it, { judged: true });
  it.say('rolf', '/no-emergency it is not').reconcile();
  expect(it.state).toBe('in-verification');
  expect(plan(it, [branch])).toEqual([]);
  expect(plan(it, [{ ...branch, judged: false }])).toEqual([{ kind: 'drop-branch', branch: `emergency/${PPA}` }]);
  it.facts = { ...it.facts, releasedBy: 'umd-5.0.1' };
  it.say('rolf', '/no-emergency really').reconcile();
  expect([it.state, it.facts.open, it.facts.labels.includes('RolloutProgress: Production')]).toEqual([
    'production',
    false,
    true,
  ]);
  expect(it.why.sentence).toBe('Released with umd-5.0.1.');
  expect(it.plan().effects).toEqual([]);
});

const RUN: Run = {
  ...{ id: 1, path: '', title: 'release umd-5.0.1', event: 'workflow_dispatch', branch: 'main', sha: '', actor: '' },
  ...{ status: 'in_progress', conclusion: null, createdAt: '', updatedAt: '2026-05-26T12:00:00Z' },
};
/** Nothing but a PPA, its branch and a tag. */
const house = (it: History, branch: EmergencyFacts, tag: House['tags'][number]): House => ({
  ...{ world: { ...it.world, now: it.now }, defaultBranch: 'main', ppas: [it.facts], pulls: [], resting: [] },
  ...{ digests: new Map(), releases: [], parents: [], lanes: [], checklists: [], texts: [], governed: [] },
  ...{ emergencies: [branch], heads, tags: [tag], candidate: [], production: [], published: 'unknown' },
  ...{ publishRuns: [], splitRuns: [], split: { commit: CANDIDATE, unsplit: [] } },
});

test('a run that judges the tag on its head keeps the branch; one that is over, or of another head, does not', () => {
  const it = ready().say('rolf', '/no-emergency it is not');
  it.reconcile();
  const drops = (tag: string, runs: readonly Run[]) =>
    reconcile(house(it, branchOf(ready()), { tag: 'umd-5.0.1', commit: tag, merged: false, runs })).effects.some(
      ({ kind }) => kind === 'drop-branch',
    );
  expect(drops(BRANCH, [RUN])).toBe(false);
  expect(drops(BRANCH, [{ ...RUN, status: 'completed', conclusion: 'failure' }])).toBe(true);
  expect(drops(MAIN, [RUN])).toBe(true);
});

test('released it is in production and its pull request is closed, never merged', () => {
  const it = ready();
  it.facts = { ...it.facts, releasedBy: 'umd-5.0.1' };
  const done = it.reconcile().map(({ kind }) => kind);
  expect([it.state, it.facts.open, it.facts.merged, done.includes('merge')]).toEqual([
    'production',
    false,
    false,
    false,
  ]);
});

test('the candidate takes over what only production changed; a newer lock of its own stays', () => {
  const newer = lockText('1', { version: '2.2.0' });
  const theirs = new Map([
    [LOCK, lockText('1')],
    ['releases/calendar.yml', 'new'],
    ['gone.yml', undefined],
  ]);
  const files = (ours: ReadonlyMap<string, string>) => joined({ theirs, ours }).map(({ path }) => path);
  expect(files(new Map())).toEqual([LOCK, 'releases/calendar.yml', 'gone.yml']);
  expect(files(new Map([[LOCK, newer]]))).toEqual(['releases/calendar.yml', 'gone.yml']);
  expect(files(new Map([[LOCK, lockText('1', { version: '2.0.0' })]]))).toEqual([
    LOCK,
    'releases/calendar.yml',
    'gone.yml',
  ]);
});
