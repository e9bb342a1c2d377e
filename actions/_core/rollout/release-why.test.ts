import { expect, test } from 'vitest';
import { combine, renderWhy } from '#core/why/why.ts';
import type { World } from './facts.ts';
import type { LaneFacts } from './lane-plan.ts';
import type { Memory } from './memory.ts';
import { planRelease, type ReleaseFacts } from './release-plan.ts';
import { whyOfLane, whyOfProposal } from './release-why.ts';
import { renderWhyFile } from './why-file.ts';

const SHA = 'a'.repeat(40);
const at = (now: string, released: string[] = []) =>
  ({
    now: new Date(now),
    released,
    org: 'umd',
    calendar: { lanes: { 'umd-5': { freezeDays: 7, releases: [{ version: '5.0.0', date: '2026-03-02' }] } } },
    distributions: [],
  }) as unknown as World;
const tested = (conclusion: 'pass' | 'fail' | 'error') => ({
  ...{ artifact: 1, run: 1, createdAt: '' },
  value: {
    ...{ kind: 'candidate' as const, lane: 'umd-5', commit: SHA, conclusion },
    platforms: [{ platform: 'debian-12/amd64', snapshot: '', conclusion, packages: 1, comment: '' }],
  },
});
const lane = (...evidence: ReturnType<typeof tested>[]): LaneFacts => ({
  ...{ lane: { distribution: 'umd', major: 5 }, commit: SHA, evidence, runs: [], published: true },
});

// T-7 of 2 March 2026 is 23 February, by hand.
test.each([
  [
    '2026-02-22T23:59:59Z',
    [],
    'temporarily',
    'it is frozen on 2026-02-23; umd-5.0.0 is planned for 2026-03-02',
    '2026-02-23',
  ],
  ['2026-02-23T00:00:00Z', [], 'temporarily', 'Not tested whole yet.', '2026-03-02'],
  [
    '2026-02-23T00:00:00Z',
    [tested('fail')],
    'blocked by item',
    'Does not install whole on debian-12/amd64.',
    undefined,
  ],
  [
    '2026-02-23T00:00:00Z',
    [tested('error'), tested('error'), tested('error')],
    'cannot tell',
    'Tested three times',
    undefined,
  ],
  [
    '2026-02-23T00:00:00Z',
    [tested('pass')],
    'needs approval',
    'The tag umd-5.0.0 on aaaaaaaaaaaa releases it.',
    '2026-03-02',
  ],
])('the next release of a lane on %s', (now, evidence, verdict, sentence, until) => {
  const found = whyOfLane(lane(...evidence), at(now));
  expect([found?.tag, found?.why.verdict, found?.why.until]).toEqual(['umd-5.0.0', verdict, until]);
  expect(found?.why.sentence).toContain(sentence);
  expect(found?.why.who).not.toBe('');
});

test('where nothing is planned there is nothing to say', () => {
  expect(whyOfLane(lane(), at('2026-03-03T00:00:00Z', ['umd-5.0.0']))).toBeUndefined();
});

const facts: ReleaseFacts = {
  ...{ pull: 3, title: 'voms 2.1.0', head: SHA, branch: '', open: true, merged: false, createdAt: '' },
  ...{ labels: [], assignees: [], timeline: [], runs: [] },
};
const checked = (code?: string) => ({
  ...{ artifact: 1, run: 1, createdAt: '' },
  value: {
    ...{ kind: 'release-check' as const, pull: 3, sha: SHA, ppas: [] },
    conclusion: code === undefined ? ('pass' as const) : ('fail' as const),
    faults: code === undefined ? [] : [{ code, sentence: 'No day.', hint: 'Write one.' }],
  },
});

test.each([
  [undefined, 'temporarily', 'The check of this head is not done yet.'],
  [checked('RELEASE_DATE_IMPOSSIBLE'), 'blocked by item', 'Refused: RELEASE_DATE_IMPOSSIBLE.'],
  [checked(), 'needs approval', 'Checked; it is merged by the release team.'],
])('a proposed release (%#)', (evidence, verdict, sentence) => {
  expect(whyOfProposal({ runs: [], ...(evidence === undefined ? {} : { evidence }) })).toMatchObject({
    verdict,
    sentence,
  });
});

test('check-run, comment and why.json say the same of it', () => {
  const evidence = checked('RELEASE_DATE_IMPOSSIBLE');
  const why = whyOfProposal({ ...facts, evidence });
  const [check, comment] = planRelease({ ...facts, evidence }, new Date('2026-01-01T00:00:00Z'));
  if (check?.kind !== 'check' || comment?.kind !== 'comment') throw new Error('wrong effects');
  expect(check.summary.startsWith(renderWhy(why))).toBe(true);
  expect(comment.body).toContain(renderWhy(why));
  const memory: Memory = { kind: 'memory', ppas: [], releases: [{ name: '#3', pull: 3, why }] };
  expect(JSON.parse(renderWhyFile(memory)).releases).toEqual([{ name: '#3', pull: 3, ...why }]);
});

test('a memory without releases is one all the same', () => {
  const ppa = {
    ppa: 'INFN.voms.debian-12.amd64-2.1.0',
    pull: 7,
    state: 'unverified' as const,
    why: combine([]),
    digest: '',
  };
  expect(JSON.parse(renderWhyFile({ kind: 'memory', ppas: [ppa] })).releases).toEqual([]);
});
