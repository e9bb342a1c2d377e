import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { compressionOf, titleOf } from '#core/repository/client-files.ts';
import { type Head, parseListing } from '#core/repository/listing.ts';
import type { StockedShelf } from '#core/repository/plan.ts';
import { type RepomdEntry, RPM_INDEXES, type RpmIndex, renderRepomd, rpmFrame } from '#core/repository/rpm-metadata.ts';
import { countOf } from '#core/repository/stock.ts';
import { type NamedPackage, renderUpdateinfo } from '#core/repository/updateinfo.ts';
import { spliced } from './gzip-member.ts';
import { poolParts } from './pool-parts.ts';
import type { Publishing } from './publish.ts';
import { sha256Of } from './stock.ts';
import type { Pointer } from './store.ts';
import { zstd } from './zstd.ts';
import { zstdFrames } from './zstd-frames.ts';

/**
 * `snapshots/<id>/` with its own repodata and the shared pool; then the plain path and, last, the mirror list that
 * client files use. The signature is the last file of a snapshot: one that has it is complete and never written again.
 */
export async function buildRpm(shelf: StockedShelf, publishing: Publishing): Promise<readonly Pointer[]> {
  const { store, publicUrl } = publishing;
  const { path, snapshot } = shelf.head;
  const root = `${path}/snapshots/${snapshot}`;
  await Promise.all([
    store.link(`${root}/pool`, 'pool', poolParts([shelf])),
    store.link(`${path}/pool`, 'pool', poolParts([shelf])),
    writeRepodata(root, shelf, publishing),
  ]);
  return [
    { key: `${path}/repodata`, target: `${root}/repodata` },
    { key: `${path}/mirrorlist`, bytes: `${publicUrl}/${root}/\n` },
  ];
}

/** A repomd.xml that is there stays, whatever bytes this machine's zlib would give; its files were written before it. */
async function writeRepodata(root: string, shelf: StockedShelf, publishing: Publishing): Promise<void> {
  const { store, signer } = publishing;
  const [repomd, signature, keyFile] = ['', '.asc', '.key'].map((end) => `${root}/repodata/repomd.xml${end}`) as [
    ...[string, string, string],
  ];
  const there = await store.read(repomd);
  if (there === undefined) {
    const indexes = [
      ...(await Promise.all(RPM_INDEXES.map((index) => indexOf(index, shelf, publishing)))),
      ...(await updateinfo(shelf, publishing)),
      ...(await besides(root, shelf, publishing)),
    ];
    const text = renderRepomd(shelf.head.snapshot, indexes);
    const signed = signer.detach(text); // goes on while the files reach the disk,
    await turn(); // once the signer has its text
    await Promise.all([
      ...indexes.map(({ href, bytes }) => store.put(`${root}/${href}`, bytes, 'content')),
      store.put(keyFile, signer.publicKey, 'immutable'),
    ]);
    await store.put(repomd, text, 'immutable');
    await store.put(signature, await signed, 'immutable');
    return;
  }
  const key = await store.read(keyFile);
  if (key?.toString() === signer.publicKey && (await store.has(signature))) return;
  await store.put(signature, await signer.detach(there), 'immutable');
  await store.put(keyFile, signer.publicKey, 'immutable');
}

async function indexOf(index: RpmIndex, { head, segments }: StockedShelf, { cache, distributions }: Publishing) {
  const source = { cache, format: 'rpm', segments } as const;
  const compression = compressionOf(head, distributions);
  const frame = rpmFrame(index, countOf(segments));
  const { bytes, sha256, openSize } =
    compression === 'gz' ? spliced(source, index, frame) : await zstdFrames(source, index, frame);
  const entry: RepomdEntry = {
    ...{ type: index, href: `repodata/${sha256}-${index}.xml.${compression}`, sha256, size: bytes.length, openSize },
  };
  return { ...entry, bytes };
}

/** Groups and modules of the providers: most repositories have none, and then nothing of this is loaded. */
async function besides(root: string, { head }: StockedShelf, publishing: Publishing) {
  if (head.metadata === undefined) return [];
  const { writeMetadata } = await import('./publish-metadata.ts');
  return writeMetadata(root, head, head.metadata, publishing);
}

/**
 * What is said about the packages, beside them. It is no part of a snapshot's name, which tells packages apart: the first
 * word about a PPA stays, and so a snapshot that is shown again is the very same.
 */
async function updateinfo({ head, listing }: StockedShelf, publishing: Publishing) {
  const { advisories, pool, distributions } = publishing;
  if (advisories === undefined || advisories.size === 0) return [];
  const told = parseListing(listing).filter(({ ppa }) => advisories.has(ppa));
  const named = told.map(async (one) => ({ ...one, file: (await pool.fragment(one.sha256)).file }));
  const packages = await Promise.all(named);
  const text = renderUpdateinfo(packages, advisories, titleOf(head), await streams(head, packages, publishing));
  if (text === '') return [];
  const compression = compressionOf(head, distributions);
  const bytes = compression === 'gz' ? gzipSync(text, { level: 9 }) : await zstd(Buffer.from(text));
  const sha256 = sha256Of(bytes);
  const href = `repodata/${sha256}-updateinfo.xml.${compression}`;
  return [{ type: 'updateinfo', href, sha256, size: bytes.length, openSize: Buffer.byteLength(text), bytes }];
}

/** Modules of the providers, of repositories that have any. */
async function streams({ metadata = [] }: Head, packages: readonly NamedPackage[], { pool }: Publishing) {
  if (!metadata.some(({ kind }) => kind === 'modules')) return [];
  const { toldStreams } = await import('./publish-metadata.ts');
  return toldStreams(metadata, packages, pool);
}
