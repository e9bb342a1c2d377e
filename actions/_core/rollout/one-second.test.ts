import { expect, test } from 'vitest';
import { ACCEPT, type History, history, lockText } from './testing/history.ts';

/** A forge tells whole seconds: everything below happens within one, and still one thing comes after the other. */
const still = () => history().still();

const TICKET = { number: 9, title: 'UMD Verification: it dies', pull: false };
function ticket(it: History, open: boolean): History {
  it.world = { ...it.world, issues: { 9: { ...TICKET, open } } };
  return it;
}

/** A problem that is reported, and solved. */
function problem(it: History, by: string): History {
  ticket(it, true).say(by, '/waiting #9').reconcile();
  expect(it.state).toBe('waiting-for-response');
  ticket(it, false).reconcile();
  return it;
}

function lock(it: History, build: string): History {
  it.push({ lock: { path: it.facts.lock?.path ?? '', text: lockText(build) } }).reconcile();
  return it;
}

/** Verified and complete; nothing but an approval and the end of a hold is missing. */
function complete(): History {
  const it = still().inVerification().say('vera', '/hold wait').verified('OK', 'pass');
  it.reconcile();
  return it.completedBy();
}

test('an approval from before a problem was reported does not count, one from after it does', () => {
  const it = complete().review('vera', 'approved');
  problem(it, 'vera').say('vera', '/unhold').reconcile();
  expect([it.state, it.why.sentence]).toEqual([
    'in-verification',
    '@vera approved it before the last problem was reported; approve it again.',
  ]);
  it.review('vera', 'approved').reconcile();
  expect(it.state).toBe('staged-rollout');
});

test('an approval that comes after the word of a problem counts, also when both are heard at once', () => {
  const it = ticket(problem(complete(), 'vera'), true); // so that the report names the ticket already
  it.say('vera', '/waiting #9').review('vera', 'approved').reconcile();
  ticket(it, false).say('vera', '/unhold').reconcile();
  expect(it.state).toBe('staged-rollout');
});

test('an approval does not outlive another lock, though the former one comes back', () => {
  const it = complete().review('vera', 'approved');
  lock(lock(it, '2'), '1').say('toni', '/verify').say('toni', '/unhold').reconcile();
  expect([it.state, it.why.sentence]).toEqual([
    'in-verification',
    '@vera approved it before the lock changed; approve it again.',
  ]);
});

test('reports of a staged rollout that was broken off do not count in the next one', () => {
  const it = still().stagedRollout();
  it.say('carla', ACCEPT).say('luis', '/report reject it dies').reconcile();
  problem(it, 'mara').review('vera', 'approved').reconcile();
  expect([it.state, it.why.verdict]).toEqual(['staged-rollout', 'waiting for item']);
  it.say('luis', ACCEPT).reconcile();
  expect(it.why.sentence).toContain('cesga has not reported');
});

test('reports outlive the end of an emergency, which begins no other staged rollout', () => {
  const it = still();
  it.world = { ...it.world, released: ['umd-5.0.0'] };
  it.stagedRollout();
  it.say('rolf', '/emergency it is exploited').say('sven', '/confirm').say('carla', ACCEPT).reconcile();
  expect(it.state).toBe('umd-store');
  it.say('rolf', '/no-emergency it is not').reconcile();
  expect(it.state).toBe('staged-rollout');
  it.say('luis', ACCEPT).reconcile();
  expect(it.facts.merged).toBe(true);
});

test('tries that failed on the former lock are no tries of the present one', () => {
  const it = still().inVerification();
  const run = {
    ...{ path: '.github/workflows/verify-ppa.yml', title: 'verify-ppa 7', event: 'workflow_dispatch', branch: 'main' },
    ...{ sha: '', actor: 'umd-bot[bot]', status: 'completed', conclusion: 'failure' },
    ...{ createdAt: '2026-01-10T12:01:00Z', updatedAt: '2026-01-10T12:01:00Z' },
  };
  it.facts = { ...it.facts, runs: [3, 2, 1].map((id) => ({ ...run, id })) };
  it.reconcile();
  expect(it.why.verdict).toBe('cannot tell');
  lock(it, '2').say('toni', '/verify').reconcile();
  expect(it.why.reasons.map(({ sentence }) => sentence)).toContain('The automated verification is not done yet.');
  expect(it.plan().effects.map(({ kind }) => kind)).toEqual(['dispatch']);
});

test('each push of another lock is told of, also of one that was there before', () => {
  const it = still().inVerification();
  for (const build of ['2', '1', '2']) lock(it, build).say('toni', '/verify').reconcile();
  const told = it.facts.timeline.filter((each) => each.kind === 'commented' && each.body.includes('A push changed'));
  expect(told).toHaveLength(3);
});

test('whoever was refused a label before and then takes one off is told that it was put back', () => {
  const it = still().label('vera', 'RolloutProgress: UMDStore');
  it.reconcile();
  it.unlabel('vera', 'RolloutProgress: Unverified').reconcile();
  expect(it.lastAnswer?.sentence).toBe('This label is kept by the reconciler; it was put back.');
});

test('what is said in the very second of a result is heard as it stood before that was shown', () => {
  const it = still().inVerification().verified('OK', 'pass');
  it.reconcile();
  it.completedBy().say('vera', '/rerun').reconcile();
  it.review('vera', 'approved').reconcile();
  expect(it.why.sentence).toBe('The automated verification is not done yet.');
  it.verified('OK', 'pass').say('vera', '/reject it fails elsewhere').reconcile();
  expect(it.state).toBe('rejected');
});
