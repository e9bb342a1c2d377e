import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPackage } from '#shell/packages.ts';
import { buildDeb, buildRpm } from '#shell/testing/packages.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packages-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const fails = (path: string, code: string) => expect(readPackage(path)).rejects.toMatchObject({ code });

test('a deb tells name, version with epoch, architecture and source', async () => {
  const path = buildDeb(folder, {
    name: 'voms-clients',
    version: '1:2.1.0~rc3-3+b1',
    arch: 'amd64',
    source: 'voms (2.1.0)',
  });
  expect(await readPackage(path)).toEqual({
    format: 'deb',
    name: 'voms-clients',
    version: '1:2.1.0~rc3-3+b1',
    arch: 'amd64',
    source: 'voms',
  });
  expect((await readPackage(buildDeb(folder, { name: 'bdii', version: '6.0.0-1', arch: 'all' }))).source).toBe('bdii');
});

test('an rpm tells name, EVR, architecture and source', async () => {
  const path = buildRpm(folder, { name: 'fetch-crl', version: '2:3.0.22-1.el9', arch: 'noarch' });
  const facts = { format: 'rpm', name: 'fetch-crl', version: '2:3.0.22-1.el9', arch: 'noarch', source: 'fetch-crl' };
  expect(await readPackage(path)).toEqual(facts);
});

test('epoch 0 is the same as none; a source rpm says so', async () => {
  const binary = buildRpm(folder, { name: 'storm', version: '0:1.0-1', arch: 'x86_64' });
  expect(await readPackage(binary)).toMatchObject({ version: '1.0-1', arch: 'x86_64' });
  const source = buildRpm(folder, { name: 'storm', version: '1.0-1', arch: 'src' });
  expect(await readPackage(source)).toMatchObject({ arch: 'src', source: 'storm' });
});

test.each([
  '<!DOCTYPE html><html>',
  '\n\n  <html lang="en"><head>',
  '<HEAD>',
  '\ufeff<!doctype HTML>',
  '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">\n<html>',
])('a web page is named as one: %j', async (page) => {
  await fails(written('page', page), 'PACKAGE_IS_WEB_PAGE');
});

test('what is no package', async () => {
  await fails(written('empty', ''), 'PACKAGE_FORMAT');
  await fails(written('text', 'no package at all'), 'PACKAGE_FORMAT');
  await fails(written('xml', '<?xml version="1.0"?><error/>'), 'PACKAGE_FORMAT');
  await fails(
    written('library.a', '!<arch>\nobject.o/       0           0     0     644     4         `\nabcd'),
    'PACKAGE_FORMAT',
  );
  await fails(written('lead', Buffer.concat([Buffer.from('edabeedb', 'hex'), Buffer.alloc(200)])), 'PACKAGE_FORMAT');
});

test('a torn rpm and a torn deb', async () => {
  const rpm = buildRpm(folder, { name: 'torn', version: '1-1', arch: 'noarch' });
  truncateSync(rpm, 1500);
  await fails(rpm, 'PACKAGE_FORMAT');
  const deb = buildDeb(folder, { name: 'torn', version: '1-1', arch: 'all' });
  truncateSync(deb, 100);
  await fails(deb, 'PACKAGE_FORMAT');
});

test('a deb that was renamed to an rpm is still a deb', async () => {
  const deb = readFileSync(buildDeb(folder, { name: 'renamed', version: '1', arch: 'all' }));
  expect((await readPackage(written('renamed.rpm', deb))).format).toBe('deb');
});

test('a name that is an option or leads elsewhere does not reach a tool as such', async () => {
  const deb = buildDeb(folder, { name: 'guarded', version: '1', arch: 'all' });
  execFileSync('cp', ['--', deb, join(folder, '--help')]);
  expect((await readPackage(join(folder, '--help'))).name).toBe('guarded');
});
