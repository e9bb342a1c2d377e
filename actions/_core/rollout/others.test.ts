import { expect, test } from 'vitest';
import { othersOf } from './others.ts';
import { isNewer } from './peers.ts';
import { ACCEPT, type History, history, type Subject } from './testing/history.ts';

/** Several PPAs looked at together, until all are quiet. */
function look(all: readonly History[], unsplit: readonly string[] = []): void {
  for (let round = 0; round < 4; round++) {
    const [first] = all;
    const world = { ...(first as History).world, now: (first as History).now };
    const known = all.map(({ facts: { ppa, open, merged } }) => ({ ppa, open, merged }));
    for (const it of all) it.plan(); // facts complete
    const others = othersOf(
      all.map(({ facts }) => facts),
      world,
      { known, unsplit },
    );
    for (const it of all) {
      it.world = { ...it.world, others };
      it.reconcile();
    }
  }
}
const states = (all: readonly History[]) => all.map(({ state }) => state);

// By hand, issue 3: "A newer PPA of the same product and platform"; domain.md section 9: downgrades are allowed with a reason.
const rival = (pull: number, version: string, reasoned = false) => {
  const [major = 0, minor = 0, revision = 0] = version.split('.').map(Number);
  const id = { provider: 'INFN', product: 'voms', os: 'debian-12', arch: 'amd64', version: { major, minor, revision } };
  return { pull, id, lane: 'umd-5', reasoned };
};
test.each([
  [rival(9, '2.2.0'), rival(7, '2.1.0'), true],
  [rival(7, '2.2.0'), rival(9, '2.1.0'), true],
  [rival(7, '2.2.0'), rival(9, '2.1.0', true), false],
  [rival(9, '2.1.0', true), rival(7, '2.2.0'), true],
  [rival(9, '2.10.0'), rival(7, '2.9.0'), true],
  [rival(9, '2.2.0'), { ...rival(7, '2.1.0'), lane: 'umd-4' }, false],
  [rival(9, '2.2.0'), { ...rival(7, '2.1.0'), id: { ...rival(7, '2.1.0').id, arch: 'arm64' } }, false],
])('%# which of two is newer', (one, other, newer) => {
  expect([isNewer(one, other), isNewer(other, one) && newer]).toEqual([newer, false]);
});

test('a newer PPA closes the older one, with a link both ways', () => {
  const [old, fresh] = [history(), history({ pull: 9, version: '2.2.0' })];
  old.inVerification();
  look([old, fresh]);
  expect(states([old, fresh])).toEqual(['rejected', 'unverified']);
  expect(old.facts.open).toBe(false);
  expect(old.facts.sticky?.body).toContain('Superseded by #9 (INFN.voms.debian-12.amd64-2.2.0).');
  expect(fresh.facts.sticky?.body).toContain('Supersedes #7.');
  look([fresh]);
  expect(fresh.facts.sticky?.body).toContain('Supersedes #7.');
});

test.each([0, 1])('a hold on either keeps both, until it is taken off (%#)', (held) => {
  const both = [history(), history({ pull: 9, version: '2.2.0' })];
  both[held]?.say('rita', '/hold both are wanted').reconcile();
  look(both);
  expect(states(both)).toEqual(['unverified', 'unverified']);
  both[held]?.say('rita', '/unhold').reconcile();
  look(both);
  expect(states(both)).toEqual(['rejected', 'unverified']);
});

const pair = (other: Subject = {}) => [
  history({ group: 'g1' }),
  history({ pull: 9, product: 'bdii', group: 'g1', ...other }),
];
const passVerification = (it: History) => {
  it.say('vera', '/verify').verified('OK', 'pass').reconcile();
  it.completedBy().review('vera', 'approved').reconcile();
};
const accept = (it: History) => it.say('carla', ACCEPT).say('luis', ACCEPT).reconcile();

test('PPAs of a group move together: into testing, out of it, and into the candidate', () => {
  const [one, other] = pair() as [History, History];
  passVerification(one);
  look([one, other]);
  expect(states([one, other])).toEqual(['in-verification', 'unverified']);
  expect(one.facts.sticky?.body).toContain('moves together: INFN.bdii.debian-12.amd64-2.1.0 (#9) is in Unverified');
  passVerification(other);
  look([one, other], ['releases/umd/5/INFN/voms-2.1.0']);
  expect(one.why.sentence).toBe('Not all PPAs of group g1 are opened yet.');
  expect(one.state).toBe('in-verification');
  look([one, other]);
  expect(states([one, other])).toEqual(['staged-rollout', 'staged-rollout']);
  accept(one);
  look([one, other]);
  expect(states([one, other])).toEqual(['staged-rollout', 'staged-rollout']);
  accept(other);
  look([one, other]);
  expect([one.facts.merged, other.facts.merged]).toEqual([true, true]);
});

test('when one of a group is held before the candidate, none goes in', () => {
  const [one, other] = pair() as [History, History];
  for (const it of [one, other]) passVerification(it);
  look([one, other]);
  other.say('rita', '/hold wait').reconcile();
  for (const it of [one, other]) accept(it);
  look([one, other]);
  expect([one.facts.merged, other.facts.merged]).toEqual([false, false]);
  other.say('rita', '/unhold').reconcile();
  look([one, other]);
  expect([one.facts.merged, other.facts.merged]).toEqual([true, true]);
});

test('a group that waits for the end of a freeze says so, and sends nobody in a circle', () => {
  const [one, other] = pair() as [History, History];
  for (const it of [one, other]) passVerification(it.at('2026-02-25T12:00:00Z'));
  look([one, other]);
  for (const it of [one, other]) accept(it);
  look([one, other]);
  expect([states([one, other]), one.facts.merged, other.facts.merged]).toEqual([
    ['umd-store', 'umd-store'],
    false,
    false,
  ]);
  const said = (it: History) =>
    it.why.reasons.map(({ verdict, sentence, who, until }) => [verdict, sentence, who, until]);
  const freeze = 'umd-5 is frozen for umd-5.0.0; it enters the candidate after that release.';
  const moves = 'nobody: it moves by itself';
  const waits = (ppa: string) => `Group g1 moves together: ${ppa} waits for nothing but the end of the freeze.`;
  expect(said(one)).toEqual([
    ['temporarily', freeze, moves, '2026-03-02'],
    ['temporarily', waits('INFN.bdii.debian-12.amd64-2.1.0 (#9)'), moves, undefined],
  ]);
  expect(said(other)[1]?.[1]).toBe(waits('INFN.voms.debian-12.amd64-2.1.0 (#7)'));
  other.say('rita', '/hold wait').reconcile();
  look([one, other]);
  expect(one.why).toMatchObject({
    ...{ verdict: 'waiting for item', who: 'whoever #9 waits for' },
    sentence: 'Group g1 moves together: INFN.bdii.debian-12.amd64-2.1.0 (#9) is in UMDStore.',
  });
});

test('when one of a group is turned down the others stay, until a newer one takes its place', () => {
  const [one, other] = pair() as [History, History];
  look([one, other]);
  passVerification(one);
  other.say('vera', '/verify').reconcile();
  other.say('vera', '/reject no licence').reconcile();
  look([one, other]);
  const { world } = one;
  const known = [{ ppa: other.facts.ppa, open: false, merged: false }];
  one.world = { ...world, others: { peers: [], known, unsplit: [] } };
  one.reconcile();
  expect([one.state, one.why.verdict]).toEqual(['in-verification', 'blocked by item']);
  expect(one.why.sentence).toContain('INFN.bdii.debian-12.amd64-2.1.0 of group g1 was turned down');
  const next = history({ pull: 11, product: 'bdii', version: '2.1.1', group: 'g1' });
  passVerification(next);
  look([one, other, next]);
  expect(states([one, next])).toEqual(['staged-rollout', 'staged-rollout']);
});
