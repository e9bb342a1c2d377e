import { renderPackages } from '#core/repository/apt-metadata.ts';
import type { DebFragment, Fragment, RpmFragment } from '#core/repository/fragment.ts';
import { type Head, type Listed, listed, parseListing } from '#core/repository/listing.ts';
import { RPM_INDEXES, renderRpmBody, rpmFrame } from '#core/repository/rpm-metadata.ts';
import { snapshotOf } from '#core/repository/snapshot.ts';
import { contentOf } from '#core/repository/stock.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import type { Pool } from './pool.ts';
import { fragmentsOf } from './pool-fragments.ts';
import { openMetadata } from './publish-metadata.ts';
import { readState } from './publish-state.ts';
import { plansOf, sha256Of } from './stock.ts';
import type { Store } from './store.ts';
import { opened } from './zstd.ts';

/**
 * Is what is served what Git wants? Renders everything anew from locks and pool, without the cache, and compares names
 * and open content with state.json and with what the pointers lead to, so that another machine's zlib makes no
 * difference. Changes nothing.
 * @returns a sentence for each difference
 */
export async function checkPublished(
  wanted: readonly WantedRepository[],
  { store, pool, publicUrl }: { readonly store: Store; readonly pool: Pool; readonly publicUrl: string },
): Promise<readonly string[]> {
  const published = await readState(store);
  const known = new Map((published?.shown ?? []).map(({ head }) => [head.id, head.snapshot]));
  const differences: string[] = [];
  for (const one of wanted.map(listed)) {
    const { id, format } = one.head;
    const { fragments, faults } = await fragmentsOf(parseListing(one.listing), one.head, pool);
    differences.push(...faults.map(({ sentence }) => sentence));
    if (faults.length > 0) continue;
    const snapshot = nameOf(one, fragments);
    const state = known.get(id);
    if (state !== snapshot) differences.push(`${id}: published is snapshot ${state ?? 'none'}, Git wants ${snapshot}.`);
    else if (format === 'deb') differences.push(...(await aptOff(one.head, fragments, store)));
    else differences.push(...(await rpmOff({ ...one.head, snapshot }, fragments, store, publicUrl)));
    if (state === snapshot && one.head.metadata !== undefined)
      differences.push(...(await metadataOff(one.head, one.head.metadata, snapshot, { store, pool })));
  }
  const ids = new Set(wanted.map(({ id }) => id));
  return [
    ...differences,
    ...[...known.keys()].filter((id) => !ids.has(id)).map((id) => `${id}: published, but not wanted.`),
  ];
}

function nameOf({ head, listing }: Listed, fragments: readonly Fragment[]): string {
  const rows = (from: number, to: number) => listing.slice(from, to).split('\n').length - 1;
  let done = 0;
  const contents = plansOf(listing, head.format).flatMap(({ chunks }) =>
    chunks.map(({ from, to }) => {
      const here = fragments.slice(done, done + rows(from, to));
      done += here.length;
      return contentOf(here, sha256Of);
    }),
  );
  return snapshotOf(head, contents, sha256Of);
}

async function aptOff({ id, path, suite, arch }: Head, fragments: readonly Fragment[], store: Store) {
  const open = renderPackages(fragments as readonly DebFragment[]);
  const root = `${path}/dists/${suite}`;
  const release = (await store.read(`${root}/InRelease`))?.toString() ?? '';
  const name = `main/binary-${arch}/Packages`;
  const digestOf = (file: string) =>
    release
      .split('\n')
      .find((line) => line.endsWith(` ${file}`))
      ?.trim()
      .slice(0, 64);
  if (digestOf(name) !== sha256Of(open)) return [`${id}: InRelease does not name the Packages that Git wants.`];
  const packed = await store.read(`${root}/main/binary-${arch}/by-hash/SHA256/${digestOf(`${name}.gz`)}`);
  return (await holds(packed, 'Packages.gz', open))
    ? []
    : [`${id}: the index that InRelease names is missing or not what Git wants.`];
}

async function rpmOff(
  { id, path, snapshot }: Head & { readonly snapshot: string },
  fragments: readonly Fragment[],
  store: Store,
  publicUrl: string,
) {
  const text = async (key: string) => (await store.read(`${path}/${key}`))?.toString() ?? '';
  const differences: string[] = [];
  if ((await text('mirrorlist')) !== `${publicUrl}/${path}/snapshots/${snapshot}/\n`) {
    differences.push(`${id}: the mirror list does not lead to snapshot ${snapshot}.`);
  }
  const repomd = await text(`snapshots/${snapshot}/repodata/repomd.xml`);
  if (repomd !== (await text('repodata/repomd.xml'))) differences.push(`${id}: its plain path shows something else.`);
  for (const index of RPM_INDEXES) {
    const { head, tail } = rpmFrame(index, fragments.length);
    const href = new RegExp(`href="(repodata/([0-9a-f]{64})-${index}\\.xml\\.(?:gz|zst))"`).exec(repomd);
    const packed = await store.read(`${path}/snapshots/${snapshot}/${href?.[1] ?? 'none'}`);
    const open = `${head}${renderRpmBody(index, fragments as readonly RpmFragment[])}${tail}`;
    if (packed === undefined || sha256Of(packed) !== href?.[2] || !(await holds(packed, href[1] ?? '', open)))
      differences.push(`${id}: ${index} is missing or not what Git wants.`);
  }
  return differences;
}

/** @returns a sentence for each record of groups or modules that is not what the locks name */
async function metadataOff(
  { id, path }: Head,
  metadata: NonNullable<Head['metadata']>,
  snapshot: string,
  { store, pool }: { readonly store: Store; readonly pool: Pool },
): Promise<readonly string[]> {
  const root = `${path}/snapshots/${snapshot}`;
  const repomd = (await store.read(`${root}/repodata/repomd.xml`))?.toString() ?? '';
  const off = async ({ kind, open }: { kind: string; open: string }) => {
    const href = new RegExp(`href="(repodata/([0-9a-f]{64})-${kind}\\.[.\\w]+)"`).exec(repomd);
    const packed = await store.read(`${root}/${href?.[1] ?? 'none'}`);
    const sound = packed !== undefined && sha256Of(packed) === href?.[2] && (await holds(packed, href[1] ?? '', open));
    return sound ? [] : [`${id}: ${kind} is missing or not what the locks name.`];
  };
  return (await Promise.all((await openMetadata(metadata, pool)).map(off))).flat();
}

async function holds(packed: Buffer | undefined, name: string, open: string): Promise<boolean> {
  try {
    return packed !== undefined && (await opened(packed, name)).equals(Buffer.from(open));
  } catch {
    return false;
  }
}
