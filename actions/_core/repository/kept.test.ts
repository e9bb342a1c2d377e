import { expect, test } from 'vitest';
import { diffPackages } from './kept.ts';

const one = (name: string, version: string, sha256 = version) => ({ name, version, arch: 'noarch', sha256 });

test('a diff is by package and version', () => {
  const before = [one('storm', '1.0-1'), one('voms', '2.0-1'), one('bdii', '5.2-1'), one('canl', '1-1', 'a')];
  const after = [
    one('storm', '1.1-1'),
    one('voms', '2.0-1'),
    one('voms', '2.1-1'),
    one('argus', '1-1'),
    one('canl', '1-1', 'b'),
  ];
  expect(diffPackages(before, after)).toEqual({
    added: ['argus noarch 1-1', 'voms noarch 2.1-1'],
    removed: ['bdii noarch 5.2-1'],
    changed: ['storm noarch 1.0-1 → 1.1-1'],
    rebuilt: ['canl noarch 1-1'],
  });
  expect(diffPackages(before, before)).toEqual({ added: [], removed: [], changed: [], rebuilt: [] });
});
