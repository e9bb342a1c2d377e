import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RpmFragment } from '#core/repository/fragment.ts';
import type { Shelf } from '#core/repository/plan.ts';
import { RPM_INDEXES, type RpmIndex, renderRepomd, renderRpmIndex } from '#core/repository/rpm-metadata.ts';
import type { Publishing, Swap } from './publish.ts';

const compress = promisify(gzip);

export function sha256Of(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * `snapshots/<id>/` with its own repodata and the shared pool; then the plain path and, last, the mirror list that
 * client files use. The signature is the last file of a snapshot: one that has it is complete and never written again.
 */
export async function buildRpm({ repository, fragments }: Shelf, publishing: Publishing): Promise<readonly Swap[]> {
  const { store, publicUrl } = publishing;
  const { path, snapshot } = repository;
  const root = `${path}/snapshots/${snapshot}`;
  await store.link(`${root}/pool`, 'pool');
  await store.link(`${path}/pool`, 'pool');
  await writeRepodata(root, snapshot, fragments as readonly RpmFragment[], publishing);
  return [
    () => store.link(`${path}/repodata`, `${root}/repodata`),
    () => store.put(`${path}/mirrorlist`, `${publicUrl}/${root}/\n`, 'pointer'),
  ];
}

/** A repomd.xml that is there stays, whatever bytes this machine's zlib would give; its files were written before it. */
async function writeRepodata(
  root: string,
  id: string,
  fragments: readonly RpmFragment[],
  { store, signer }: Publishing,
) {
  const [repomd, signature] = [`${root}/repodata/repomd.xml`, `${root}/repodata/repomd.xml.asc`];
  let bytes: string | Uint8Array | undefined = await store.read(repomd);
  if (bytes === undefined) {
    const write = async (index: RpmIndex) => {
      const open = Buffer.from(renderRpmIndex(index, fragments));
      const packed = await compress(open);
      const sha256 = sha256Of(packed);
      const href = `repodata/${sha256}-${index}.xml.gz`;
      await store.put(`${root}/${href}`, packed, 'content');
      return { index, href, sha256, size: packed.length, openSha256: sha256Of(open), openSize: open.length };
    };
    bytes = renderRepomd(id, await Promise.all(RPM_INDEXES.map(write)));
    await store.put(repomd, bytes, 'immutable');
  }
  const keyFile = `${root}/repodata/repomd.xml.key`;
  const key = await store.read(keyFile);
  if (key?.toString() === signer.publicKey && (await store.has(signature))) return;
  await store.put(signature, await signer.detach(bytes), 'immutable');
  await store.put(keyFile, signer.publicKey, 'immutable');
}
