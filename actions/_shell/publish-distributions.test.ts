import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { afterAll, expect, test } from 'vitest';
import type { Distribution } from '#core/distribution/distribution.ts';
import { parseDistribution } from '#core/distribution/parse.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { wantedRepositories } from '#core/repository/wanted.ts';
import { soundOf } from '#core/yaml.ts';
import type { PooledPackage } from './pool.ts';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { picture, publishingSite } from './testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);
const root = join(import.meta.dirname, '../..');

/** `repos/umd.yml` under other names. */
function declared(changes: object): Distribution {
  const umd = load(readFileSync(join(root, 'repos/umd.yml'), 'utf8')) as object;
  return soundOf(parseDistribution(dump({ ...umd, ...changes }, { noRefs: true }), { file: 'repos/x.yml' }));
}
/** As decision 0040 tells whoever wants the trust anchors in a lane of their own. */
function trustAnchors(): Distribution {
  const decision = readFileSync(join(root, '.github/decisions/0040-a-tree-of-the-newest-release.md'), 'utf8');
  const example = decision.split('\n').filter((line) => line.startsWith('    '));
  return declared(load(example.join('\n')) as object);
}
const PLATFORMS = { platforms: ['al9/x86_64', 'debian-12/amd64'] };
const DISTRIBUTIONS = [
  declared({ majors: [{ major: 4, ...PLATFORMS }, { major: 5, ...PLATFORMS }] }), // biome-ignore format: one thought
  declared({ distribution: 'cmd-one', title: 'Cloud Middleware for OpenNebula', majors: [{ major: 1, ...PLATFORMS }] }),
  trustAnchors(),
];

/** What a lane has released of a product on one platform. */
function lockOf(lane: string, product: string, version: string, packages: readonly PooledPackage[]): Lock {
  const format = packages[0]?.fragment.format;
  const ppa = `INFN.${product}.${format === 'deb' ? 'debian-12.amd64' : 'al9.x86_64'}-${version}`;
  const signer = 'A'.repeat(40);
  return {
    ...{ product, provider: 'INFN', version, ppa, type: 'minor' },
    release: `releases/${lane.replace(/-(?=\d+$)/, '/')}/INFN/${product}-${version}`,
    packages: packages.map(({ sha256, fragment: { name, version: of, arch, size, file } }) => {
      return { name, version: of, arch, sha256, size, file, signer, url: 'https://x.example/x' };
    }),
  };
}

test('several distributions and majors side by side: each has its own tree, client files and key; what one releases leaves the others as they are', async () => {
  const { store, pooled, publishing } = await openShop();
  const of = (start: RegExp) => {
    const found = pooled.filter(({ fragment: { name, version } }) => start.test(`${name} ${version}`));
    return (['deb', 'rpm'] as const).map((format) => found.filter(({ fragment }) => fragment.format === format));
  };
  const locks = (lane: string, product: string, version: string, start: RegExp) =>
    of(start).map((packages) => lockOf(lane, product, version, packages));
  const [old, next] = [/^says-\w+ 1\.0/, /^says-\w+ (1:)?1\.1/];
  const first = [
    { tag: 'umd-4.0.0', locks: locks('umd-4', 'says', '1.0.0', old) },
    { tag: 'umd-5.0.0', locks: locks('umd-5', 'libsays', '1.0.0', /^libsays/) },
    { tag: 'cmd-one-1.0.0', locks: locks('cmd-one-1', 'says', '1.0.0', old) },
    { tag: 'cas-1.134.0', locks: locks('cas-1', 'says', '1.0.0', old) },
  ];
  const wantedAt = (production: typeof first) =>
    wantedRepositories({ distributions: DISTRIBUTIONS, candidate: [], production, pulls: [] });
  const hands = { ...publishing, distributions: DISTRIBUTIONS };
  const wanted = wantedAt(first);
  const { faults } = await publish(wanted, hands);
  expect([faults, await checkPublished(wanted, hands)]).toEqual([[], []]);

  const client = (name: string) => readFileSync(join(store, 'clients', name), 'utf8');
  const sources = (names: readonly string[]) => names.map((name) => client(`${name}.sources`)).join('\n');
  const debs = ['umd-5-debian-12/UMD-5-base', 'cmd-one-1-debian-12/CMD-ONE-1-base', 'cas-1-debian-12/CAS-1'];
  const apt = aptClient(join(folder, 'apt'), sources(debs));
  await apt.refresh();
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1.0-1']);
  const repos = ['umd-5-al9/UMD-5-base', 'cmd-one-1-al9/CMD-ONE-1-base', 'cas-1-al9/CAS-1'];
  const dnf = dnfClient(join(folder, 'dnf'), repos.map((name) => client(`${name}.repo`)).join('\n'));
  await dnf.refresh();
  expect(await dnf.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.0-1.el9']);
  expect(client('umd-4-al9/UMD-4-base.repo')).toContain('/sw/production/umd/4/al9/$basearch/base/mirrorlist');
  for (const name of ['umd', 'cmd-one', 'cas'])
    expect(readFileSync(join(store, `keys/${name}.asc`), 'utf8')).toBe(publishing.signer.publicKey);

  // The anchors' next release takes the place of the last; nobody else's files are touched.
  const others = (path: string) => /(^|\/)(umd|cmd-one)(-\d|\/)/.test(path) && !path.startsWith('cache/');
  const seen = () => Object.entries(picture(store)).filter(([path]) => others(path));
  const before = seen();
  expect(before.length).toBeGreaterThan(50);
  const later = wantedAt([...first, { tag: 'cas-1.135.0', locks: locks('cas-1', 'says', '1.1.0', next) }]);
  const { changed } = await publish(later, hands);
  expect([...new Set(changed.map((id) => id.split('/')[0]))]).toEqual(['cas-1']);
  expect(seen()).toEqual(before);
  expect(await checkPublished(later, hands)).toEqual([]);
  await Promise.all([apt.refresh(), dnf.refresh()]);
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1:1.1-1']);
  expect(await dnf.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.0-1.el9', 'says-rpm 1.1-1.el9']);
  await dnf.install('says-rpm-1.1');
}, 60_000);
