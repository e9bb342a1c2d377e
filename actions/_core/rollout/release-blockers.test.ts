import { expect, test } from 'vitest';
import type { Lock } from '#core/ppa/lock.ts';
import type { World } from './facts.ts';
import type { LaneFacts } from './lane-plan.ts';
import type { Prepared } from './release-blockers.ts';
import { whyOfLane, whyOfReleased } from './release-why.ts';

const lane = { distribution: 'umd', major: 5 };
const PPA = 'INFN.voms.debian-12.amd64-2.1.0';
const lock = { ppa: PPA, product: 'voms', release: 'releases/umd/5/INFN/voms-2.1.0' } as Lock;
const world = (released: string[] = [], now = '2026-02-25T00:00:00Z') =>
  ({
    ...{ now: new Date(now), released, org: 'umd', distributions: [] },
    calendar: { lanes: { 'umd-5': { freezeDays: 7, releases: [{ version: '5.0.0', date: '2026-03-02' }] } } },
  }) as unknown as World;
const platform = { platform: 'debian-12/amd64', snapshot: '', conclusion: 'pass', packages: 1, comment: '' };
const value = { kind: 'candidate', lane: 'umd-5', commit: 'a'.repeat(40), conclusion: 'pass', platforms: [platform] };
const tested = {
  ...{ lane, commit: 'a'.repeat(40), runs: [], published: true },
  evidence: [{ artifact: 1, run: 1, createdAt: '', value }],
} as unknown as LaneFacts;
const DUTIES = ['capabilities', 'advisories', 'metadata', 'adopters'];
const TEXTS = `release: umd-5.0.0
ppas: [${PPA}]
draft: '${'0'.repeat(64)}'
texts: {description: One., contact: a@b.example, technicalContact: a@b.example, releaseNotes: x, installationNotes: x, knownIssues: x, changeLog: x}
`;
const ready: Prepared = {
  ...{ lane, release: { version: '5.0.0', date: '2026-03-02' }, candidate: [lock], production: [], holdsFormer: true },
  ...{ texts: { fresh: [PPA], candidate: TEXTS, unrecorded: [] }, issue: 4, signed: new Set(DUTIES) },
};
const whyOf = (change: Partial<Prepared>, at = world()) => whyOfLane(tested, at, { ...ready, ...change })?.why;
const said = (change: Partial<Prepared>, at = world()) =>
  whyOf(change, at)?.reasons.map(({ verdict, sentence }) => `${verdict}: ${sentence}`);

test('tested, with its texts and signed it waits for the tag alone', () => {
  expect(said({})).toEqual([
    'needs approval: Tested whole on debian-12/amd64. The tag umd-5.0.0 on aaaaaaaaaaaa releases it.',
  ]);
});

test.each<[Partial<Prepared>, string, string]>([
  [
    { texts: { fresh: [PPA], unrecorded: [], pull: 9 } },
    'waiting for item: The texts of the release (releases/umd/5/umd-5.0.0.yml) are not there. They are written in #9. They are due on 2026-02-26.',
    '@umd/release-team or @umd/release-manager',
  ],
  [
    { texts: { fresh: [PPA], unrecorded: [], candidate: TEXTS.replace('One.', "'[to be written: what is new]'") } },
    'waiting for item: releases/umd/5/umd-5.0.0.yml: Description still says',
    '@umd/release-team or @umd/release-manager',
  ],
  [
    { texts: { fresh: [PPA], candidate: TEXTS, unrecorded: [PPA] } },
    `blocked by item: ${PPA} has no record (rollout.yml) of this very lock.`,
    '@umd/release-manager',
  ],
  [
    { holdsFormer: false },
    'blocked by item: A former release is not in the history of the tag.',
    '@umd/release-manager',
  ],
])('what the tag would be refused for is said before anybody tags (%#)', (change, words, who) => {
  const why = whyOf(change);
  expect(`${why?.verdict}: ${why?.sentence}`).toContain(words);
  expect(why?.who).toBe(who);
  expect(why?.reasons.map(({ verdict }) => verdict)).not.toContain('needs approval');
  expect(why?.reasons.at(-2)).toMatchObject({ verdict: 'temporarily', until: '2026-03-02' });
});

test('a missing sign-off is told; the tag is not refused for it', () => {
  expect(said({ signed: new Set(DUTIES.slice(1)) })).toEqual([
    expect.stringContaining('needs approval: Tested whole'),
    'waiting for item: Not signed in #4: `capabilities` (by 2026-02-23).',
  ]);
});

test('a release that is out waits for its signatures, the announcement among them', () => {
  const out = whyOfReleased(ready, world(['umd-5.0.0']));
  expect([out.name, out.why.verdict, out.why.sentence]).toEqual([
    'umd-5.0.0',
    'waiting for item',
    'Not signed in #4: `announce` (by 2026-03-02).',
  ]);
});
