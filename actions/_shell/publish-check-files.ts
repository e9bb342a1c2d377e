import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Distribution } from '#core/distribution/distribution.ts';
import { ProvisioningError } from '#core/faults.ts';
import { rememberedBy } from '#core/remembered.ts';
import { distributionOf, keyPath } from '#core/repository/client-files.ts';
import { poolPath } from '#core/repository/fragment.ts';
import { grouped } from '#core/repository/group.ts';
import { packageRow, renderIndexPage, snapshotsOn } from '#core/repository/index-page.ts';
import { parseListing } from '#core/repository/listing.ts';
import { linkedPages } from '#core/repository/retention.ts';
import type { Shown, StateText } from '#core/repository/state-text.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import type { Pool } from './pool.ts';
import { fragmentsOf } from './pool-fragments.ts';
import { checkPublished } from './publish-check.ts';
import { differing, type FurtherKey, filesBeside, ONE_PAGE, type PackageKey } from './publish-files.ts';
import { readState } from './publish-state.ts';
import { verifyClearSigned, verifyDetached } from './signature.ts';
import { type Keyring, openKeyring } from './signature-keys.ts';
import { sha256Of } from './stock.ts';
import type { Store } from './store.ts';

export interface CheckedFiles {
  readonly store: Store;
  readonly pool: Pool;
  readonly publicUrl: string;
  readonly distributions: readonly Distribution[];
  readonly packageKeys: readonly PackageKey[];
  readonly furtherKeys?: readonly FurtherKey[];
}

/** `checkPublished` and, besides, every file. @returns a sentence for each difference */
export async function checkAll(wanted: readonly WantedRepository[], hands: CheckedFiles): Promise<readonly string[]> {
  const indexes = await checkPublished(wanted, hands);
  const state = await readState(hands.store);
  const files = state === undefined ? [] : await checkFiles(state, hands);
  return [...new Set([...indexes, ...files])];
}

/**
 * Is every file what its signature, its digest or Git says: signatures by the key that is given to sites, what they name,
 * packages, pages, client files and keys? `checkPublished` has seen to the indexes that Git wants. Changes nothing.
 * @returns a sentence for each file that is not
 */
async function checkFiles(state: StateText, hands: CheckedFiles): Promise<readonly string[]> {
  const { store, pool } = hands;
  const folder = await mkdtemp(join(tmpdir(), 'check-'));
  try {
    const first = state.shown[0]?.head;
    const armored = first === undefined ? '' : await text(store, keyPath(distributionOf(first)));
    const differences = [...(await besides(state, armored, hands))];
    const keyring = await openKeyring(folder, [{ fingerprint: state.signer, armored }]).catch(knownOnly);
    if (keyring === undefined) differences.push(`The key that is given to sites is not ${state.signer}, which signs.`);
    const judge: Judge = { folder, keyring, publicKey: armored };
    const digest = (sha256: string, file: string) =>
      digested(judge, sha256, async () => (pool.digest === undefined ? sha256 : pool.digest(sha256, file)));
    for (const one of state.shown) {
      const signed = await (one.head.suite === undefined ? rpmSigned : aptSigned)(one, store, judge);
      const packages = await packagesOff(one, hands, digest);
      differences.push(...[...signed, ...packages].map((sentence) => `${one.head.id}: ${sentence}`));
    }
    for (const [path, here] of grouped(state.shown, ({ head }) => head.path))
      differences.push(...(await pageOff(path, here, hands)));
    return differences;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Client files, keys and the page of all repositories, as they would be written now. */
async function besides({ shown }: StateText, publicKey: string, hands: CheckedFiles): Promise<readonly string[]> {
  const { store } = hands;
  const shelves = shown.map((one) => ({ ...one, segments: undefined }));
  const other = await differing(filesBeside(shelves, { ...hands, signer: { publicKey } }), store);
  return [
    ...other.map(({ key }) => `${key} is missing or not what Git wants.`),
    ...(await releasePackagesOff(shown, store)),
  ];
}

/** The release packages as sites fetch the first one; what is in them is a repository's. */
async function releasePackagesOff(shown: readonly Shown[], store: Store): Promise<readonly string[]> {
  const differences: string[] = [];
  const kinds = shown.map(({ head: { lane, os, format } }) => `clients/${lane}-${os}/${lane.replace(/-\d+$/, '')}-release.${format}`); // biome-ignore format: one thought
  for (const key of new Set(kinds)) {
    const record = await text(store, key.replace(/[a-z]+$/, 'json'));
    if (record === '') continue; // none was made yet
    const sha256 = /"sha256":"([0-9a-f]{64})"/.exec(record)?.[1] ?? '';
    if (!(await has(store, key, sha256))) differences.push(`${key} is missing or not the one of ${key.replace(/[a-z]+$/, 'json')}.`); // biome-ignore format: one thought
  }
  return differences;
}

/** Each package's bytes are read once in a check. */
const digested = rememberedBy<Promise<string | undefined>>();

interface Judge {
  readonly folder: string;
  readonly keyring: Keyring | undefined;
  readonly publicKey: string;
}

async function aptSigned({ head: { path, suite, snapshot } }: Shown, store: Store, judge: Judge) {
  const root = `${path}/dists/${suite}`;
  const inRelease = await text(store, `${root}/InRelease`);
  const said = await verdict(judge, async ({ folder, keyring }) => {
    await writeFile(join(folder, 'InRelease'), inRelease);
    return (await verifyClearSigned(join(folder, 'InRelease'), keyring)).text;
  });
  const differences =
    said.fault === undefined ? [] : [`InRelease is not signed by the key of the sites: ${said.fault}`];
  if (said.text !== undefined && (await text(store, `${root}/Release`)) !== said.text)
    differences.push('Release is not the text of InRelease.');
  if ((await text(store, `${path}/snapshots/${snapshot}/dists/${suite}/InRelease`)) !== inRelease)
    differences.push(`snapshot ${snapshot} has another InRelease.`);
  const named = inRelease.matchAll(/^ ([0-9a-f]{64}) +\d+ (.*\/)(Packages\.[a-z]+)$/gm);
  for (const [, sha256 = '', below = '', name = ''] of named)
    for (const file of [`${below}by-hash/SHA256/${sha256}`, `${below}${name}`])
      if (!(await has(store, `${root}/${file}`, sha256)))
        differences.push(`${file} is not the one that InRelease names.`);
  return differences;
}

async function rpmSigned({ head: { path, snapshot } }: Shown, store: Store, judge: Judge) {
  const differences: string[] = [];
  for (const root of [`${path}/snapshots/${snapshot}/repodata`, `${path}/repodata`]) {
    const repomd = await text(store, `${root}/repomd.xml`);
    const said = await verdict(judge, async ({ folder, keyring }) => {
      for (const end of ['', '.asc']) await writeFile(join(folder, `repomd.xml${end}`), await text(store, `${root}/repomd.xml${end}`)); // biome-ignore format: one thought
      return verifyDetached(join(folder, 'repomd.xml.asc'), join(folder, 'repomd.xml'), keyring);
    });
    const place = root.slice(path.length + 1);
    if ((await text(store, `${root}/repomd.xml.key`)) !== judge.publicKey)
      differences.push(`${place}/repomd.xml.key is not the key that is given to sites.`);
    if (said.fault !== undefined)
      differences.push(`${place}/repomd.xml is not signed by the key of the sites: ${said.fault}`);
    for (const [, file = '', sha256 = ''] of repomd.matchAll(/href="repodata\/(([0-9a-f]{64})-[^"]+)"/g))
      if (!(await has(store, `${root}/${file}`, sha256))) differences.push(`${place}/${file} is not the one that repomd.xml names.`); // biome-ignore format: one thought
  }
  return differences;
}

async function verdict(
  { folder, keyring }: Judge,
  ask: (judge: { folder: string; keyring: Keyring }) => Promise<string>,
): Promise<{ readonly text?: string; readonly fault?: string }> {
  if (keyring === undefined) return {}; // told already
  try {
    return { text: await ask({ folder, keyring }) };
  } catch (cause) {
    if (!(cause instanceof ProvisioningError)) throw cause;
    return { fault: cause.message };
  }
}

/** Of each package its presence where it is named, and once its bytes where the pool can tell them. */
async function packagesOff(
  { head: { path, snapshot }, listing }: Shown,
  { store, pool }: CheckedFiles,
  digest: (sha256: string, file: string) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const { sha256 } of parseListing(listing)) {
    const file = await pool.fragment(sha256).then((one) => one.file, () => undefined); // biome-ignore format: one thought
    if (file === undefined) continue; // told by checkPublished
    const place = poolPath(sha256, file);
    for (const root of [path, `${path}/snapshots/${snapshot}`])
      if (!(await store.has(`${root}/${place}`))) differences.push(`${root}/${place} is not there.`);
    if ((await digest(sha256, file)) !== sha256) differences.push(`${place} has not the bytes of its sha256.`);
  }
  return differences;
}

/**
 * The page of a path as it would be written now; it remembers itself which snapshots were shown. Of many packages the pages
 * it leads to must show each one.
 */
async function pageOff(path: string, shown: readonly Shown[], { store, pool, publicUrl }: CheckedFiles) {
  const page = await text(store, `${path}/index.html`);
  const sections = await Promise.all(shown.map((one) => section(one, page, { store, pool })));
  const [whole, lacking] = [sections.every(({ linked }) => !linked), sections.flatMap((one) => one.lacking)];
  const same = !whole || renderIndexPage(sections, publicUrl) === page;
  const said =
    lacking.length === 0 ? [] : [`${path}/index.html lacks ${lacking.length} packages, ${lacking[0]} first.`];
  return same && page !== '' ? said : [`${path}/index.html is missing or not what it would be.`, ...said];
}

async function section({ head, listing }: Shown, page: string, { store, pool }: Pick<CheckedFiles, 'store' | 'pool'>) {
  const packages = parseListing(listing);
  const [count, snapshots] = [packages.length, snapshotsOn(page, head, new Date(0))]; // none is too old for a page that has it
  if (count <= ONE_PAGE) {
    const { fragments } = await fragmentsOf(packages, head, pool);
    const ppas = new Map(packages.map(({ sha256, ppa }) => [sha256, ppa]));
    const rows = fragments.map((one) => packageRow(one, ppas.get(one.sha256) ?? '')).join('');
    return { head, count, snapshots, packages: rows, linked: false, lacking: [] };
  }
  const more = await Promise.all(linkedPages(page).map((name) => text(store, `${head.path}/packages/${name}`)));
  const shown = new Set(more.flatMap((one) => one.match(/\b[0-9a-f]{64}\b/g) ?? []));
  const lacking = packages.filter(({ sha256 }) => !shown.has(sha256)).map(({ name }) => name);
  return { head, count, snapshots, packages: '', linked: true, lacking };
}

async function has(store: Store, key: string, sha256: string): Promise<boolean> {
  const bytes = await store.read(key);
  return bytes !== undefined && sha256Of(bytes) === sha256;
}

async function text(store: Store, key: string): Promise<string> {
  return (await store.read(key))?.toString() ?? '';
}

function knownOnly(cause: unknown): undefined {
  if (!(cause instanceof ProvisioningError)) throw cause;
  return undefined;
}
