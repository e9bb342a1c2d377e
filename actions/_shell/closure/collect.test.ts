import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getOctokit } from '@actions/github';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startForge } from '#scripts/forge/start.ts';
import { openStore } from '#shell/store.ts';
import { leftArtifact } from '#shell/testing/left-artifact.ts';
import { collectInputs } from './collect.ts';

const folder = mkdtempSync(join(tmpdir(), 'collect-'));
const store = openStore(join(folder, 'store'));
let forge: Awaited<ReturnType<typeof startForge>>;
let [token, sha] = ['', ''];
beforeAll(async () => {
  forge = await startForge({ dir: join(folder, 'forge'), now: new Date('2026-06-21T08:00:00Z') });
  ({ token } = forge.admin.createUser({ login: 'rita' }));
  forge.admin.createOrg({ login: 'umd', owners: ['rita'] });
  await forge.admin.createRepo({ owner: 'umd', name: 'release', files: { 'README.md': 'x' } });
  sha = (await access().octokit.rest.git.getRef({ owner: 'umd', repo: 'release', ref: 'heads/main' })).data.object.sha;
}, 60_000);
afterAll(async () => {
  await forge.close();
  rmSync(folder, { recursive: true });
});
const access = () => ({
  octokit: getOctokit(token, { baseUrl: `${forge.url}/api/v3` }),
  ...{ owner: 'umd', repo: 'release' },
});

/** Base metadata of some text, as a run hands it on; its key in the store. */
async function handedOn(text: string, about: { workflow?: string; branch?: string } = {}): Promise<string> {
  const sha256 = execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 64);
  const key = `pool/${sha256.slice(0, 2)}/${sha256}/base.gz`;
  const run = { workflow: 'verify-ppa', branch: 'main', sha, ...about };
  await leftArtifact(forge, { name: 'closure-inputs', files: { [key]: Buffer.from(text) }, ...run });
  return key;
}

test('every artifact of a believed run is taken once, ten at a time, however many there were since; no other is', async () => {
  expect(await collectInputs(access(), store)).toEqual([]);
  const first = await handedOn('the first');
  for (let number = 0; number < 105; number += 1) await handedOn(`topic ${number}`, { branch: 'topic' });
  await handedOn('of another workflow', { workflow: 'check-release' });
  const more: string[] = [];
  for (let number = 0; number < 11; number += 1)
    more.push(await handedOn(`more ${number}`, { workflow: number % 2 === 0 ? 'compose-release' : 'verify-ppa' }));
  expect(await collectInputs(access(), store)).toEqual([first, ...more.slice(0, 9)]);
  expect(await collectInputs(access(), store)).toEqual(more.slice(9));
  expect(await collectInputs(access(), store)).toEqual([]);
  const last = await handedOn('the last');
  expect(await collectInputs(access(), store)).toEqual([last]);
}, 60_000);
