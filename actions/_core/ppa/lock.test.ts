import { expect, test } from 'vitest';
import { soundOf } from '#core/yaml.ts';
import { type Lock, lockDigest, parseLock, renderLock } from './lock.ts';

const SHA = 'a'.repeat(64);
const PACKAGE = {
  name: 'storm-backend-server',
  version: '1.11.15-1.el9',
  arch: 'x86_64',
  sha256: SHA,
  size: 81234,
  file: 'storm-backend-server-1.11.15-1.el9.x86_64.rpm',
  signer: '0xA1B2C3D4E5F60718',
  url: 'https://repo.example.org/storm.rpm',
};
const LOCK: Lock = {
  product: 'storm',
  provider: 'INFN',
  version: '1.11.15',
  ppa: 'INFN.storm.al9.x86_64-1.11.15',
  release: 'releases/umd/5/INFN/storm-1.11.15',
  type: 'minor',
  packages: [{ ...PACKAGE, name: 'storm-z', file: 'storm-z.rpm', version: '1.10' }, PACKAGE],
};
// Written by hand after design.md section 2: keys in that order, packages by name, a version that looks like a number quoted.
const TEXT = `product: storm
provider: INFN
version: 1.11.15
ppa: INFN.storm.al9.x86_64-1.11.15
release: releases/umd/5/INFN/storm-1.11.15
type: minor
packages:
  - {name: storm-backend-server, version: 1.11.15-1.el9, arch: x86_64, sha256: ${SHA}, size: 81234, file: storm-backend-server-1.11.15-1.el9.x86_64.rpm, signer: '0xA1B2C3D4E5F60718', url: https://repo.example.org/storm.rpm}
  - {name: storm-z, version: '1.10', arch: x86_64, sha256: ${SHA}, size: 81234, file: storm-z.rpm, signer: '0xA1B2C3D4E5F60718', url: https://repo.example.org/storm.rpm}
`;

test('a lock has one canonical text, whatever the order of its packages, and reads back', () => {
  expect(renderLock(LOCK)).toBe(TEXT);
  expect(renderLock({ ...LOCK, packages: [...LOCK.packages].reverse() })).toBe(TEXT);
  expect(renderLock(soundOf(parseLock(TEXT, { file: 'l.yml' })))).toBe(TEXT);
  expect(renderLock({ ...LOCK, reason: 'security', group: 'g1' })).toContain(
    'type: minor\nreason: security\ngroup: g1\n',
  );
});

test('its digest is that of the bytes', () => {
  // printf 'é\n' | sha256sum
  expect(lockDigest('é\n')).toBe('edd3a863872a04239eb29ad4bc12fc892b3d4ae57cc7e786a3697816f8e141c2');
});

test('every fault of a lock at once, with lines', () => {
  const text = TEXT.replace('INFN\n', 'infn\n')
    .replace(SHA, 'beef')
    .replace('size: 81234', 'size: 0')
    .concat('more: 1\n');
  const { faults } = parseLock(text, { file: 'l.yml' });
  expect(faults.map(({ code, where }) => `${code} ${where?.line}`).sort()).toEqual([
    'LOCK_INVALID 10',
    'LOCK_INVALID 2',
    'LOCK_INVALID 8',
    'LOCK_INVALID 8',
  ]);
});

test.each([
  ['another product in the name', TEXT.replace('ppa: INFN.storm.', 'ppa: INFN.stork.')],
  ['another version in the name', TEXT.replace('x86_64-1.11.15\n', 'x86_64-1.11.16\n')],
  ['no PPA name', TEXT.replace('ppa: INFN.storm.al9.x86_64-1.11.15', 'ppa: ../x')],
  ['a file twice', TEXT.replace('file: storm-z.rpm', 'file: storm-backend-server-1.11.15-1.el9.x86_64.rpm')],
])('%s is inconsistent', (_, text) => {
  expect(parseLock(text, { file: 'l.yml' }).faults.map(({ code }) => code)).toEqual(['LOCK_INCONSISTENT']);
});

test('no empty PPA', () => {
  expect(parseLock(TEXT.replace(/packages:[\s\S]*/, 'packages: []\n'), { file: 'l.yml' }).faults).toHaveLength(1);
});
