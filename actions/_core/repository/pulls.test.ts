import { expect, test } from 'vitest';
import { lockDigest, renderLock } from '#core/ppa/lock.ts';
import { claimedState, ppaOf, rolloutPull } from './pulls.ts';

const title = 'INFN.voms.al9.x86_64-1.0.0';
const pull = {
  number: 1,
  title,
  branch: `ppa/${title}`,
  own: true,
  head: 'a'.repeat(40),
  labels: ['RolloutProgress: Unverified', 'Delayed'],
};
const lock = (version: string) =>
  renderLock({
    ...{ product: 'voms', provider: 'INFN', version, ppa: `INFN.voms.al9.x86_64-${version}`, type: 'minor' },
    release: `releases/umd/5/INFN/voms-${version}`,
    packages: [
      {
        name: 'voms',
        version: '1-1',
        arch: 'x86_64',
        sha256: 'a'.repeat(64),
        size: 1,
        file: 'voms-1-1.x86_64.rpm',
        signer: 'A'.repeat(40),
        url: 'https://example.org/v.rpm',
      },
    ],
  });

test("only the bouncer's own pull requests are PPAs", () => {
  expect(ppaOf(pull)?.product).toBe('voms');
  expect(ppaOf({ ...pull, own: false })).toBeUndefined();
  expect(ppaOf({ ...pull, branch: 'ppa/other' })).toBeUndefined();
  expect(ppaOf({ ...pull, title: 'Fix a typo' })).toBeUndefined();
});

test.each([
  [['RolloutProgress: StagedRollout'], 'staged-rollout'],
  [['RolloutProgress: StagedRollout', 'RolloutProgress: In Verification'], 'in-verification'],
  [['RolloutProgress: Rejected', 'RolloutProgress: StagedRollout'], 'staged-rollout'],
  [['RolloutProgress: Done', 'Delayed'], undefined],
  [[], undefined],
])('%j claims %s', (labels, state) => expect(claimedState(labels)).toBe(state));

test('publishes the lock of its own name, and nothing without label or lock', () => {
  expect(rolloutPull(pull, [lock('0.9.0'), lock('1.0.0')])).toMatchObject({
    ppa: title,
    state: 'unverified',
    lock: { version: '1.0.0' },
  });
  expect(rolloutPull(pull, [lock('0.9.0'), 'product: x'])).toBeUndefined();
  expect(rolloutPull({ ...pull, labels: [] }, [lock('1.0.0')])).toBeUndefined();
});

test.each([
  ['nobody vouches for it', undefined, 'unverified'],
  ['the reconciler has it in another state', { state: 'in-verification' }, 'unverified'],
  ['another lock was pushed since', { lock: lockDigest(lock('0.9.0')) }, 'unverified'],
  ['the reconciler has it there with this lock', {}, 'staged-rollout'],
  ['the reconciler is a step ahead of the label', { state: 'umd-store' }, 'staged-rollout'],
] as const)('a label that claims testing: %s', (_, change, state) => {
  const vouched = { state: 'staged-rollout', lock: lockDigest(lock('1.0.0')) } as const;
  const labels = ['RolloutProgress: StagedRollout'];
  const found = rolloutPull(
    { ...pull, labels },
    [lock('1.0.0')],
    change === undefined ? undefined : { ...vouched, ...change },
  );
  expect(found?.state).toBe(state);
});
