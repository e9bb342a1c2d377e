import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PublishedState } from '#core/repository/published.ts';
import { makeKey } from '#shell/testing/make-key.ts';
import { aptClient, dnfClient } from '#shell/testing/package-managers.ts';
import { makeStage } from './testing/stage.ts';

let stage: Awaited<ReturnType<typeof makeStage>>;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.close());

/** Sample packages by name and version, as pooled. */
const pooled = (name: string, version: string) =>
  stage.pooled.filter(({ fragment }) => fragment.name === name && fragment.version.includes(version));
/** Repository without its lane → `name version`, as state.json says over HTTP; empty ones, the products' own and the release packages' left out. */
async function served(): Promise<Record<string, string[]>> {
  const { repositories } = (await (await fetch(`${stage.url}/state.json`)).json()) as PublishedState;
  const full = repositories.filter(
    ({ area, packages }) => !['product', 'release'].includes(area) && packages.length > 0,
  );
  return Object.fromEntries(
    full.map(({ id, packages }) => [
      id.replace('umd-5/', ''),
      packages.map(({ name, version }) => `${name} ${version}`),
    ]),
  );
}
async function published() {
  const run = await stage.run();
  expect(run.code, run.log).toBe(0);
  return { ...run, changed: run.changed?.map((id) => id.replace('umd-5/', '')) };
}

describe.sequential('publish-snapshot', () => {
  let deb: number;
  let rpm: number;

  test('opens every area, then shows new PPAs in untested', async () => {
    const empty = await published();
    // untested, testing, candidate base and updates, for each of the three platforms of repos/umd.yml
    expect(empty.changed).toHaveLength(12);
    deb = await stage.openPpa('says', '1.0.0', pooled('says-deb', '1.0'));
    rpm = await stage.openPpa('says', '1.0.0', pooled('says-rpm', '1.0'));
    const { changed, summary } = await published();
    expect(changed?.sort()).toEqual([
      'product/INFN.says.al9.x86_64-1.0.0',
      'product/INFN.says.debian-12.amd64-1.0.0',
      'untested/al9/x86_64',
      'untested/debian-12/amd64',
    ]);
    expect(summary).toContain('<td>umd-5/untested/al9/x86_64</td><td>changed</td><td>1</td>');
    expect((await published()).changed).toEqual([]);
    expect((await stage.run({ check: 'true', 'signing-key': '' })).code).toBe(0);
  });

  test('a PPA can be had alone, with the client file that lies with it', async () => {
    const text = async (path: string) => (await fetch(`${stage.url}/${path}`)).text();
    const home = mkdtempSync(join(stage.store, '../product-'));
    const sources = 'umd-5.infn.says.debian-12.amd64/1/0/0/UMD-5.INFN.says.debian-12.amd64-1.0.0.sources';
    const apt = aptClient(join(home, 'apt'), await text(sources));
    await apt.refresh();
    expect(await apt.offers()).toEqual(['says-deb 1.0-1']);
    await apt.install('says-deb');
    const repo = 'umd-5.infn.says.al9.x86_64/1/0/0/UMD-5.INFN.says.al9.x86_64-1.0.0.repo';
    expect(await dnfClient(join(home, 'dnf'), await text(repo)).offers()).toEqual(['says-rpm 1.0-1.el9']);
    rmSync(home, { recursive: true });
  });

  test('follows labels, merges and tags', async () => {
    await stage.label(deb, ['RolloutProgress: StagedRollout']);
    await published();
    // anyone with triage rights can set a label: nobody vouches for it yet
    expect(await served()).toEqual({
      'untested/debian-12/amd64': ['says-deb 1.0-1'],
      'untested/al9/x86_64': ['says-rpm 1.0-1.el9'],
    });
    await stage.vouch(deb, 'staged-rollout');
    await stage.vouch(rpm, 'in-verification');
    await stage.label(rpm, ['RolloutProgress: In Verification', 'RolloutProgress: StagedRollout']);
    await published();
    expect(await served()).toEqual({
      'testing/debian-12/amd64': ['says-deb 1.0-1'],
      'untested/al9/x86_64': ['says-rpm 1.0-1.el9'],
    });
    await stage.merge(deb);
    await stage.merge(rpm);
    await published();
    const candidate = {
      'candidate/al9/x86_64/base': ['says-rpm 1.0-1.el9'],
      'candidate/debian-12/amd64/base': ['says-deb 1.0-1'],
    };
    expect(await served()).toEqual(candidate);
    await stage.release('umd-5.0.0');
    await published();
    const base = {
      'production/al9/x86_64/base': ['says-rpm 1.0-1.el9'],
      'production/debian-12/amd64/base': ['says-deb 1.0-1'],
    };
    expect(await served()).toEqual({ ...candidate, ...base });
    await stage.merge(await stage.openPpa('says', '1.1.0', pooled('says-deb', '1.1')));
    await stage.release('umd-5.1.0');
    expect((await published()).changed?.sort()).toEqual([
      'candidate/debian-12/amd64/updates',
      'product/INFN.says.debian-12.amd64-1.1.0',
      'production/debian-12/amd64/updates',
    ]);
    expect((await served())['production/debian-12/amd64/updates']).toEqual(['says-deb 1:1.1-1']);
  });

  test('check fails loudly when what is served is not what Git wants', async () => {
    await stage.openPpa(
      'more',
      '1.0.0',
      pooled('libsays', '1.0').filter(({ fragment }) => fragment.format === 'deb'),
    );
    const run = await stage.run({ check: 'true', 'signing-key': '' });
    expect([run.code, run.changed]).toEqual([1, []]);
    expect(run.log).toContain('PUBLISHED_DIFFERS');
    expect(run.log).toContain('umd-5/untested/debian-12/amd64');
  });

  test('a package that the pool has not got holds up its own repository only', async () => {
    const [lost] = pooled('libsays', '1.0').filter(({ fragment }) => fragment.format === 'rpm');
    await stage.openPpa('lost', '1.0.0', lost === undefined ? [] : [{ ...lost, sha256: 'f'.repeat(64) }]);
    const run = await stage.run();
    expect([run.code, run.changed]).toEqual([
      1,
      ['umd-5/product/INFN.more.debian-12.amd64-1.0.0', 'umd-5/untested/debian-12/amd64'],
    ]);
    expect(run.log).toContain('POOL_MISSING');
    expect(run.log).toContain('INFN.lost.al9.x86_64-1.0.0');
  });

  test.each([
    ['no key', { 'signing-key': '' }, 'SIGNER_KEY_INVALID'],
    ['a weak key', { 'signing-key': makeKey('weak', { algorithm: 'rsa2048' }).secret }, 'SIGNER_KEY_WEAK'],
    ['an address with a slash at its end', { 'public-url': 'http://x.example/' }, 'STORE_INVALID'],
    ['a relative store', { store: 'store' }, 'STORE_INVALID'],
  ])('refuses %s and touches nothing', async (_, inputs, code) => {
    const before = await served();
    const run = await stage.run(inputs);
    expect([run.code, run.changed]).toEqual([1, null]);
    expect(run.log).toContain(code);
    expect(await served()).toEqual(before);
  });

  test('makes everything anew from Git and pool when only the pool is left', async () => {
    const before = await served();
    for (const name of ['sw', 'state.json', 'clients', 'keys']) rmSync(join(stage.store, name), { recursive: true });
    expect((await stage.run()).log).toContain('POOL_MISSING');
    const { 'untested/al9/x86_64': _, ...others } = before;
    expect(await served()).toEqual(others);
  });
});
