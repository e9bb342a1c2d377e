import { expect, test } from 'vitest';
import { explain } from './chain.ts';
import { type Broken, type Named, type Rule, regressions, standing } from './closure.ts';
import { conflictSentence, fileConflicts, type Holding, newConflicts } from './file-conflicts.ts';
import { backward, gone, leftBehind } from './upgrade-path.ts';

const named = (name: string, version = '1', arch = 'amd64', from = 'umd'): Named => ({ name, version, arch, from });
const rule = (
  kind: Rule['kind'],
  one: Named,
  needs: string | null,
  providers: Named[] = [],
  other: Named | null = null,
) => ({ kind, package: one, needs, providers, other }) satisfies Rule;
const broken = (one: Named, rules: Rule[] = []): Broken => ({ ...one, rules });

test('only what was whole before is held against the new state', () => {
  const closure = {
    old: [broken(named('sick'))],
    new: [broken(named('sick', '2')), broken(named('hit')), broken(named('sick', '2', 'arm64'))],
  };
  expect(regressions(closure).map(({ name, arch }) => `${name} ${arch}`)).toEqual(['hit amd64', 'sick arm64']);
  expect(standing(closure).map(({ name }) => name)).toEqual(['sick']);
});

test('the chain is told link by link, with who had what is missing', () => {
  const [a, b, c] = [named('a'), named('b', '2'), named('c', '3.1', 'amd64', 'umd-5/production/x')];
  const rules = [rule('nothing-provides', b, 'c >= 3', [c]), rule('requires', a, 'b >= 2', [b, named('x')])];
  expect(explain(broken(a, rules))).toBe(
    'a 1 (amd64) cannot be installed: a 1 (amd64) needs b >= 2; b 2 (amd64) needs c >= 3, which nothing has (c 3.1 (amd64) of umd-5/production/x had it).',
  );
});

test('conflicts are told though no chain leads to them', () => {
  const [a, b] = [named('a'), named('b')];
  expect(explain(broken(a, [rule('conflicts', a, 'b', [], b)]))).toContain('a 1 (amd64) conflicts with b 1 (amd64).');
  expect(explain(broken(a, [rule('conflicts', b, 'q', [], null)]))).toContain('b 1 (amd64) conflicts with q.');
  expect(explain(broken(a))).toContain('the solver gives no reason');
});

test('a newest version that is older than before is seen, by the rules of its format', () => {
  const at = (version: string, name = 'tool') => ({ name, version, arch: 'all' });
  expect(backward([at('1:1.0'), at('0.9')], [at('2.0')], 'deb')).toEqual([
    'tool (all) goes back from 1:1.0 to 2.0: sites that have 1:1.0 would never get it.',
  ]);
  expect(backward([at('1.0~rc1-1')], [at('1.0-1')], 'rpm')).toEqual([]);
  expect(backward([at('1.0-1')], [at('1.0-1'), at('0.1-1')], 'rpm')).toEqual([]);
  expect(gone([at('1'), at('1', 'old')], [at('2')])).toEqual(['old (all)']);
});

test('what sites took before it was withdrawn is told when nothing newer comes, by the rules of its format', () => {
  const at = (version: string, name = 'tool') => ({ name, version, arch: 'all' });
  expect(
    leftBehind(
      [at('2.0'), at('1:0.5', 'other'), at('1', 'fine'), at('3', 'lost')],
      [at('1.9'), at('9', 'other'), at('1', 'fine')],
      'deb',
    ),
  ).toEqual([
    'lost (all): sites that took 3 before it was withdrawn keep it, because nothing takes its place.',
    'other (all): sites that took 1:0.5 before it was withdrawn keep it, because 9 is older.',
    'tool (all): sites that took 2.0 before it was withdrawn keep it, because 1.9 is older.',
  ]);
  expect(leftBehind([at('1.0~rc1-1')], [at('1.0-1')], 'rpm')).toEqual([]);
});

const holding = (name: string, files: Record<string, string>, yields: string[] = []): Holding => ({
  ...{ name, version: '1', arch: 'all' },
  ...{ files: new Map(Object.entries(files)), yields: new Set(yields) },
});

test('two owners of one path are in dispute, unless one yields or the bytes are the same', () => {
  const left = holding('left', { '/etc/x': '', '/etc/y': '', '/own': '' });
  const right = holding('right', { '/etc/x': '', '/etc/y': '' });
  const found = fileConflicts([right, left]);
  expect(found).toEqual([{ left: 'left', right: 'right', paths: ['/etc/x', '/etc/y'] }]);
  expect(found.map(conflictSentence)).toEqual(['left and right both own /etc/x and 1 more.']);
  expect(newConflicts(found, found)).toEqual([]);
  expect(newConflicts([], found)).toEqual(found);
  expect(fileConflicts([left, holding('right', { '/etc/x': '' }, ['left'])])).toEqual([]);
  expect(fileConflicts([left, { ...left, version: '2' }])).toEqual([]);
  const same = [holding('a', { '/x': 'd1' }), holding('b', { '/x': 'd1' }), holding('c', { '/x': 'd2' })];
  expect(fileConflicts(same).map(conflictSentence)).toEqual(['a and c both own /x.', 'b and c both own /x.']);
});
