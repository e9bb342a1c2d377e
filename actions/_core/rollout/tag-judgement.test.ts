import { expect, test } from 'vitest';
import type { Lock } from '#core/ppa/lock.ts';
import { releaseNotes } from './release-notes.ts';
import { judgeTag, type TagCase } from './tag-judgement.ts';

const lock = (ppa: string): Lock => ({
  ppa,
  product: 'voms',
  provider: 'INFN',
  version: '2.1.0',
  release: 'releases/umd/5/INFN/voms-2.1.0',
  type: 'minor',
  packages: [{ name: 'voms', version: '2.1.0-1', arch: 'amd64', sha256: '', size: 1, file: '', signer: '', url: '' }],
});
const platform = { platform: 'debian-12/amd64', snapshot: '', conclusion: 'pass', packages: 3, comment: '' } as const;
const tested = { kind: 'candidate', lane: 'umd-5', commit: 'a', conclusion: 'pass', platforms: [platform] } as const;
const TEXTS = `release: umd-5.1.0
ppas: [INFN.voms.debian-12.amd64-2.1.0]
draft: '${'0'.repeat(64)}'
texts:
  description: A quiet release.
  contact: umd@egi.example
  technicalContact: umd@egi.example
  releaseNotes: VOMS has a <b>new</b> parser.
  installationNotes: Restart the daemon.
  knownIssues: None known.
  changeLog: One entry.
`;
const good: TagCase = {
  tag: 'umd-5.1.0',
  creator: 'Rita',
  world: {
    now: new Date('2026-05-26T00:00:00Z'),
    org: 'umd',
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
    released: ['umd-5.0.0'],
    roles: { umd: { 'release-manager': ['rita'] } },
    distributions: [
      { distribution: 'umd', majors: [{ major: 5, platforms: [] }], teams: { 'release-manager': 'release-managers' } },
    ] as unknown as TagCase['world']['distributions'],
  },
  tested,
  atCandidate: true,
  holdsFormer: true,
  locks: [lock('INFN.voms.debian-12.amd64-2.1.0')],
  former: [lock('INFN.voms.debian-12.amd64-2.0.0')],
  fresh: ['INFN.voms.debian-12.amd64-2.1.0'],
  texts: TEXTS,
  unrecorded: [],
};
const against = (change: Partial<TagCase>) => judgeTag({ ...good, ...change }).map(({ sentence }) => sentence);
const { tested: _, ...untested } = good;
const { creator: __, ...unknown } = good;

test('a release manager’s tag on the frozen, tested candidate is published', () => {
  expect(judgeTag(good)).toEqual([]);
});

test.each([
  [{ tag: 'v5.1.0' }, '"v5.1.0" is no release tag such as umd-5.1.0.'],
  [{ tag: 'umd-6.0.0' }, 'There is no lane umd-6.'],
  [{ creator: 'otto' }, '@otto is not in @umd/release-managers.'],
  [{ tag: 'umd-5.3.0' }, '5.3.0 does not come next; 5.0.1 or 5.1.0 does.'],
  [{ tag: 'umd-5.0.1' }, 'The candidate is frozen for 5.1.0.'],
  [{ world: { ...good.world, released: [] } }, '5.1.0 does not come next; 5.0.0 does.'],
  [
    { world: { ...good.world, now: new Date('2026-05-24T00:00:00Z') } },
    'umd-5 is not frozen: 5.1.0 is planned, the freeze begins on 2026-05-25.',
  ],
  [{ atCandidate: false }, 'The tag does not hold the locks of the candidate’s head.'],
  [{ holdsFormer: false }, 'A former release is not in the history of the tag.'],
  [
    { former: [lock('INFN.bdii.debian-12.amd64-6.0.0')] },
    'INFN.bdii.debian-12.amd64 is in production and not in the tag.',
  ],
  [{ texts: undefined }, 'The texts of the release (releases/umd/5/umd-5.1.0.yml) are not there.'],
  [
    { texts: TEXTS.replace('A quiet release.', '"[to be written: what it is about]"') },
    'releases/umd/5/umd-5.1.0.yml: Description still says "[to be written: what it is about]".',
  ],
  [{ texts: TEXTS.replace(/ {2}knownIssues.*\n/, '') }, 'releases/umd/5/umd-5.1.0.yml: texts lacks "knownIssues".'],
  [{ texts: TEXTS.replaceAll('5.1.0', '5.0.0') }, /^releases.umd.5.umd-5.1.0.yml: The texts are those of umd-5.0.0/],
  [{ fresh: ['X'] }, 'releases/umd/5/umd-5.1.0.yml does not speak of X.'],
  [{ unrecorded: ['X'] }, 'X has no record (rollout.yml) of this very lock.'],
  [
    { tested: { ...tested, conclusion: 'fail', platforms: [{ ...platform, conclusion: 'fail' }] } as const },
    'The tagged commit does not install whole on debian-12/amd64.',
  ],
  [{ tested: { ...tested, platforms: [] } }, 'The tagged commit does not install whole on any platform.'],
] as const)('%j is refused', (change, sentence) => {
  const found = against(change as Partial<TagCase>);
  expect(
    found.some((said) => (typeof sentence === 'string' ? said === sentence : sentence.test(said))),
    found.join('\n'),
  ).toBe(true);
});

const fix: Partial<TagCase> = {
  tag: 'umd-5.0.1',
  alone: { ppa: 'INFN.voms.debian-12.amd64-2.1.0', current: true, confirmed: true, foreign: [] },
  texts: TEXTS.replace('umd-5.1.0', 'umd-5.0.1'),
  atCandidate: false,
};
const open = { ...good.world, now: new Date('2026-04-01T00:00:00Z') };

test('a confirmed emergency needs neither candidate nor freeze', () => {
  expect(against(fix)).toEqual([]);
  expect(against({ ...fix, world: open })).toEqual([]);
});
test.each([
  [{ creator: 'otto' }, '@otto is not in @umd/release-managers.'],
  [{ tag: 'umd-5.1.0', texts: TEXTS }, '5.1.0 does not come next; 5.0.1 does.'],
  [{ alone: { confirmed: false } }, 'INFN.voms.debian-12.amd64-2.1.0 is no emergency that was confirmed.'],
  [{ alone: { current: false } }, 'The default branch has moved since the emergency was put on it.'],
  [{ alone: { foreign: ['x'] } }, 'x is changed besides the emergency INFN.voms.debian-12.amd64-2.1.0.'],
  [{ alone: { ppa: 'Y' } }, 'The tag does not bring Y.'],
  [{ alone: { ppa: 'Y' } }, 'INFN.voms.debian-12.amd64-2.1.0 goes with the candidate, not with the emergency Y.'],
  [{ texts: undefined }, 'The texts of the release (releases/umd/5/umd-5.0.1.yml) are not there.'],
  [{ tested: { ...tested, platforms: [] } }, 'The tagged commit does not install whole on any platform.'],
])('an emergency %j is refused', (change, sentence) => {
  const alone = 'alone' in change ? { ...fix.alone, ...change.alone } : fix.alone;
  expect(against({ ...fix, ...change, alone } as Partial<TagCase>)).toContain(sentence);
});

test('untested, or from nobody known, is refused; all reasons are told at once', () => {
  expect(judgeTag(untested)[0]?.sentence).toBe('The tagged commit was not tested whole (compose-release umd-5).');
  expect(judgeTag(unknown)[0]?.sentence).toContain('Nobody can tell who pushed the tag');
  expect(judgeTag({ ...untested, creator: 'otto', atCandidate: false, locks: [] }).length).toBe(5);
});

test('the notes carry the seven texts and name what is new', () => {
  const notes = releaseNotes('umd-5.1.0', {
    locks: [lock('A.b.c.d-1.0.0'), lock('INFN.voms.debian-12.amd64-2.1.0')],
    fresh: ['INFN.voms.debian-12.amd64-2.1.0'],
    texts: TEXTS,
  });
  expect(notes.match(/^## .*/gm)).toEqual([
    ...['## Description', '## Contact', '## Technical contact', '## Release notes', '## Installation notes'],
    ...['## Known issues', '## Change log'],
  ]);
  expect(notes).toContain('## Release notes\nVOMS has a &lt;b>new&lt;/b> parser.');
  expect(notes).toContain('umd&#64;egi.example');
  expect(notes).toContain('umd-5.1.0 releases 1 PPAs.');
  expect(notes).toContain('| INFN | voms | 2.1.0 | debian-12/amd64 | minor | voms 2.1.0-1 |');
  expect(notes).toContain('Unchanged since the release before: 1 locks.');
});
