import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockOf } from '#core/intake/lock-of.ts';
import { lockDigest, parseLock, renderLock } from '#core/ppa/lock.ts';
import type { PpaPlan } from '#core/release/plan.ts';
import { takePackages } from '#shell/intake.ts';
import { openPool } from '#shell/pool.ts';
import { verifyPool } from '#shell/pool-care.ts';
import { buildRpm, dropKey, type Key, makeKey, signRpm, signText } from '#shell/testing/packages.ts';
import { type ProviderServer, serveFolder } from '#shell/testing/provider.ts';

const COMPS = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE comps PUBLIC "-//Red Hat, Inc.//DTD Comps info//EN" "comps.dtd">
<comps>
  <group>
    <id>storm-site</id>
    <name>Site &amp; storage</name>
    <name xml:lang="de">Standort</name>
    <description/>
    <default>false</default>
    <uservisible>true</uservisible>
    <packagelist>
      <packagereq type="mandatory">storm</packagereq>
      <packagereq type="optional">elsewhere</packagereq>
    </packagelist>
  </group>
  <group><id>others</id><name>Others</name><packagelist><packagereq>elsewhere</packagereq></packagelist></group>
</comps>
`;
const stream = (name: string, artifacts: string[], version = '18446744073709551615') => `---
document: modulemd
version: 2
data:
  name: ${name}
  stream: "1.10"
  version: ${version}
  context: 00000000
  arch: x86_64
  summary: ${name}
  description: >-
    A stream.
  license: {module: [MIT]}
  profiles: {default: {rpms: [${name}]}}
  artifacts:
    rpms:
${artifacts.map((one) => `    - ${one}\n`).join('')}...
`;
const OWN = ['storm-0:1.0-1.noarch', 'storm-0:1.0-1.src', 'storm-debuginfo-0:1.0-1.x86_64'];
const DEFAULTS = '---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: storm\n  stream: "1.10"\n...\n';

let [folder, key, stranger, server] = ['', {} as Key, {} as Key, {} as ProviderServer];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'intake-metadata-'));
  [key, stranger] = [makeKey(folder, 'provider'), makeKey(folder, 'stranger')];
  server = await serveFolder(join(folder, 'www'));
});
afterAll(async () => {
  await server.close();
  for (const one of [key, stranger]) dropKey(one);
  rmSync(folder, { recursive: true });
});

interface Repository {
  readonly comps?: string;
  readonly modules?: string;
  readonly signer?: Key | undefined;
  /** Ending of what modifyrepo_c makes. */
  readonly compress?: string;
  /** What the package says it was built for. */
  readonly module?: string;
}

/** A provider's repository as createrepo_c and modifyrepo_c make it, and the plan of a release from it. */
function repository(
  { comps, modules, signer = key, compress = 'gz', module }: Repository,
  declaresUrl = false,
): PpaPlan {
  const root = mkdtempSync(join(folder, 'www-'));
  const place = `${basename(root)}/yum`;
  const yum = join(folder, 'www', place);
  mkdirSync(yum, { recursive: true });
  const about = module === undefined ? {} : { module };
  const rpm = basename(signRpm(buildRpm(yum, { name: 'storm', version: '1.0-1', arch: 'noarch', ...about }), key));
  if (comps !== undefined) writeFileSync(join(root, 'comps.xml'), comps);
  const groups = comps === undefined ? [] : ['-g', join(root, 'comps.xml')];
  execFileSync('createrepo_c', ['-q', ...groups, yum]);
  if (modules !== undefined) {
    writeFileSync(join(root, 'modules.yaml'), modules);
    const options = ['--mdtype=modules', `--compress-type=${compress}`];
    execFileSync('modifyrepo_c', [...options, join(root, 'modules.yaml'), join(yum, 'repodata')], { stdio: 'pipe' });
  }
  const repomd = join(yum, 'repodata/repomd.xml');
  if (signer !== stranger || comps !== undefined)
    writeFileSync(`${repomd}.asc`, signText('--detach-sign', repomd, signer));
  const url = `${server.url}/${place}`;
  const declared = { kind: 'package', name: 'storm', version: '1.0', release: '1', arch: 'noarch', file: rpm } as const;
  const id = {
    provider: 'INFN',
    product: 'storm',
    os: 'al9',
    arch: 'x86_64',
    version: { major: 1, minor: 0, revision: 0 },
  };
  return {
    ...{ id, name: 'INFN.storm.al9.x86_64-1.0.0', format: 'rpm', synch: { protocol: 'yum', url } },
    ...{ type: 'major', emergency: false, incremental: false },
    packages: [declaresUrl ? { ...declared, url: `${url}/${rpm}` } : declared],
  };
}

function take(plan: PpaPlan) {
  const work = mkdtempSync(join(folder, 'work-'));
  return takePackages([plan], {
    ...{ folder: work, keys: [key], suiteOf: () => '', allow: [server.host], now: new Date('2026-01-01') },
    ...{ limits: { bytes: 1e6, milliseconds: 5000 }, progress: () => {} },
  });
}

test('groups and modules of the PPA come with its packages, named in the lock and kept in the pool', async () => {
  const modules = stream('storm', OWN) + DEFAULTS + stream('elsewhere', ['elsewhere-0:2-1.noarch']);
  const plan = repository({ comps: COMPS, modules, compress: 'xz' });
  const { taken, metadata, faults } = await take(plan);
  expect(faults).toEqual([]);
  expect(metadata.map(({ locked }) => [locked.kind, locked.signer])).toEqual([
    ['group', key.fingerprint],
    ['modules', key.fingerprint],
  ]);
  expect(metadata[1]?.text).toBe(DEFAULTS + stream('storm', OWN));
  expect(metadata[0]?.text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<comps>
  <group>
    <id>storm-site</id>
    <name>Site &amp; storage</name>
    <name xml:lang="de">Standort</name>
    <description/>
    <default>false</default>
    <uservisible>true</uservisible>
    <packagelist>
      <packagereq type="mandatory">storm</packagereq>
    </packagelist>
  </group>
</comps>
`);
  const store = mkdtempSync(join(folder, 'store-'));
  const pool = openPool(store);
  const kept = await Promise.all(
    metadata.map(async ({ locked, text }) => ({ ...locked, ...(await pool.addText(text, locked.kind)) })),
  );
  await pool.addText(metadata[0]?.text ?? '', 'group');
  const [first] = kept;
  expect(await pool.text(first?.sha256 ?? '', 'group')).toBe(metadata[0]?.text);
  const place = join(store, `pool/${first?.sha256.slice(0, 2)}/${first?.sha256}/comps.xml`);
  expect(execFileSync('sha256sum', [place], { encoding: 'utf8' }).slice(0, 64)).toBe(first?.sha256);
  expect((await verifyPool(store)).faults).toEqual([]);

  const packages = taken.map(({ locked }) => locked);
  const [bare, full] = [[], kept].map((one) =>
    lockOf(plan, 'releases/umd/5/INFN/storm-1.0.0', packages, undefined, one),
  );
  const [without, text] = [bare, full].map((lock) => renderLock(lock as NonNullable<typeof lock>)) as [string, string];
  expect(parseLock(text, { file: 'lock' }).value?.metadata).toEqual(kept);
  expect(text.startsWith(without)).toBe(true);
  expect(lockDigest(text)).not.toBe(lockDigest(without));
  const twice = text.replace('kind: modules', 'kind: group');
  expect(parseLock(twice, { file: 'lock' }).faults.map(({ code }) => code)).toEqual(['LOCK_INCONSISTENT']);

  writeFileSync(place, 'changed');
  await expect(pool.text(first?.sha256 ?? '', 'group')).rejects.toMatchObject({ code: 'POOL_DIGEST' });
  expect((await verifyPool(store)).faults.map(({ code }) => code)).toEqual(['POOL_DIGEST']);
  expect(readdirSync(join(store, 'pool')).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('an incremental release keeps what the present lock names, until it brings its own', async () => {
  const plan = { ...repository({ comps: COMPS }), incremental: true };
  const { taken } = await take(plan);
  const old = { kind: 'group', sha256: 'a'.repeat(64), size: 1, url: 'https://x.example/c' } as const;
  const fresh = { ...old, sha256: 'b'.repeat(64) };
  const packages = taken.map(({ locked }) => locked);
  const present = { ...lockOf(plan, 'r', packages), metadata: [old] };
  expect(lockOf(plan, 'r', packages, present).metadata).toEqual([old]);
  expect(lockOf(plan, 'r', packages, present, [fresh]).metadata).toEqual([fresh]);
  expect(lockOf({ ...plan, incremental: false }, 'r', packages, present).metadata).toBeUndefined();
});

test('a repository without them is read as before; one that need not be there is not missed', async () => {
  expect(await take(repository({}))).toMatchObject({ metadata: [], faults: [] });
  const plan = repository({}, true);
  rmSync(join(folder, 'www', new URL(plan.synch.url ?? '').pathname, 'repodata'), { recursive: true });
  expect(await take(plan)).toMatchObject({ metadata: [], faults: [] });
  expect(readFileSync(join(folder, 'www', new URL(plan.packages[0]?.url ?? '').pathname)).length).toBeGreaterThan(0);
});

test('what is ill is refused, all of it at once', async () => {
  const codes = async (given: Repository) => (await take(repository(given))).faults.map(({ code }) => code).sort();
  const dtd = COMPS.replace(/<!DOCTYPE.*>/, '<!DOCTYPE comps [<!ENTITY a "b">]>');
  const lacking = stream('storm', [...OWN, 'storm-client-0:1.0-1.x86_64']);
  expect(await codes({ comps: dtd, modules: lacking })).toEqual(['PACKAGE_GROUPS_INVALID', 'PACKAGE_MODULES_FOREIGN']);
  const broken = `${stream('storm', OWN).replace('stream: "1.10"', 'stream: [')}---\ndocument: letter\nversion: 1\n`;
  expect(await codes({ modules: broken })).toEqual(['PACKAGE_MODULES_INVALID', 'PACKAGE_MODULES_INVALID']);
  expect(await codes({ comps: COMPS.replace('<id>others</id>', '<id>storm-site</id>') })).toEqual([
    'PACKAGE_GROUPS_INVALID',
  ]);
  expect(await codes({ comps: COMPS.replace('&amp;', '&unknown;') })).toEqual(['PACKAGE_GROUPS_INVALID']);
  for (const compress of ['gz', 'xz'])
    expect(await codes({ modules: '#'.repeat(17e6), compress })).toEqual(['PACKAGE_METADATA_TOO_LARGE']);
  expect(await codes({ comps: COMPS, signer: stranger })).toEqual(['PACKAGE_SIGNATURE_UNKNOWN']);
  expect(await codes({ modules: stream('storm', OWN), signer: stranger })).toEqual(['PACKAGE_METADATA_UNSIGNED']);
});

test('a package that was built for a module comes with its stream, or is refused by name', async () => {
  const module = 'storm:1.10:18446744073709551615:00000000';
  const whole = await take(repository({ module, modules: stream('storm', OWN) }));
  expect([whole.faults, whole.taken[0]?.module]).toEqual([[], module]);
  const missing = {
    ...{ code: 'PACKAGE_MODULES_MISSING', ppa: 'INFN.storm.al9.x86_64-1.0.0', file: 'storm-1.0-1.noarch.rpm' },
    sentence: `storm-1.0-1.noarch.rpm was built for the module ${module}, and no stream of it in modules.yaml lists storm-0:1.0-1.noarch.`,
  };
  const silent = await take(repository({ module }));
  expect(silent.faults).toEqual([expect.objectContaining(missing)]);
  expect(silent.faults[0]?.hint).toContain('modifyrepo_c');
  const others = stream('storm', ['storm-0:0.9-1.noarch']) + stream('elsewhere', ['elsewhere-0:2-1.noarch']);
  expect((await take(repository({ module, modules: others }))).faults).toEqual([expect.objectContaining(missing)]);
  expect((await take(repository({ module }, true))).faults).toEqual([expect.objectContaining(missing)]);
  // A broken modules.yaml is told alone: what it would have listed nobody knows.
  const broken = await take(repository({ module, modules: 'document: [' }));
  expect(broken.faults.map(({ code }) => code)).toEqual(['PACKAGE_MODULES_INVALID']);
});
