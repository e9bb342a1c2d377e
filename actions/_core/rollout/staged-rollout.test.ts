import { expect, test } from 'vitest';
import { ACCEPT, History, history, type Subject } from './testing/history.ts';

const tested = (of: Subject = {}) => {
  const it = new History(of);
  it.reconcile();
  return it.stagedRollout();
};

// By hand, issue 3: "default: revision and minor, 7 days in testing without a negative report and at least one positive; major needs every team; fallback after 4 weeks by a manager".
test.each([
  ['minor', 6, ['accept'], 'staged-rollout'],
  ['minor', 7, ['accept'], 'umd-store'],
  ['revision', 7, ['accept'], 'umd-store'],
  ['revision', 60, [], 'staged-rollout'],
  ['minor', 30, ['reject it dies'], 'staged-rollout'],
  ['major', 60, ['accept'], 'staged-rollout'],
] as const)('%s, %i days, %j: %s', (type, days, reports, state) => {
  const it = tested({ type });
  for (const words of reports) it.say('carla', words === 'accept' ? ACCEPT : `/report ${words}`);
  it.reconcile();
  it.pass(days * 24 * 60).reconcile();
  expect(it.state).toBe(state);
});

test('a distribution may say otherwise', () => {
  const it = tested();
  const stagedRollout = { types: { minor: { reports: 2, days: 1 } }, fallbackDays: 2 };
  it.world = { ...it.world, distributions: [{ distribution: 'umd', platforms: {}, stagedRollout }] as never };
  it.say('carla', ACCEPT)
    .pass(10 * 24 * 60)
    .reconcile();
  expect(it.state).toBe('staged-rollout');
  it.say('mara', '/accept lip is closed for the summer').reconcile();
  expect(it.state).toBe('umd-store');
});

test('after 4 weeks a manager may do without the missing reports, not against a rejecting one', () => {
  const it = tested({ type: 'major' });
  it.say('mara', '/accept nobody answers').reconcile();
  expect(it.lastAnswer?.sentence).toContain('after 28 days in testing: from 2026-02-07 on');
  it.pass(28 * 24 * 60)
    .say('vera', '/accept nobody answers')
    .reconcile();
  expect(it.lastAnswer?.sentence).toContain('Only @umd/staged-rollout-manager');
  it.say('luis', '/report reject it dies').reconcile();
  it.say('mara', '/accept nobody answers').reconcile();
  expect(it.lastAnswer).toMatchObject({ granted: false, sentence: 'Early adopter lip rejects it: it dies' });
  it.say('luis', ACCEPT).reconcile();
  it.label('mara', 'RolloutProgress: UMDStore').reconcile();
  expect(it.lastAnswer?.sentence).toBe('Say why: `/accept <reason>`.');
  it.say('mara', '/accept nobody answers').reconcile();
  expect([it.state, it.facts.merged]).toEqual(['umd-store', true]);
});

test('a report without the lock’s versions does not count, and the answer says which differ', () => {
  const it = tested();
  it.say('carla', '/report accept fine').reconcile();
  expect(it.lastAnswer?.sentence).toContain('`package: voms-server 1`');
  it.say('carla', '/report accept\npackage: voms-server 0.9\npackage: bash 5').reconcile();
  expect(it.lastAnswer?.sentence).toBe(
    'It was tried with other versions: voms-server is 0.9, the lock has 1. Update and report again.',
  );
  it.say(
    'carla',
    '/report accept fine\n```\npackage: voms-server 1\nos: Debian 12\nissues: the log is noisy\n```',
  ).reconcile();
  expect(it.plan().standing.reports).toEqual([
    expect.objectContaining({ text: 'fine', os: 'Debian 12', issues: 'the log is noisy', team: 'cesga' }),
  ]);
});

test('early adopters are rung once, with the pinned snapshot; a later snapshot rings nobody', () => {
  const it = tested();
  const rung = () => it.facts.timeline.filter((each) => each.kind === 'commented' && each.body.includes('please try'));
  expect(rung()).toEqual([]);
  const serve = (testing: string) => {
    const served = { testing, untested: new Set<string>(), inTesting: new Set([`${'0'.repeat(63)}1`]) };
    it.world = { ...it.world, served: { 'umd-5/debian-12/amd64': served } };
    it.reconcile();
  };
  serve('f'.repeat(64));
  serve('a'.repeat(64));
  expect(rung()).toHaveLength(1);
  const [said] = rung();
  const body = said?.kind === 'commented' ? said.body : '';
  expect(body).toContain('@umd/ea-cesga @umd/ea-lip please try INFN.voms.debian-12.amd64-2.1.0');
  expect(body).toContain(`https://repo.example/sw/testing/umd/5/debian-12/amd64/snapshots/${'f'.repeat(64)}`);
  expect(body).toContain('clients/umd-5-debian-12/UMD-5-testing.sources');
  expect(body).toContain('ea-report | sh -s -- INFN.voms.debian-12.amd64-2.1.0 ');
  it.say('mara', '/ea-teams lip').reconcile();
  expect(rung()).toHaveLength(2);
  it.say('luis', ACCEPT).reconcile();
  expect(it.plan().standing.reports[0]?.snapshot).toBe('f'.repeat(64));
});

test('nobody is left in silence over two months, and the notice names who must act; the provider hears of a delay', () => {
  const it = history().at('2026-02-11T00:00:00Z');
  it.world = { ...it.world, providers: { INFN: { people: ['toni'] } } as never };
  it.reconcile();
  const notices = () =>
    it.facts.timeline.flatMap((each) => (each.kind === 'commented' && each.by.ours ? [each.body] : []));
  expect(notices()).toEqual([expect.stringContaining('@toni Verification has not begun by 2026-02-10')]);
  it.at('2026-04-10T00:00:00Z').reconcile();
  expect(notices()).toHaveLength(1);
  it.at('2026-04-11T00:01:00Z').reconcile();
  expect(notices()[1]).toContain('Who must act: @umd/verifier');
  it.at('2026-06-10T00:00:00Z').reconcile();
  expect(notices()).toHaveLength(2);
  it.at('2026-06-11T00:02:00Z').reconcile();
  expect(notices()).toHaveLength(3);
});
