import { expect, test } from 'vitest';
import { planReleaseTable } from './release-table.ts';

const why = { verdict: 'needs approval', sentence: 'x', who: '@umd/verifiers', reasons: [] } as const;
const row = { open: true, merged: false, labels: ['RolloutProgress: UMDStore'] };
const rows = [
  { ...row, ppa: 'INFN.voms.al9.x86_64-2.1.0', pull: 9, open: false, merged: true },
  { ...row, ppa: 'INFN.voms.debian-12.amd64-2.1.0', pull: 8, decided: { state: 'in-verification', why } as const },
];

test('one table on the release’s pull request, by decision or by label, and it is not written twice', () => {
  const parent = { pull: 3, head: 'a'.repeat(40) };
  const [effect] = planReleaseTable(parent, rows);
  if (effect?.kind !== 'comment') throw new Error('no comment');
  expect(effect.body.split('\n').slice(-2)).toEqual([
    '| INFN.voms.debian-12.amd64-2.1.0 | #8 | In Verification | needs approval | &#64;umd/verifiers |',
    '| INFN.voms.al9.x86&#95;64-2.1.0 | #9 | UMDStore, in the candidate |  |  |',
  ]);
  expect(planReleaseTable({ ...parent, sticky: { id: 1, body: effect.body } }, rows)).toEqual([]);
});
