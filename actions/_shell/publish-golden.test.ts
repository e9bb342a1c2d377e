import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { Advisory } from '#core/repository/advisory.ts';
import { type Fragment, poolPath } from '#core/repository/fragment.ts';
import { openPool, type PooledPackage } from './pool.ts';
import { publish } from './publish.ts';
import { openCache } from './segment-cache.ts';
import { openStore } from './store.ts';
import { publishingSite, wanting } from './testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

const GOLDEN = join(import.meta.dirname, '__golden__');
/** As createrepo_c and apt-ftparchive described four packages once: the golden files are about what is made of it. */
const FRAGMENTS = JSON.parse(
  readFileSync(join(import.meta.dirname, '__fixtures__/fragments.json'), 'utf8'),
) as Fragment[];
const PPA = 'INFN.says.al9.x86_64-1.0.0';
const ADVISORY: Advisory = {
  ...{ ppa: PPA, kind: 'security', severity: 'Important', title: 'says 1.0.0', issued: '2026-02-20' },
  ...{ description: 'Says <more> & "better".', from: 'infn@example.org' },
  ...{ cves: ['CVE-2026-0001'], links: ['https://infn.example/notes'] },
};
const COMPS =
  '<?xml version="1.0" encoding="UTF-8"?>\n<comps>\n  <group>\n    <id>says</id>\n    <name>Says &amp; more</name>\n    <packagelist>\n      <packagereq type="mandatory">says-rpm</packagereq>\n    </packagelist>\n  </group>\n</comps>\n';
const MODULES =
  '---\ndocument: modulemd\nversion: 2\ndata:\n  name: says\n  stream: "1"\n  version: 1\n  arch: x86_64\n  artifacts:\n    rpms: [says-rpm-0:1.1-1.el9.noarch]\n...\n';

/** A store in which the four packages were published on a day, by whatever key. */
async function published(): Promise<string> {
  const store = mkdtempSync(join(folder, 'golden-'));
  for (const fragment of FRAGMENTS) {
    const place = join(store, dirname(poolPath(fragment.sha256, fragment.file)));
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, fragment.file), '');
    writeFileSync(join(place, 'fragment.json'), JSON.stringify(fragment));
  }
  const { digest: _, ...pool } = openPool(store); // packages of literal digests have no bytes
  const metadata = [];
  for (const [kind, text] of [
    ['group', COMPS],
    ['modules', MODULES],
  ] as const)
    metadata.push({ kind, sha256: (await pool.addText(text, kind)).sha256, ppa: PPA });
  const pooled = FRAGMENTS.map((fragment): PooledPackage => ({ ...fragment, path: '', fragment }));
  const deb = wanting('production', pooled, 'deb');
  const wanted = [
    deb,
    { ...deb, ...wanting('untested', pooled, 'deb') },
    { ...wanting('production', pooled, 'rpm'), metadata },
  ];
  const { publishing } = await openShop();
  const own = { store: openStore(store), pool, cache: openCache(store), advisories: new Map([[PPA, ADVISORY]]) };
  const place = { publicUrl: 'https://repository.example', now: new Date('2026-03-01T09:05:07Z') };
  await publish(wanted, {
    ...publishing,
    ...own,
    ...place,
    packageKeys: [{ provider: 'INFN', armored: 'PROVIDER\n' }],
  });
  return store;
}

/** Signatures and keys are another's each time; what is compressed may differ between builds of zlib (issue 4). */
function neutral(text: string): string {
  return text
    .replace(/-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n/, '')
    .replace(/-----BEGIN PGP SIGNATURE-----[\s\S]*-----END PGP SIGNATURE-----\n/, 'SIGNATURE\n')
    .replace(/^ -----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*-----END PGP PUBLIC KEY BLOCK-----$/m, ' KEY')
    .replace(/^ [0-9a-f]{64} +\d+ (.*\.gz)$/gm, ' SHA256 SIZE $1')
    .replace(/<checksum type="sha256">[0-9a-f]{64}</g, '<checksum type="sha256">SHA256<')
    .replace(/(href="repodata\/)[0-9a-f]{64}-/g, '$1SHA256-')
    .replace(/<size>\d+</g, '<size>SIZE<')
    .replace(/"signer":"[0-9A-F]+"/, '"signer":"KEY"');
}

const DEBS = 'sw/production/umd/5/debian';
const RPMS = 'sw/production/umd/5/al9/x86_64/base';

/** Name of a golden file → what is served now. */
function texts(store: string): ReadonlyMap<string, string> {
  const read = (path: string) => readFileSync(join(store, path));
  const repodata = readdirSync(join(store, RPMS, 'repodata'));
  const index = (name: string) => {
    const file = repodata.find((one) => one.endsWith(`-${name}.gz`)) ?? '';
    return gunzipSync(read(`${RPMS}/repodata/${file}`)).toString();
  };
  const plain = {
    InRelease: `${DEBS}/dists/bookworm/InRelease`,
    'InRelease-untested': 'sw/untested/umd/5/debian-12/amd64/dists/bookworm/InRelease',
    Release: `${DEBS}/dists/bookworm/Release`,
    'repomd.xml': `${RPMS}/repodata/repomd.xml`,
    mirrorlist: `${RPMS}/mirrorlist`,
    'UMD-5-base.repo': 'clients/umd-5-al9/UMD-5-base.repo',
    'UMD-5-base.sources': 'clients/umd-5-debian-12/UMD-5-base.sources',
    'UMD-5-untested.sources': 'clients/umd-5-debian-12/UMD-5-untested.sources',
    'UMD-5.pref': 'clients/umd-5-debian-12/UMD-5.pref',
    'index-rpm.html': `${RPMS}/index.html`,
    'index-deb.html': `${DEBS}/index.html`,
    'index.html': 'index.html',
    'state.json': 'state.json',
  };
  const packed = ['primary.xml', 'filelists.xml', 'other.xml', 'updateinfo.xml', 'group.xml', 'modules.yaml'];
  return new Map([
    ...Object.entries(plain).map(([name, path]) => [name, neutral(read(path).toString())] as const),
    ...packed.map((name) => [name, index(name)] as const),
    ['Packages', gunzipSync(read(`${DEBS}/dists/bookworm/main/binary-amd64/Packages.gz`)).toString()] as const,
  ]);
}

// UMD_GOLDEN=write makes them anew; what changed is then read by a person in the diff.
test('every file that other programs read is, byte for byte, what was read and agreed to', async () => {
  const served = texts(await published());
  if (process.env.UMD_GOLDEN === 'write') {
    mkdirSync(GOLDEN, { recursive: true });
    for (const [name, text] of served) writeFileSync(join(GOLDEN, `${name}.golden`), text);
  }
  expect(readdirSync(GOLDEN).sort()).toEqual([...served.keys()].map((name) => `${name}.golden`).sort());
  for (const [name, text] of served) expect(text, name).toBe(readFileSync(join(GOLDEN, `${name}.golden`), 'utf8'));
});
