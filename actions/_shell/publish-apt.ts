import { posix } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { renderRelease } from '#core/repository/apt-metadata.ts';
import { isOptional } from '#core/repository/area.ts';
import { compressionOf, distributionOf, titleOf } from '#core/repository/client-files.ts';
import { grouped } from '#core/repository/group.ts';
import type { Publication, StockedShelf } from '#core/repository/plan.ts';
import type { ReleaseDates } from '#core/repository/release-dates.ts';
import { digested, type Source, spliced } from './gzip-member.ts';
import { poolParts } from './pool-parts.ts';
import type { Publishing } from './publish.ts';
import type { Pointer } from './store.ts';
import { zstdFrames } from './zstd-frames.ts';

interface IndexFile {
  /** Below `dists/<suite>/`. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  /** Undefined for the open Packages: named, because apt sees no package without it, and never fetched. */
  readonly bytes?: Buffer;
}

/**
 * One suite: its indexes as by-hash objects first, so that whoever holds the old or the new InRelease finds what it
 * names; then the same under their plain names, and InRelease last. `snapshots/<id>/` shows the suite as it is now for good.
 */
export async function buildApt(
  publication: Publication,
  shelves: readonly StockedShelf[],
  { date, validUntil }: ReleaseDates,
  publishing: Publishing,
): Promise<readonly Pointer[]> {
  const { store, signer } = publishing;
  const { path } = publication;
  const root = suiteRoot(publication);
  const files = (await Promise.all(shelves.map((shelf) => indexFiles(shelf, publishing)))).flat();
  const release = renderRelease({ ...factsOf(publication, publishing), date, validUntil, files });
  const signing = signer.clearsign(release); // goes on while the files reach the disk,
  await turn(); // once the signer has its text
  const objects = files.flatMap(({ path: name, bytes, sha256 }) => {
    const object = `${root}/${name.replace(/[^/]+$/, '')}by-hash/SHA256/${sha256}`;
    return bytes === undefined ? [] : [{ object, name: `${root}/${name}`, bytes }];
  });
  await Promise.all([
    store.link(`${path}/pool`, 'pool', poolParts(shelves)),
    ...objects.map(({ object, bytes }) => store.put(object, bytes, 'content')),
  ]);
  await Promise.all(shelves.map((shelf) => linkKept(shelf, files, root, publishing)));
  const inRelease = await signing;
  await Promise.all(shelves.map(({ head }) => store.put(keptInRelease(head), inRelease, 'immutable')));
  const outdated = `${root}/Release.gpg`; // an older publisher's: it would not fit the Release that comes
  if (await store.has(outdated)) await store.remove(outdated);
  return [
    ...objects.map(({ object, name }) => ({ key: name, target: object })),
    { key: `${root}/Release`, bytes: release },
    { key: `${root}/InRelease`, bytes: inRelease },
  ];
}

export function suiteRoot({ path, suite }: Pick<Publication, 'path' | 'suite'>): string {
  return `${path}/dists/${suite}`;
}

function keptInRelease({ path, suite, snapshot }: StockedShelf['head']): string {
  return `${path}/snapshots/${snapshot}/dists/${suite}/InRelease`;
}

/**
 * The suite as it is now, for good: its objects stay, under their plain names too, for clients that know no by-hash; only
 * InRelease is a file of its own, which comes last.
 */
async function linkKept(
  shelf: StockedShelf,
  files: readonly IndexFile[],
  root: string,
  { store }: Publishing,
): Promise<void> {
  const { path, suite, snapshot } = shelf.head;
  const kept = `${path}/snapshots/${snapshot}`;
  const own = `${kept}/dists/${suite}`;
  const written = files.filter(({ bytes }) => bytes !== undefined);
  const byFolder = grouped(written, ({ path: name }) => posix.dirname(name));
  await Promise.all([
    store.link(`${kept}/pool`, 'pool', poolParts([shelf])),
    ...[...byFolder].map(([folder, here]) =>
      store.link(`${own}/${folder}/by-hash`, `${root}/${folder}/by-hash`, () =>
        here.map(({ sha256 }) => `SHA256/${sha256}`),
      ),
    ),
    ...written.map(({ path: name, sha256 }) =>
      store.link(`${own}/${name}`, `${root}/${posix.dirname(name)}/by-hash/SHA256/${sha256}`),
    ),
  ]);
}

async function indexFiles({ head, segments }: StockedShelf, publishing: Publishing): Promise<readonly IndexFile[]> {
  const { cache, distributions } = publishing;
  const source = { cache, format: 'deb', segments } as const;
  const path = `main/binary-${head.arch}/Packages`;
  const { bytes, sha256 } = spliced(source, 'packages');
  return [
    { path, ...digested(source, 'Packages') },
    { path: `${path}.gz`, bytes, sha256, size: bytes.length },
    ...(compressionOf(head, distributions) === 'zst' ? [await zstdFile(`${path}.zst`, source)] : []),
  ];
}

/** For clients that like it better; the others take the .gz beside it. */
async function zstdFile(path: string, source: Source): Promise<IndexFile> {
  const { bytes, sha256 } = await zstdFrames(source, 'Packages');
  return { path, bytes, sha256, size: bytes.length };
}

function factsOf({ path, shelves, suite = '' }: Publication, { distributions, publicUrl }: Publishing) {
  const first = shelves[0].head;
  const name = distributionOf(first);
  return {
    origin: name.toUpperCase(),
    label: titleOf(first),
    suite,
    description: distributions.find(({ distribution }) => distribution === name)?.title ?? name,
    architectures: shelves.map(({ head }) => head.arch),
    snapshots: `${publicUrl}/${path}/snapshots/@SNAPSHOTID@/`,
    optional: isOptional(first.area),
  };
}
