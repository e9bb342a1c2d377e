import { expect, test } from 'vitest';
import { reportOf } from './report.ts';

const PPA = { name: 'INFN.voms.debian-12.amd64-2.1.0', packages: 2, platform: 'debian-12/amd64', type: 'minor' };

test('a preview, a fault table and nothing, in words that cannot break out of the table', () => {
  const good = reportOf({ conclusion: 'pass', about: 'release', faults: [], ppas: [PPA] }, 7);
  expect(good.split('\n')).toEqual([
    '### Pull request #7: 1 PPA when it is merged',
    '',
    '| PPA | platform | release type | packages |',
    '| --- | --- | --- | --- |',
    '| INFN.voms.debian-12.amd64-2.1.0 | debian-12/amd64 | minor | 2 |',
  ]);
  const evil = { code: 'RELEASE_URL_INVALID', sentence: 'x | <img src=//evil>\n@umd/all', hint: 'Mend it.' };
  const where = { file: 'r.xml', line: 3, column: 5 };
  const bad = reportOf({ conclusion: 'fail', about: 'release', faults: [{ ...evil, where }, evil], ppas: [] }, 7);
  expect(bad).toContain('### Pull request #7: 2 faults');
  expect(bad).toContain('| r.xml:3:5 | RELEASE_URL_INVALID | x ');
  expect(bad).not.toMatch(/<img|@umd/);
  expect(bad.split('\n')).toHaveLength(6);
  expect(reportOf({ conclusion: 'pass', about: 'nothing', faults: [], ppas: [] }, 7)).toContain('nothing to check');
});
