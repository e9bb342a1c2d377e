import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { renderPackages, renderRelease } from '#core/repository/apt-metadata.ts';
import { isOptional } from '#core/repository/area.ts';
import { distributionOf, titleOf } from '#core/repository/client-files.ts';
import type { DebFragment } from '#core/repository/fragment.ts';
import type { Publication, Shelf } from '#core/repository/plan.ts';
import { nextDates } from '#core/repository/release-dates.ts';
import type { Publishing, Swap } from './publish.ts';
import { sha256Of } from './publish-rpm.ts';

const compress = promisify(gzip);

interface IndexFile {
  /** Below `dists/<suite>/`. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly size: number;
}

/**
 * One suite: its indexes as by-hash objects first, so that whoever holds the old or the new InRelease finds what it
 * names; then the same under their plain names, and InRelease last. `snapshots/<id>/` shows the suite as it is now for good.
 */
export async function buildApt(publication: Publication, publishing: Publishing) {
  const { store, signer, now } = publishing;
  const { path, suite, shelves } = publication;
  const root = `${path}/dists/${suite}`;
  await store.link(`${path}/pool`, 'pool');
  const files = (await Promise.all(shelves.map(indexFiles))).flat();
  for (const { path: name, bytes, sha256 } of files) {
    await store.put(`${root}/${name.replace(/[^/]+$/, '')}by-hash/SHA256/${sha256}`, bytes, 'content');
  }
  const last = await store.read(`${root}/Release`);
  const { date, validUntil } = nextDates(last?.toString(), now);
  const release = renderRelease({ ...factsOf(publication, publishing), date, validUntil, files });
  const signed = { release, inRelease: await signer.clearsign(release), signature: await signer.detach(release) };
  for (const { repository } of shelves) {
    const kept = `${path}/snapshots/${repository.snapshot}`;
    await store.link(`${kept}/pool`, 'pool');
    await store.link(`${kept}/dists/${suite}/main`, `${root}/main`);
    await store.put(`${kept}/dists/${suite}/InRelease`, signed.inRelease, 'immutable');
  }
  const swaps: Swap[] = [
    ...files.map(
      ({ path: name, bytes }) =>
        () =>
          store.put(`${root}/${name}`, bytes, 'pointer'),
    ),
    () => store.put(`${root}/Release`, signed.release, 'pointer'),
    () => store.put(`${root}/Release.gpg`, signed.signature, 'pointer'),
    () => store.put(`${root}/InRelease`, signed.inRelease, 'pointer'),
  ];
  return { swaps, validUntil: validUntil.toISOString() };
}

async function indexFiles({ repository, fragments }: Shelf): Promise<readonly IndexFile[]> {
  const open = Buffer.from(renderPackages(fragments as readonly DebFragment[]));
  const path = `main/binary-${repository.arch}/Packages`;
  return [
    { path, bytes: open },
    { path: `${path}.gz`, bytes: await compress(open) },
  ].map((file) => ({ ...file, sha256: sha256Of(file.bytes), size: file.bytes.length }));
}

function factsOf({ shelves, suite = '' }: Publication, { distributions }: Publishing) {
  const first = (shelves[0] as Shelf).repository;
  const name = distributionOf(first);
  return {
    origin: name.toUpperCase(),
    label: titleOf(first),
    suite,
    description: distributions.find(({ distribution }) => distribution === name)?.title ?? name,
    architectures: shelves.map(({ repository }) => repository.arch),
    optional: isOptional(first.area),
  };
}
