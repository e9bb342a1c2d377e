import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { type Lock, type LockedPackage, lockDigest, renderLock } from '#core/ppa/lock.ts';
import { wantedRepositories } from '#core/repository/wanted.ts';
import { hostSources } from '#shell/environment/apt-sources.ts';
import { cacheFolder } from '#shell/environment/cache.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { GoldenImage } from '#shell/environment/ports.ts';
import { readDistributions } from '#shell/intake-config.ts';
import { openPool } from '#shell/pool.ts';
import { publish } from '#shell/publish.ts';
import { openCache } from '#shell/segment-cache.ts';
import { openSigner } from '#shell/signer.ts';
import { openStore } from '#shell/store.ts';
import { makeKey } from '#shell/testing/make-key.ts';
import { serveFolder } from '#shell/testing/serve-folder.ts';
import { checkersImage } from '#shell/verification/checkers.ts';
import { withTester } from '#shell/verification/package-tests.ts';
import { preparePlatform } from '#shell/verification/platform.ts';
import type { Subject } from '#shell/verification/subject.ts';
import { debianAuthority } from '../../tried/debian-authority.ts';
import { DEBIAN_KEYS, lockedFrom, platformNamed } from '../../tried/try.ts';

/** Where Debian's own older builds are taken from: they stand for what production has. */
const FORMER: Readonly<Record<string, string>> = { bookworm: 'bullseye', trixie: 'bookworm' };

interface RealGround {
  readonly subject: Subject;
  readonly publicUrl: string;
  /** As this one, with Debian as a provider. */
  readonly checkout: string;
  /** What production has. */
  readonly from: readonly LockedPackage[];
  /** Forgets what machines remember between verifications; golden images stay. */
  forget(): void;
  close(): Promise<void>;
}

interface RealGroundOptions {
  readonly checkout: string;
  /** `debian-12/amd64` */
  readonly platform: string;
  readonly say: (line: string) => void;
}

/** Real packages of Debian as a PPA in untested, and their builds of the suite before as what production has. */
export async function realGround(
  product: string,
  names: readonly string[],
  { checkout, platform: key, say }: RealGroundOptions,
): Promise<RealGround> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-verify-'));
  const platform = platformNamed(key);
  const own = await checkoutWithDebian(checkout, join(folder, 'checkout'), platform.suite ?? '');
  const { golden } = await preparePlatform(platform, checkout, say);
  await checkersImage({ checkout, say });
  await nspawn.ensureImage(withTester(golden.image), say);
  const [untested, production] = [join(folder, 'new'), join(folder, 'old')];
  const locks = {
    untested: lockOf(product, key, '2.0.0', await fetchDebs(golden, platform.suite ?? '', names, untested)),
    production: lockOf(
      product,
      key,
      '1.0.0',
      await fetchDebs(golden, FORMER[platform.suite ?? ''] ?? '', names, production),
    ),
  };
  const store = join(folder, 'store');
  mkdirSync(store);
  const server = await serveFolder(store);
  const pool = openPool(store);
  for (const [from, { packages }] of [
    [untested, locks.untested],
    [production, locks.production],
  ] as const)
    await pool.addAll(packages.map(({ file, sha256 }) => ({ path: join(from, file), file, sha256, format: 'deb' })));
  const distributions = await readDistributions({ root: checkout });
  const wanted = wantedRepositories({
    ...{ distributions, candidate: [locks.production] },
    production: [{ tag: 'umd-5.0.0', locks: [locks.production] }],
    pulls: [{ ppa: locks.untested.ppa, state: 'in-verification', lock: locks.untested }],
  });
  const signer = await openSigner(makeKey('bench').secret, new Date());
  const how = { pool, cache: openCache(store), signer, publicUrl: server.url, now: new Date(), distributions };
  await publish(wanted, { store: openStore(store), packageKeys: [], ...how });
  await signer.close();
  const digest = lockDigest(renderLock(locks.untested));
  return {
    subject: { pull: 1, lock: locks.untested, digest },
    publicUrl: server.url,
    checkout: own,
    from: locks.production.packages,
    forget: forgetful(folder),
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Debian speaks for its sources as a provider does, by a record and keys. */
async function checkoutWithDebian(checkout: string, to: string, suite: string): Promise<string> {
  const providers = join(to, 'releases/providers');
  mkdirSync(providers, { recursive: true });
  for (const name of ['criteria', 'repos']) symlinkSync(join(checkout, name), join(to, name));
  const { suites, keys } = await debianAuthority(suite, DEBIAN_KEYS);
  for (const { fingerprint, armored } of keys) writeFileSync(join(to, `${fingerprint}.asc`), armored);
  const people = { contact: 'debian@example.org', technicalContact: 'debian@example.org', people: [] };
  const record = {
    ...{ shortName: 'DEBIAN', name: 'Debian', ...people },
    keys: keys.map(({ fingerprint }) => ({ fingerprint, file: `${fingerprint}.asc` })),
    repositories: suites.map((each) => ({ format: 'deb', ...each })),
  };
  writeFileSync(join(providers, 'DEBIAN.yml'), dump(record));
  return to;
}

/** A cache of this run's own, with the machine's golden images. */
function forgetful(folder: string): () => void {
  const images = join(cacheFolder(), 'images');
  const cache = join(folder, 'cache');
  process.env.UMD_CACHE = cache;
  return () => {
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache);
    symlinkSync(images, join(cache, 'images'));
  };
}

function lockOf(product: string, platform: string, version: string, packages: readonly LockedPackage[]): Lock {
  const ppa = `DEBIAN.${product}.${platform.replace('/', '.')}-${version}`;
  const release = `releases/umd/5/DEBIAN/${product}-${version}`;
  return { product, provider: 'DEBIAN', version, ppa, release, type: 'major', packages };
}

/** By apt, with its signatures checked, from the archive that this machine uses. */
async function fetchDebs(
  golden: GoldenImage,
  suite: string,
  names: readonly string[],
  to: string,
): Promise<LockedPackage[]> {
  mkdirSync(to);
  const system = await nspawn.create(golden);
  try {
    await system.writeFile('/etc/apt/sources.list', `${hostSources(suite).join('\n')}\n`);
    for (const argv of [
      ['apt-get', '-qq', 'update', '-oAPT::Update::Error-Mode=any'],
      ['sh', '-euc', 'cd /srv && apt-get -qq download "$@"', 'download', ...names],
    ]) {
      const { code, stderr } = await system.run(argv, { timeout: 180_000 });
      if (code !== 0) throw new Error(`${names.join(', ')} cannot be had from ${suite}: ${stderr}`);
    }
    const found = await lockedFrom(system, names);
    for (const { name, version, arch, file } of found)
      await system.copyOut(`/srv/${name}_${version.replaceAll(':', '%3a')}_${arch}.deb`, join(to, file));
    return found;
  } finally {
    await system.destroy();
  }
}
