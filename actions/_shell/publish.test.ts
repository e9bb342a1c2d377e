import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incoming, PooledPackage } from './pool.ts';
import { publish } from './publish.ts';
import { type MadeKey, makeKey } from './testing/make-key.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { openPublishing, samplePackages, wanting } from './testing/publishing.ts';
import { serveFolder } from './testing/serve-folder.ts';

let folder: string;
let key: MadeKey;
let provider: MadeKey;
let packages: readonly Incoming[];
const opened: { signer: { close(): Promise<void> } }[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'publish-'));
  [key, provider] = [makeKey('umd'), makeKey('infn')];
  packages = samplePackages(folder, provider);
});
afterAll(async () => {
  for (const { signer } of opened) await signer.close();
  rmSync(folder, { recursive: true });
});

/** A publisher whose store is served; first and second version of everything, and one package that stays. */
async function shop() {
  const { store, pooled, publishing } = await openPublishing(folder, packages, key, provider);
  opened.push(publishing);
  const server = await serveFolder(store);
  const wanted = (some: readonly PooledPackage[]) =>
    (['untested', 'production'] as const).flatMap((area) =>
      (['deb', 'rpm'] as const).map((format) => wanting(area, some, format)),
    );
  const version = (text: string) =>
    pooled.filter(({ fragment: { name, version } }) => name === 'libsays' || version.includes(text));
  return {
    store,
    server,
    pooled,
    publishing: { ...publishing, publicUrl: server.url },
    first: wanted(version('1.0')),
    second: wanted(version('1.1')),
  };
}

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');
const client = (store: string, name: string) => read(store, 'clients', name);

test('apt-get and dnf install from it with every check on, and see the next state', async () => {
  const { store, server, publishing, first, second } = await shop();
  const { changed } = await publish(first, publishing);
  expect(changed).toHaveLength(4);
  const root = (name: string) => join(folder, name, server.url.slice(-5));
  const aptOf = (name: string) =>
    aptClient(root(`apt-${name}`), client(store, `umd-5-debian-12/UMD-5-${name}.sources`));
  const dnfOf = (name: string) => dnfClient(root(`dnf-${name}`), client(store, `umd-5-al9/UMD-5-${name}.repo`));
  const [apt, dnf] = [aptOf('base'), dnfOf('base')];
  for (const one of [apt, aptOf('untested')]) {
    await one.refresh();
    expect(await one.offers()).toEqual(['libsays 1.0-1', 'says-deb 1.0-1']);
  }
  for (const one of [dnf, dnfOf('untested')]) {
    await one.refresh();
    expect(await one.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.0-1.el9']);
  }
  await apt.install('says-deb');
  await dnf.install('says-rpm');
  expect(readdirSync(join(root('apt-base'), 'cache/archives'))).toContain('says-deb_1.0-1_all.deb');
  expect(execFileSync(join(root('dnf-base'), 'root/usr/bin/says-rpm'), { encoding: 'utf8' })).toBe(
    'says-rpm 1.0-1.el9\n',
  );

  await publish(second, publishing);
  await apt.refresh();
  await dnf.refresh();
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1:1.1-1']);
  expect(await dnf.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9']);
  await server.close();
});
