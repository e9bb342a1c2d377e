import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseRelease } from './parse.ts';
import { ppasOf, typeByStep } from './plan.ts';

const { release } = parseRelease(readFileSync('actions/_core/release/__fixtures__/bundle.xml', 'utf8'), {
  file: 'r.xml',
});
if (release === undefined) throw new Error('The fixture is no release.');

test('one plan per product and platform, with where its packages come from', () => {
  expect(
    ppasOf(release).map(({ name, format, type, synch, packages }) => [name, format, type, synch, packages.length]),
  ).toEqual([
    ['INFN.voms.debian-12.amd64-2.1.0', 'deb', 'minor', { protocol: 'deb' }, 2],
    [
      'INFN.fetch-crl.debian-12.amd64-3.0.22',
      'deb',
      'minor',
      { protocol: 'deb', url: 'https://repo.infn.example/debian' },
      1,
    ],
    ['INFN.fetch-crl.al9.x86_64-3.0.22', 'rpm', 'minor', { protocol: 'yum', url: 'https://repo.infn.example/al9' }, 2],
  ]);
  expect(ppasOf(release)[1]).toMatchObject({ emergency: true, incremental: true, group: 'crl' });
});

// domain.md section 4: major may break, minor is compatible, revision only fixes; a product new to the distribution is major.
test.each([
  [undefined, '2.1.0', 'major'],
  ['1.9.9', '2.0.0', 'major'],
  ['2.1.0', '1.9.0', 'major'],
  ['2.0.3', '2.1.0', 'minor'],
  ['2.2.0', '2.1.0', 'minor'],
  ['2.1.0', '2.1.1', 'revision'],
  ['2.1.0', '2.1.0', 'revision'],
])('from %s to %s is %s', (before, now, type) => {
  const version = (text: string) => {
    const [major = 0, minor = 0, revision = 0] = text.split('.').map(Number);
    return { major, minor, revision };
  };
  expect(typeByStep(before === undefined ? undefined : version(before), version(now))).toBe(type);
});

test('the step from the version before says the type, unless it is declared', () => {
  const types = ppasOf(release, ({ product }) =>
    product === 'voms' ? { major: 1, minor: 0, revision: 0 } : undefined,
  );
  expect(types.map(({ type }) => type)).toEqual(['major', 'minor', 'minor']);
});
