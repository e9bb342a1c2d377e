import { renderPackages } from '#core/repository/apt-metadata.ts';
import type { DebFragment, RpmFragment } from '#core/repository/fragment.ts';
import type { Shelf } from '#core/repository/plan.ts';
import { RPM_INDEXES, renderRpmIndex } from '#core/repository/rpm-metadata.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import type { Pool } from './pool.ts';
import { readState } from './publish.ts';
import { sha256Of } from './publish-rpm.ts';
import { fillShelves } from './publish-shelves.ts';
import type { Store } from './store.ts';

/**
 * Is what is served what Git wants? Compares state.json, and what the pointers lead to, with what would be published
 * now: by open content, so that another machine's zlib makes no difference. Changes nothing.
 * @returns a sentence for each difference
 */
export async function checkPublished(
  wanted: readonly WantedRepository[],
  { store, pool, publicUrl }: { readonly store: Store; readonly pool: Pool; readonly publicUrl: string },
): Promise<readonly string[]> {
  const published = await readState(store);
  const { shelves, faults } = await fillShelves(wanted, undefined, pool);
  const known = new Map((published?.repositories ?? []).map(({ id, snapshot }) => [id, snapshot]));
  const differences = faults.map(({ sentence }) => sentence);
  for (const shelf of shelves) {
    const { id, snapshot } = shelf.repository;
    const state = known.get(id);
    if (state !== snapshot) differences.push(`${id}: published is snapshot ${state ?? 'none'}, Git wants ${snapshot}.`);
    else differences.push(...(await pointersOff(shelf, store, publicUrl)));
  }
  const ids = new Set(wanted.map(({ id }) => id));
  return [
    ...differences,
    ...[...known.keys()].filter((id) => !ids.has(id)).map((id) => `${id}: published, but not wanted.`),
  ];
}

async function pointersOff(
  { repository, fragments }: Shelf,
  store: Store,
  publicUrl: string,
): Promise<readonly string[]> {
  const { id, path, suite, arch, snapshot, format } = repository;
  const text = async (key: string) => (await store.read(`${path}/${key}`))?.toString() ?? '';
  if (format === 'deb') {
    const open = sha256Of(renderPackages(fragments as readonly DebFragment[]));
    const release = await text(`dists/${suite}/InRelease`);
    const named = release.includes(` main/binary-${arch}/Packages\n`) && release.includes(open);
    return named ? [] : [`${id}: InRelease does not name the Packages that Git wants.`];
  }
  const differences: string[] = [];
  if ((await text('mirrorlist')) !== `${publicUrl}/${path}/snapshots/${snapshot}/\n`) {
    differences.push(`${id}: the mirror list does not lead to snapshot ${snapshot}.`);
  }
  const wanted = RPM_INDEXES.map((index) => sha256Of(renderRpmIndex(index, fragments as readonly RpmFragment[])));
  for (const repomd of ['repodata/repomd.xml', `snapshots/${snapshot}/repodata/repomd.xml`]) {
    const found = await text(repomd);
    if (!wanted.every((open) => found.includes(open))) differences.push(`${id}: ${repomd} is not what Git wants.`);
  }
  return differences;
}
