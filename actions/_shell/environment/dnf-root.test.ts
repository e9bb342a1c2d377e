import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Image } from '#core/environment/image.ts';
import { buildRpm } from '#shell/testing/packages.ts';
import { buildDnfRoot } from './dnf-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'dnf-root-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const image: Image = {
  name: 'el',
  title: 'A tiny one',
  build: 'dnf',
  suite: '9',
  arch: 'x86_64',
  packages: ['tiny-release'],
};

test('a platform whose repositories are not here is not built, and nothing stands in for it', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const root = join(folder, 'none');
  await expect(buildDnfRoot(image, root, [], empty)).rejects.toMatchObject({
    code: 'ENVIRONMENT_BASE_MISSING',
    message: 'el (A tiny one) has no base here: this machine has no dnf repositories.',
  });
  expect(readdirSync(folder)).toEqual(['empty']);
});

test('with its repositories a true root is made, by their release', async () => {
  const www = join(folder, 'www/9');
  buildRpm(www, { name: 'tiny-release', version: '9.4-1', arch: 'noarch' });
  execFileSync('createrepo_c', ['--quiet', www]);
  const repositories = join(folder, 'repositories');
  mkdirSync(repositories);
  writeFileSync(
    join(repositories, 'tiny.repo'),
    `[tiny]\nname=tiny\nbaseurl=file://${folder}/www/$releasever\ngpgcheck=0\n`,
  );
  const root = join(folder, 'root');
  await buildDnfRoot(image, root, [], repositories);
  const said = execFileSync('rpm', ['--root', root, '--dbpath', '/var/lib/rpm', '-qa'], { encoding: 'utf8' });
  expect(said).toBe('tiny-release-9.4-1.noarch\n');
  expect(readdirSync(join(root, 'usr/share'))).toEqual(['tiny-release']);
}, 60_000);
