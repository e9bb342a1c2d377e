import { refusal } from '#core/fault-codes.ts';
import { type KeptPackage, packagesOfDeb, packagesOfRpm } from '#core/repository/kept.ts';
import { type Head, type Listed, parseListing, renderListing, withMetadata } from '#core/repository/listing.ts';
import { type Published, type Publishing, publishListed } from './publish.ts';
import { readState } from './publish-state.ts';
import type { Store } from './store.ts';
import { opened } from './zstd.ts';

/** Names of the snapshots of a repository that can still be read. apt's suites share a path: each has its own. */
export async function keptSnapshots(store: Store, { path, suite }: Head): Promise<readonly string[]> {
  const names = (await store.list(`${path}/snapshots`)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  const there = await Promise.all(names.map((name) => store.has(signedFile(path, name, suite))));
  return names.filter((_, index) => there[index]);
}

/** The file that makes a snapshot whole. */
export function signedFile(path: string, snapshot: string, suite: string | undefined): string {
  const root = `${path}/snapshots/${snapshot}`;
  return suite === undefined ? `${root}/repodata/repomd.xml.asc` : `${root}/dists/${suite}/InRelease`;
}

/** What a kept snapshot holds, from its own indexes. @throws ProvisioningError SNAPSHOT_MISSING */
export async function readKept(store: Store, head: Head, snapshot: string): Promise<readonly KeptPackage[]> {
  const { path, suite, arch, id } = head;
  const root = `${path}/snapshots/${snapshot}`;
  const text = async (key: string) => (await store.read(key))?.toString() ?? '';
  const named = (pattern: RegExp, of: string) => pattern.exec(of)?.[1] ?? 'none';
  const index = `main/binary-${arch}`;
  const key =
    suite === undefined
      ? `${root}/${named(/href="(repodata\/[^"]*-primary\.xml\.(?:gz|zst))"/, await text(`${root}/repodata/repomd.xml`))}`
      : `${root}/dists/${suite}/${index}/by-hash/SHA256/${named(new RegExp(`^ ([0-9a-f]{64}) +\\d+ ${index}/Packages\\.gz$`, 'm'), await text(`${root}/dists/${suite}/InRelease`))}`;
  const packed = await store.read(key);
  if (packed === undefined) throw refusal('SNAPSHOT_MISSING', `${id} has no snapshot ${snapshot} any more.`);
  const open = (await opened(packed, key)).toString();
  return suite === undefined ? packagesOfRpm(open) : packagesOfDeb(open);
}

/** Beside the indexes of an rpm repository that has groups or modules of providers: which texts of the pool they are made of. */
export function metadataKey(root: string): string {
  return `${root}/metadata.json`;
}

/** Undefined when it has none. */
async function keptMetadata(store: Store, { path }: Head, snapshot: string): Promise<Head['metadata']> {
  const text = await store.read(metadataKey(`${path}/snapshots/${snapshot}`));
  return text === undefined ? undefined : (JSON.parse(text.toString()) as Head['metadata']);
}

/**
 * Shows a kept snapshot again: the pointer moves, signed anew with a new date, because apt silently keeps what it has when
 * a Release is older. The repository stays there until it is told otherwise; everything else is left as it is.
 * @param snapshot undefined lets the repository follow Git again
 * @throws ProvisioningError SNAPSHOT_MISSING
 */
export async function pointTo(
  id: string,
  snapshot: string | undefined,
  publishing: Publishing,
): Promise<Published | undefined> {
  const state = await readState(publishing.store);
  const found = state?.shown.find(({ head }) => head.id === id);
  if (state === undefined || found === undefined) throw refusal('SNAPSHOT_MISSING', `Nothing is published as ${id}.`);
  const pinned = { ...state.pinned };
  if (snapshot === undefined) delete pinned[id];
  else pinned[id] = snapshot;
  const ppas = new Map(parseListing(found.listing).map(({ sha256, ppa }) => [sha256, ppa]));
  const packages = snapshot === undefined ? undefined : await readKept(publishing.store, found.head, snapshot);
  const listing = packages?.map((one) => ({ ...one, ppa: ppas.get(one.sha256) ?? '' }));
  const metadata = snapshot === undefined ? undefined : await keptMetadata(publishing.store, found.head, snapshot);
  const wanted = state.shown.map(
    ({ head: { snapshot: _, validUntil: __, overtakes: ___, ...head }, listing: now }): Listed => {
      if (head.id !== id || listing === undefined) return { head, listing: now };
      return { head: withMetadata(head, metadata), listing: renderListing(listing) };
    },
  );
  return publishListed(wanted, { ...publishing, pinned });
}
