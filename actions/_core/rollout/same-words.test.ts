import { expect, test } from 'vitest';
import type { Effect } from './effects.ts';
import type { World } from './facts.ts';
import { type House, reconcile } from './reconcile.ts';
import type { ReleaseFacts } from './release-plan.ts';
import { history, PPA } from './testing/history.ts';
import { renderWhyFile, saidOf } from './why-file.ts';
import { type Words, wordsDigest } from './words.ts';

/** The words are judged by literal lines written here by hand, not by the function that renders them. */

const [HEAD, CANDIDATE, MERGED] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
const FOLDER = 'releases/umd/5/INFN/voms-2.2.0';
const it = history();
const checklist = { number: 40, title: 'Release umd-5.0.0', body: '', open: true, timeline: [] };
const proposal: ReleaseFacts = {
  ...{ pull: 3, title: 'voms 2.2.0', head: HEAD, branch: '', open: true, merged: false, createdAt: '' },
  ...{ labels: [], assignees: [], timeline: [], runs: [] },
};

/** Two weeks before umd-5.0.0: nothing is in the candidate, one PPA waits, one release is proposed, one is being split. */
function house(words: readonly Words[], change: Partial<House> = {}): House {
  const calendar = { lanes: { 'umd-5': { freezeDays: 7, releases: [{ version: '5.0.0', date: '2026-03-02' }] } } };
  const world: World = { ...it.world, now: new Date('2026-02-20T09:00:00Z'), calendar, released: [] };
  return {
    ...{ world, defaultBranch: 'main', ppas: [it.facts], pulls: [], resting: [], digests: new Map() },
    ...{ releases: [proposal], parents: [], checklists: [checklist], texts: [], governed: [], emergencies: [] },
    lanes: [{ lane: { distribution: 'umd', major: 5 }, commit: CANDIDATE, evidence: [], runs: [] }],
    ...{ heads: { main: '', candidate: CANDIDATE }, tags: [], candidate: [], production: [], published: 'none' },
    ...{ publishRuns: [], splitRuns: [], split: { commit: CANDIDATE, unsplit: [FOLDER] } },
    injections: [{ folder: FOLDER, pull: 5, mergedAt: '2026-02-19T08:00:00Z', timeline: [], head: MERGED }],
    words,
    ...change,
  };
}
const nothing = (name: string, sha: string): Words => ({ name, sha, digest: '', seen: '' });
const LOOKED = [nothing('next-release/umd-5', CANDIDATE), nothing('split-release', MERGED)];

const SAID = {
  [PPA]: '**waiting for item**: Nobody has taken it for verification yet (`/verify`). (who must act: @umd/verifier)',
  '#3': '**temporarily**: The check of this head is not done yet. (who must act: nobody: it moves by itself)',
  [FOLDER]: `**temporarily**: The bouncer fetches and splits ${FOLDER}, until 2026-02-26. (who must act: nobody: it moves by itself; not before 2026-02-26)`,
  'umd-5.0.0':
    '**temporarily**: umd-5 takes PPAs in until it is frozen on 2026-02-23; umd-5.0.0 is planned for 2026-03-02. (who must act: nobody: it moves by itself; not before 2026-02-23)',
};

const checks = (effects: readonly Effect[]) =>
  effects.flatMap((each) => (each.kind === 'check' || each.kind === 'words' ? [each] : []));
const bodies = (effects: readonly Effect[]) =>
  effects.flatMap((each) => (each.kind === 'comment' || each.kind === 'issue' ? [each.body] : []));

test.each(Object.entries(SAID))('%s: check-run, comment, why.json and the command line say the same', (name, line) => {
  const { effects, memory } = reconcile(house(LOOKED));
  const file = renderWhyFile(memory);
  const command = saidOf(file, name)?.split('\n').slice(1).join('\n') ?? '';
  expect(command).toContain(`- ${line}`);
  expect(checks(effects).filter(({ summary }) => summary === command).length).toBe(1);
  expect(bodies(effects).filter((body) => body.includes(command)).length).toBe(1);
});

test('the next release names everything that keeps it back, who must act and the earliest date', () => {
  const { memory } = reconcile(house(LOOKED));
  const reasons = memory.releases?.find(({ name }) => name === 'umd-5.0.0')?.why.reasons ?? [];
  expect(reasons.map(({ verdict, sentence, who }) => [verdict, sentence, who])).toEqual([
    ['blocked by item', 'The tag holds no lock: there is nothing to release.', '@umd/release-manager'],
    ['waiting for item', 'Nothing new has come into the candidate yet.', 'nobody: it moves by itself'],
    [
      'waiting for item',
      'Not signed in #40: `capabilities` (by 2026-02-23), `metadata` (by 2026-02-26).',
      '@umd/release-team (`/done <duty>`)',
    ],
    [
      'waiting for item',
      'Not signed in #40: `advisories` (by 2026-02-25).',
      '@umd/vulnerability-group (`/done <duty>`)',
    ],
    [
      'waiting for item',
      'Not signed in #40: `adopters` (by 2026-02-27).',
      '@umd/staged-rollout-manager (`/done <duty>`)',
    ],
    ['temporarily', expect.stringContaining('takes PPAs in until it is frozen'), 'nobody: it moves by itself'],
  ]);
});

test('what was said is remembered once it was seen, and then costs neither a look nor a word', () => {
  const { effects, memory } = reconcile(house(LOOKED));
  expect(memory.words?.map(({ digest }) => digest)).toEqual(['', '']);
  const shown = checks(effects).flatMap(({ kind, ...said }) =>
    kind === 'words' && said.sha !== HEAD ? [{ ...said, id: 7, digest: wordsDigest(said), seen: '' }] : [],
  );
  const again = reconcile(house(shown));
  expect(checks(again.effects).filter(({ sha }) => sha !== HEAD && sha !== it.facts.head)).toEqual([]);
  expect(again.memory.words?.map(({ digest }) => digest)).toEqual(shown.map(({ digest }) => digest));
  expect(checks(reconcile(house([])).effects).filter(({ sha }) => sha === CANDIDATE)).toEqual([]);
});

test('a release that is split says so in the check-run that waited for it', () => {
  const shown = [{ name: 'split-release', sha: MERGED, id: 9, digest: 'of former words', seen: '' }];
  const { effects, memory } = reconcile(house(shown, { injections: [] }));
  expect(checks(effects).filter(({ sha }) => sha === MERGED)).toMatchObject([
    { id: 9, conclusion: 'success', summary: expect.stringContaining('All PPAs of this release are opened.') },
  ]);
  const [said] = checks(effects).filter(({ sha }) => sha === MERGED);
  const seen = [{ name: 'split-release', sha: MERGED, id: 9, digest: wordsDigest(said as never), seen: '' }];
  const after = reconcile(house(seen, { injections: [] }));
  expect([checks(after.effects).filter(({ sha }) => sha === MERGED), memory.words, after.memory.words]).toEqual([
    [],
    [nothing('split-release', MERGED)],
    [],
  ]);
});

test('a check that ended without a result is no pass and says so', () => {
  const failed = { ...proposal, runs: [{ status: 'completed', conclusion: 'failure', createdAt: '' }] } as never;
  const { effects } = reconcile(house(LOOKED, { releases: [failed] }));
  expect(checks(effects).filter(({ sha }) => sha === HEAD)).toMatchObject([
    { conclusion: 'failure', title: 'no result', summary: expect.stringContaining('ended without a result') },
  ]);
  const pending = checks(reconcile(house(LOOKED)).effects).filter(({ sha }) => sha === HEAD);
  expect(pending).toMatchObject([{ title: 'not checked yet' }]);
  expect(pending[0]).not.toHaveProperty('conclusion');
});
