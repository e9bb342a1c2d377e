import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCalendar } from '#core/calendar/calendar.ts';
import { parseDistribution } from '#core/distribution/parse.ts';
import { parseProductCard } from '#core/product/card.ts';
import { parseProvider } from '#core/product/provider.ts';
import { parseRelease } from '#core/release/parse.ts';
import { parseEarlyAdopters } from '#core/rollout/early-adopters.ts';
import { type Materials, prepareWorld } from './prepare.ts';
import { rpmOfDeb } from './rpm.ts';
import { startWorld, type World } from './world.ts';

const dir = mkdtempSync(join(tmpdir(), 'world-'));
let materials: Materials;
let world: World;

beforeAll(async () => {
  materials = await prepareWorld();
  world = await startWorld({ dir });
}, 300_000);
afterAll(async () => {
  await world.close();
  rmSync(dir, { recursive: true });
});

/** What a real tool said, both streams, and whether it was content. */
async function ask(command: string, ...args: string[]) {
  const env = { ...process.env, LC_ALL: 'C.UTF-8', HOME: dir };
  return promisify(execFile)(command, args, { env, maxBuffer: 64e6 }).then(
    ({ stdout, stderr }) => ({ status: 0, text: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ status: code as number, text: `${stdout}${stderr}` }),
  );
}

const NOW = {
  bdii: '6.0.0-1',
  'fetch-crl': '3.0.22-2',
  'glue-schema': '2.0.11-3',
  libvomsapi1v5: '2.1.0~rc3-4',
  'voms-clients': '2.1.0~rc3-4',
  'voms-server': '2.1.0~rc3-4',
};

test('the products are those of Debian 12, and of Debian 11 as the release before', async () => {
  const debs = await Promise.all(
    materials.debs.now.map(async ({ path }) => (await ask('dpkg-deb', '-W', path)).text.trim().split('\t')),
  );
  expect(Object.fromEntries(debs)).toMatchObject(NOW);
  const old = await Promise.all(materials.debs.old.map(async ({ path }) => (await ask('dpkg-deb', '-W', path)).text));
  expect(old).toContain('fetch-crl\t3.0.20-1\n');
  const rpms = await Promise.all(
    [...materials.rpms.old, ...materials.rpms.now].map(async ({ path }) =>
      (await ask('rpm', '-qp', '--nosignature', path)).text.trim(),
    ),
  );
  expect(rpms).toEqual(expect.arrayContaining(['fetch-crl-3.0.20-1.noarch', 'fetch-crl-3.0.22-2.noarch']));
});

test('a prepared cache is taken as it is', async () => {
  const said: string[] = [];
  await prepareWorld({ progress: (sentence) => said.push(sentence) });
  expect(said).toEqual([]);
});

test('an rpm has unit, scriptlets, configuration, manual and licence, and is the same when built again', async () => {
  const deb = materials.debs.now.find(({ name }) => name === 'fetch-crl');
  const kept = materials.rpms.now.find(({ name }) => name === 'fetch-crl');
  const again = await rpmOfDeb(deb?.path ?? '', join(dir, 'again'));
  expect((await ask('sha256sum', again)).text.split(' ')[0]).toBe(kept?.sha256);
  const asked = (...args: string[]) =>
    ask('rpm', '-qp', '--nosignature', ...args, again).then(({ text }) => text.trim().split('\n'));
  expect(await asked('-c')).toEqual(['/etc/fetch-crl.conf']);
  expect(await asked('-L')).toEqual(['/usr/share/licenses/fetch-crl/copyright']);
  expect(await asked('-l')).toEqual(
    expect.arrayContaining(['/usr/lib/systemd/system/fetch-crl.timer', '/usr/share/man/man8/fetch-crl.8.gz']),
  );
  expect((await asked('--scripts')).join('\n')).toContain('systemctl --no-reload preset fetch-crl.timer');
});

/** An apt with nothing but these sources; every complaint is a failure. */
function apt(name: string, sources: readonly string[], key: string) {
  const home = join(dir, name);
  for (const folder of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, 'status'), '');
  writeFileSync(join(home, 'key.asc'), key);
  writeFileSync(
    join(home, 'sources.list'),
    sources.map((url) => `deb [signed-by=${home}/key.asc] ${url} bookworm main\n`).join(''),
  );
  const settings = {
    'Dir::State': home,
    'Dir::State::lists': `${home}/lists`,
    'Dir::State::status': `${home}/status`,
    'Dir::Cache': `${home}/cache`,
    'Dir::Etc::sourcelist': `${home}/sources.list`,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'APT::Architecture': 'amd64',
    'APT::Sandbox::User': 'root',
    'APT::Update::Error-Mode': 'any',
    'APT::Install-Recommends': 'false',
    'Acquire::Languages': 'none',
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return (...args: string[]) => ask('apt-get', ...options, ...args);
}

test('apt takes the packages of each provider by its signature, and by no other', async () => {
  const { EMI, IGTF } = world.providers;
  const emi = apt('emi', [EMI.deb], EMI.key.public);
  expect(await emi('update')).toMatchObject({ status: 0 });
  expect(await emi('install', '-y', '--download-only', 'glue-schema')).toMatchObject({ status: 0 });
  const stranger = await apt('stranger', [EMI.deb], IGTF.key.public)('update');
  expect([stranger.status, stranger.text]).toEqual([100, expect.stringContaining('NO_PUBKEY')]);
});

test('the base system and the providers together hold everything that the products need', async () => {
  const { EMI, IGTF } = world.providers;
  const keys = [EMI.key.public, IGTF.key.public, world.keys.base.public].join('\n');
  const all = apt('all', [EMI.deb, IGTF.deb, `${world.url}/base/debian-12`], keys);
  expect(await all('update')).toMatchObject({ status: 0 });
  const packages = [...Object.keys(NOW), ...materials.debs.old.map(({ name }) => name)];
  expect(await all('install', '--simulate', ...packages)).toMatchObject({ status: 0 });
  expect(await all('install', '--simulate', 'fetch-crl=3.0.20-1')).toMatchObject({ status: 0 });
  expect(await all('install', '-y', '--download-only', 'voms-clients')).toMatchObject({ status: 0 });
  expect(readdirSync(join(dir, 'all/cache/archives'))).toEqual(
    expect.arrayContaining(['voms-clients_2.1.0~rc3-4_amd64.deb', expect.stringMatching(/^libssl3_.*\.deb$/)]),
  );
});

function dnf(name: string, key: string, ...args: string[]) {
  const root = join(dir, name);
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'key.asc'), key);
  const settings = ['gpgcheck=1', 'repo_gpgcheck=1', 'skip_if_unavailable=0', `gpgkey=file://${root}/key.asc`];
  const options = settings.map((setting) => `--setopt=${name}.${setting}`);
  const repository = `--repofrompath=${name},${world.providers.EMI.rpm}`;
  const place = [`--installroot=${root}`, `--setopt=cachedir=${root}/cache`, '--releasever=12', '--forcearch=x86_64'];
  return ask('dnf', '-q', '-y', '--disableplugin=local', ...place, repository, `--repo=${name}`, ...options, ...args);
}

test('dnf takes the yum repository by its signature, and by no other', async () => {
  const { EMI, IGTF } = world.providers;
  const found = await dnf('good', EMI.key.public, 'repoquery', '--location', 'fetch-crl');
  expect(found.text.match(/^http.*/gm)).toEqual([
    `${EMI.rpm}fetch-crl-3.0.20-1.noarch.rpm`,
    `${EMI.rpm}fetch-crl-3.0.22-2.noarch.rpm`,
  ]);
  expect((await dnf('wrong', IGTF.key.public, 'makecache')).status).toBe(1);
});

/** rpm's verdict with a key ring that holds this key alone. */
async function checkSignature(key: string, ...files: string[]) {
  const db = mkdtempSync(join(dir, 'db-'));
  writeFileSync(join(db, 'key.asc'), key);
  await ask('rpmkeys', '--dbpath', db, '--import', join(db, 'key.asc'));
  return ask('rpmkeys', '--dbpath', db, '--define', '_pkgverify_level all', '--checksig', ...files);
}

test('every rpm is signed by its provider', async () => {
  for (const { key, packages } of Object.values(world.providers)) {
    const rpms = packages.filter(({ format }) => format === 'rpm').map(({ path }) => path);
    const verdict = await checkSignature(key.public, ...rpms);
    expect(verdict.text.match(/digests signatures OK$/gm)).toHaveLength(rpms.length);
    expect(verdict.status).toBe(0);
  }
});

test('what a release.xml declares is what its addresses give', async () => {
  const { xml, path, ppas } = world.release('first');
  expect(path).toBe('releases/umd/5/EMI/emi-3.0.0/release.xml');
  expect(ppas).toEqual([
    'EMI.voms.debian-12.amd64-2.1.0',
    'EMI.fetch-crl.debian-12.amd64-3.0.20',
    'EMI.fetch-crl.rpm-on-debian.x86_64-3.0.20',
  ]);
  const declared = [...xml.matchAll(/ url="([^"]+)" .* sha256="([^"]+)"/g)];
  expect(declared).toHaveLength(5);
  for (const [, url = '', sha256] of declared) {
    await ask('curl', '-sf', '-o', join(dir, 'got'), url);
    expect((await ask('sha256sum', join(dir, 'got'))).text.split(' ')[0]).toBe(sha256);
  }
});

test('our reader finds no fault in the releases, and in the faulty twin those that were listed by hand', () => {
  const names = ['first', 'bdii', 'igtf', 'fetch-crl-update', 'igtf-update'] as const;
  expect(names.flatMap((name) => parseRelease(world.release(name).xml, { file: name }).faults)).toEqual([]);
  const found = parseRelease(world.faulty.xml, { file: 'faulty' }).faults.map(
    ({ code, where }) => `${where?.line} ${code}`,
  );
  const byCatalogue = ['RELEASE_CAPABILITY_UNKNOWN', 'RELEASE_PLATFORM_UNKNOWN']; // need more than the file
  const listed = world.faulty.faults.filter(({ code }) => !byCatalogue.includes(code));
  expect(found).toEqual(expect.arrayContaining(listed.map(({ line, code }) => `${line} ${code}`)));
});

test('the seed is read without a fault', () => {
  const calendar = [
    { version: '5.0.0', date: '2026-09-21' },
    { version: '5.1.0', date: '2026-12-14' },
  ];
  const files = world.seedFiles({ calendar, people: { EMI: ['erika'] }, earlyAdopters: { cesnet: ['cyril'] } });
  const readers = Object.entries(files).flatMap(([file, text]): readonly { faults: readonly unknown[] }[] => {
    if (file === 'repos/umd.yml') return [parseDistribution(text, { file })];
    if (file === 'releases/calendar.yml') return [parseCalendar(text, file)];
    if (file === 'releases/early-adopters.yml') return [parseEarlyAdopters(text, file)];
    if (/^releases\/providers\/\w+\.yml$/.test(file)) return [parseProvider(text, { file })];
    return file.startsWith('releases/products/') ? [parseProductCard(text, { file })] : [];
  });
  expect(readers.flatMap(({ faults }) => faults)).toEqual([]);
  expect(readers).toHaveLength(9);
  expect(files['releases/providers/keys/EMI.asc']).toBe(readFileSync(join(world.www, 'EMI/key.asc'), 'utf8'));
});

test('each bad package is bad in its own way', async () => {
  const head = async (kind: keyof World['bad']) =>
    (
      await ask(
        'curl',
        '-s',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code} %{content_type} %{redirect_url}',
        world.bad[kind].url,
      )
    ).text;
  expect(await head('missing')).toMatch(/^404 /);
  expect(await head('web-page')).toMatch(/^200 text\/html/);
  expect(await head('redirect-private')).toMatch(/^302 .*http:\/\/10\.0\.0\.1\//);
  let bytes = 0;
  for await (const part of (await fetch(world.bad.endless.url)).body ?? []) {
    bytes += part.length;
    if (bytes > 5_000_000) break; // and so the rest is cancelled
  }
  expect(bytes).toBeGreaterThan(5_000_000);
  expect((await ask('curl', '-s', '-o', '/dev/null', world.bad.truncated.url)).status).toBe(18); // partial file
  expect((await ask('curl', '-s', '-m', '1', '-o', '/dev/null', world.bad.stalled.url)).status).toBe(28); // timeout

  const fetched = async (kind: keyof World['bad']) => {
    const file = join(dir, world.bad[kind].declared.file);
    await ask('curl', '-sf', '-o', file, world.bad[kind].url);
    return file;
  };
  expect((await ask('dpkg-deb', '-f', await fetched('wrong-arch'), 'Architecture')).text).toBe('arm64\n');
  expect((await ask('dpkg-deb', '-f', await fetched('wrong-version'), 'Version')).text).toBe('3.0.22-2\n');
  const { key } = world.providers.EMI;
  const verdict = async (kind: keyof World['bad']) => (await checkSignature(key.public, await fetched(kind))).text;
  expect(await verdict('rpm-unsigned')).toMatch(/DIGESTS SIGNATURES NOT OK|digests NOT OK|SIGNATURES? NOT OK/i);
  expect(await verdict('rpm-other-key')).toMatch(/SIGNATURES NOT OK/);
  expect(await verdict('rpm-changed')).toMatch(/DIGESTS (SIGNATURES )?NOT OK/);
  for (const kind of ['index-other-key', 'index-unsigned', 'index-changed'] as const)
    expect((await apt(kind, [world.bad[kind].repository], key.public)('update')).status).toBe(100);
});
