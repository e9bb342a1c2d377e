import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Distribution, Platform } from '#core/distribution/distribution.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import { type Incoming, openPool, type PooledPackage } from '#shell/pool.ts';
import type { Publishing } from '#shell/publish.ts';
import { openCache } from '#shell/segment-cache.ts';
import { openSigner } from '#shell/signer.ts';
import { openStore } from '#shell/store.ts';
import { buildDeb, buildRpm } from './build-packages.ts';
import { type MadeKey, makeKey, withGpg } from './make-key.ts';
import { serveFolder } from './serve-folder.ts';

const platform = (os: string, arch: string, format: 'rpm' | 'deb', suite?: string): Platform => ({
  os,
  arch,
  format,
  title: `Sample ${os}`,
  ...(suite === undefined ? {} : { suite }),
  base: [],
  runsOn: [],
  environment: { provider: 'chroot', image: os },
});

const SAMPLE: Distribution = {
  distribution: 'umd',
  title: 'Unified Middleware Distribution',
  contact: 'umd@example.org',
  majors: [{ major: 5, platforms: ['debian-12/amd64', 'al9/x86_64'] }],
  platforms: {
    'debian-12/amd64': platform('debian-12', 'amd64', 'deb', 'bookworm'),
    'al9/x86_64': platform('al9', 'x86_64', 'rpm'),
  },
  teams: {} as Distribution['teams'],
  withdrawn: [],
};

/** Real packages of two versions: `says-deb`, `says-rpm` (signed by the provider) and their companions. */
export function samplePackages(folder: string, provider: MadeKey): readonly Incoming[] {
  const debs = ['1.0-1', '1:1.1-1'].map((version) => buildDeb(folder, { name: 'says-deb', version }));
  const rpms = ['1.0-1.el9', '1.1-1.el9'].map((version) => buildRpm(folder, { name: 'says-rpm', version }));
  const more = [
    buildDeb(folder, { name: 'libsays', version: '1.0-1', arch: 'amd64' }),
    buildRpm(folder, { name: 'libsays', version: '1.0-1.el9', arch: 'x86_64' }),
  ];
  return [...debs, ...rpms, ...more].map((one) => (one.format === 'rpm' ? signRpm(one, provider) : one));
}

/** The provider signs before anybody takes a digest. */
function signRpm(rpm: Incoming, { secret, fingerprint }: MadeKey): Incoming {
  withGpg((_, home) => {
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--import'], {
      input: secret,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const macros = { _gpg_name: fingerprint, _gpg_path: home, __gpg: '/usr/bin/gpg' };
    const defines = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
    execFileSync('rpmsign', [...defines, '--addsign', rpm.path], { stdio: 'pipe' });
  });
  return { ...rpm, sha256: execFileSync('sha256sum', [rpm.path], { encoding: 'utf8' }).slice(0, 64) };
}

/** A repository that wants these packages, standing where the derivation would put it. */
export function wanting(
  area: 'untested' | 'production',
  packages: readonly PooledPackage[],
  format: 'deb' | 'rpm',
): WantedRepository {
  const [os, arch] = format === 'deb' ? ['debian-12', 'amd64'] : ['al9', 'x86_64'];
  const production = area === 'production';
  const path =
    format === 'deb' && production
      ? 'sw/production/umd/5/debian'
      : `sw/${area}/umd/5/${os}/${arch}${production ? '/base' : ''}`;
  return {
    id: `umd-5/${area}/${os}/${arch}${production ? '/base' : ''}`,
    area,
    lane: 'umd-5',
    os,
    arch,
    part: production ? 'base' : '',
    format,
    path,
    ...(format === 'deb' ? { suite: 'bookworm' } : {}),
    packages: packages
      .filter(({ fragment }) => fragment.format === format)
      .map(({ sha256, fragment: { name, version, arch: of } }) => ({
        name,
        version,
        arch: of,
        sha256,
        ppa: `INFN.says.${os}.${arch}-1.0.0`,
      })),
  };
}

/** Packages and keys in a folder of their own, and publishers on stores that are served over HTTP, as many as wanted. */
export async function publishingSite() {
  const folder = mkdtempSync(join(tmpdir(), 'publish-'));
  const [key, provider] = [makeKey('umd'), makeKey('infn')];
  const packages = samplePackages(folder, provider);
  const signer = await openSigner(key.secret, new Date());
  const closing: (() => Promise<void>)[] = [() => signer.close()];

  async function openShop() {
    const store = mkdtempSync(join(folder, 'store-'));
    const { url, close } = await serveFolder(store);
    closing.push(close);
    const pool = openPool(store);
    const pooled = await pool.addAll(packages);
    const publishing: Publishing = {
      store: openStore(store),
      pool,
      cache: openCache(store),
      signer,
      publicUrl: url,
      now: new Date(),
      distributions: [SAMPLE],
      packageKeys: [{ provider: 'INFN', armored: provider.public }],
    };
    const wanted = (version: string) => wantingAll(pooled.filter((one) => isOf(one, version)));
    return { store, url, pooled, publishing, first: wanted('1.0'), second: wanted('1.1') };
  }

  async function shut(): Promise<void> {
    for (const close of closing) await close();
    rmSync(folder, { recursive: true });
  }
  return { folder, key, openShop, shut };
}

/** Of two versions this one; libsays has only one and stays. */
function isOf({ fragment: { name, version } }: PooledPackage, wanted: string): boolean {
  return name === 'libsays' || version.includes(wanted);
}

function wantingAll(packages: readonly PooledPackage[]): readonly WantedRepository[] {
  const areas = ['untested', 'production'] as const;
  return areas.flatMap((area) => (['deb', 'rpm'] as const).map((format) => wanting(area, packages, format)));
}

/** Every file and link but the pool, with inode and time: equal pictures mean that nothing was written. */
export function picture(store: string): Record<string, string> {
  const files = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const paths = files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(store, 'pool/')));
  return Object.fromEntries(
    paths.map((path) => [path.slice(store.length + 1), `${lstatSync(path).ino} ${lstatSync(path).mtimeMs}`]),
  );
}
