import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { soundOf } from '#core/yaml.ts';
import { parseDistribution } from './parse.ts';

const text = readFileSync('repos/umd.yml', 'utf8');
const faultsOf = (changed: string) => parseDistribution(changed, { file: 'repos/umd.yml' }).faults;

test('the checkout declares UMD-5 for AlmaLinux 9, Debian 12 and 13', () => {
  const umd = soundOf(parseDistribution(text, { file: 'repos/umd.yml' }));
  expect(umd.majors).toEqual([{ major: 5, platforms: ['al9/x86_64', 'debian-12/amd64', 'debian-13/amd64'] }]);
  expect(umd.platforms['debian-12/amd64']).toMatchObject({ format: 'deb', suite: 'bookworm' });
  expect(umd.platforms['debian-12/amd64']?.base[0]?.url).toBe('host:apt-sources');
  expect(umd.teams.verifier).toBe('verifiers');
  expect(umd.withdrawn).toEqual([]);
});

test('all schema faults at once, with lines', () => {
  const faults = faultsOf(text.replace('format: rpm', 'format: zip').replace('title: Debian', 'titel: Debian'));
  expect(faults.map(({ sentence }) => sentence).sort()).toEqual([
    'platforms.al9/x86_64.format must be equal to one of the allowed values: rpm, deb.',
    'platforms.debian-12/amd64 has an unknown key "titel".',
    'platforms.debian-12/amd64 lacks "title".',
  ]);
  expect(faults.map(({ where }) => where?.line).sort()).toEqual([12, 20, 24]);
});

test.each([
  ['a major with an undeclared platform', text.replace('debian-13/amd64]', 'debian-14/amd64]'), 'debian-14/amd64'],
  ['a platform under another name', text.replace('os: al9', 'os: al8'), 'says it is al8/x86_64'],
  ['a deb platform without suite', text.replace('suite: bookworm\n    base', 'base'), 'names no suite'],
])('%s contradicts itself', (_, changed, sentence) => {
  expect(faultsOf(changed)[0]?.sentence).toContain(sentence);
});
