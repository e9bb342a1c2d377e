import { expect, test } from 'vitest';
import { planRelease, type ReleaseFacts } from './release-plan.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const SHA = 'a'.repeat(40);
const facts: ReleaseFacts = {
  ...{ pull: 3, title: 'voms 2.1.0', head: SHA, branch: '', open: true, merged: false, createdAt: '' },
  ...{ labels: [], assignees: [], timeline: [], runs: [] },
};
const evidence = (faults: number) => ({
  ...{ artifact: 1, run: 1, createdAt: '' },
  value: {
    ...{
      kind: 'release-check' as const,
      pull: 3,
      sha: SHA,
      conclusion: faults === 0 ? ('pass' as const) : ('fail' as const),
    },
    faults: Array.from({ length: faults }, (_, index) => ({
      ...{ code: 'RELEASE_DATE_IMPOSSIBLE', sentence: `"20192305" | is <b>no</b> day`, hint: 'Write a day.' },
      where: { file: 'releases/umd/5/EMI/voms-2.1.0/release.xml', line: 10 + index, column: 3 },
    })),
    ppas:
      faults === 0
        ? [{ name: 'EMI.voms.debian-12.amd64-2.1.0', packages: 3, platform: 'debian-12/amd64', type: 'major' }]
        : [],
  },
});

test('without evidence about the present head it is checked, and passes for nothing meanwhile', () => {
  const [words, comment, ...more] = planRelease(facts, NOW);
  expect([words?.kind, comment?.kind, words]).toEqual([
    'words',
    'comment',
    expect.not.objectContaining({ conclusion: expect.anything() }),
  ]);
  expect(more).toEqual([
    { kind: 'dispatch', workflow: 'check-release', title: 'check-release 3', inputs: { pull: '3' } },
  ]);
});

test('a faulty one is refused with every fault, its file and line, and the words cannot break the table', () => {
  const [check, comment] = planRelease({ ...facts, evidence: evidence(60) }, NOW);
  if (check?.kind !== 'check' || comment?.kind !== 'comment') throw new Error('wrong effects');
  expect([check.conclusion, check.title, check.annotations?.length]).toEqual(['failure', '60 faults', 50]);
  expect(check.annotations?.[0]).toMatchObject({ path: 'releases/umd/5/EMI/voms-2.1.0/release.xml', line: 10 });
  expect(comment.body.match(/release\.xml:\d+:3/g)).toHaveLength(60);
  expect(comment.body).not.toContain('<b>');
});

test('a good one previews its PPAs; the second look changes nothing', () => {
  const effects = planRelease({ ...facts, evidence: evidence(0) }, NOW);
  const [check, comment] = effects;
  if (check?.kind !== 'check' || comment?.kind !== 'comment') throw new Error('wrong effects');
  expect(check.conclusion).toBe('success');
  expect(comment.body).toContain('| EMI.voms.debian-12.amd64-2.1.0 | debian-12/amd64 | major | 3 |');
  const { conclusion, title, summary, text } = check;
  const shown = { id: 1, sha: SHA, status: 'completed', conclusion, title, summary, text, annotations: 0 };
  const sticky = { id: 2, body: comment.body };
  expect(planRelease({ ...facts, evidence: evidence(0), check: shown, sticky }, NOW)).toEqual([]);
});

test('faults of an earlier look are not shown beside those of the last: a check-run with annotations is replaced', () => {
  const shown = {
    id: 1,
    sha: SHA,
    status: 'completed',
    conclusion: 'failure',
    title: '2 faults',
    summary: '',
    text: '',
  };
  const [first] = planRelease({ ...facts, evidence: evidence(1), check: { ...shown, annotations: 0 } }, NOW);
  expect(first).toMatchObject({ kind: 'check', id: 1 });
  const [again] = planRelease({ ...facts, evidence: evidence(1), check: { ...shown, annotations: 2 } }, NOW);
  expect(again).toMatchObject({ kind: 'check', annotations: [{ line: 10 }] });
  expect(again).not.toHaveProperty('id');
});
