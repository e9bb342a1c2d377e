import type { StockedShelf } from '#core/repository/plan.ts';
import { type RepomdEntry, RPM_INDEXES, type RpmIndex, renderRepomd, rpmFrame } from '#core/repository/rpm-metadata.ts';
import { countOf } from '#core/repository/stock.ts';
import { spliced } from './gzip-member.ts';
import type { Publishing, Swap } from './publish.ts';

/**
 * `snapshots/<id>/` with its own repodata and the shared pool; then the plain path and, last, the mirror list that
 * client files use. The signature is the last file of a snapshot: one that has it is complete and never written again.
 */
export async function buildRpm(shelf: StockedShelf, publishing: Publishing): Promise<readonly Swap[]> {
  const { store, publicUrl } = publishing;
  const { path, snapshot } = shelf.head;
  const root = `${path}/snapshots/${snapshot}`;
  await store.link(`${root}/pool`, 'pool');
  await store.link(`${path}/pool`, 'pool');
  await writeRepodata(root, shelf, publishing);
  return [
    () => store.link(`${path}/repodata`, `${root}/repodata`),
    () => store.put(`${path}/mirrorlist`, `${publicUrl}/${root}/\n`, 'pointer'),
  ];
}

/** A repomd.xml that is there stays, whatever bytes this machine's zlib would give; its files were written before it. */
async function writeRepodata(root: string, shelf: StockedShelf, publishing: Publishing) {
  const { store, signer } = publishing;
  const [repomd, signature] = [`${root}/repodata/repomd.xml`, `${root}/repodata/repomd.xml.asc`];
  const there = await store.read(repomd);
  const keyFile = `${root}/repodata/repomd.xml.key`;
  if (there !== undefined) {
    const key = await store.read(keyFile);
    if (key?.toString() === signer.publicKey && (await store.has(signature))) return;
  }
  const bytes = there ?? Buffer.from(await writeIndexes(root, shelf, publishing));
  const signed = signer.detach(bytes); // goes on while the files reach the disk
  if (there === undefined) await store.put(repomd, bytes, 'immutable');
  await store.put(signature, await signed, 'immutable');
  await store.put(keyFile, signer.publicKey, 'immutable');
}

async function writeIndexes(root: string, { head, segments }: StockedShelf, { store, cache }: Publishing) {
  const count = countOf(segments);
  const write = async (index: RpmIndex): Promise<RepomdEntry> => {
    const { bytes, sha256, openSize } = await spliced(
      { cache, format: 'rpm', segments },
      index,
      rpmFrame(index, count),
    );
    const href = `repodata/${sha256}-${index}.xml.gz`;
    await store.put(`${root}/${href}`, bytes, 'content');
    return { type: index, href, sha256, size: bytes.length, openSize };
  };
  return renderRepomd(head.snapshot, await Promise.all(RPM_INDEXES.map(write)));
}
