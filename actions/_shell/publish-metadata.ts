import { gzipSync } from 'node:zlib';
import type { MetadataKind } from '#core/ppa/lock.ts';
import { compressionOf } from '#core/repository/client-files.ts';
import { mergeGroups } from '#core/repository/comps.ts';
import type { Head } from '#core/repository/listing.ts';
import { mergeModules, nevra, streamsIn } from '#core/repository/modules.ts';
import type { RepomdEntry } from '#core/repository/rpm-metadata.ts';
import type { NamedPackage, ToldStream } from '#core/repository/updateinfo.ts';
import type { RepositoryMetadata } from '#core/repository/wanted.ts';
import type { Pool } from './pool.ts';
import { TEXT_FILES } from './pool-texts.ts';
import type { Publishing } from './publish.ts';
import { metadataKey } from './publish-kept.ts';
import { sha256Of } from './stock.ts';
import { zstd } from './zstd.ts';

const KINDS = ['group', 'modules'] as const;

/** What the PPAs' providers say of their packages, one text of each kind. @throws ProvisioningError POOL_MISSING, POOL_DIGEST */
export async function openMetadata(
  metadata: readonly RepositoryMetadata[],
  pool: Pool,
): Promise<readonly { readonly kind: MetadataKind; readonly open: string }[]> {
  const texts = await Promise.all(
    metadata.map(async ({ kind, sha256 }) => ({ kind, text: await pool.text(sha256, kind) })),
  );
  return KINDS.flatMap((kind) => {
    const own = texts.filter((one) => one.kind === kind).map(({ text }) => text);
    return own.length === 0 ? [] : [{ kind, open: kind === 'modules' ? mergeModules(own) : mergeGroups(own) }];
  });
}

/** Streams of the PPAs' modules, with the packages that they list. @throws ProvisioningError POOL_MISSING, POOL_DIGEST */
export async function toldStreams(
  metadata: readonly RepositoryMetadata[],
  packages: readonly NamedPackage[],
  pool: Pool,
): Promise<readonly ToldStream[]> {
  const own = metadata.filter(({ kind }) => kind === 'modules');
  const found = own.map(async ({ ppa, sha256 }) =>
    streamsIn(await pool.text(sha256, 'modules')).map(({ artifacts, ...stream }) => {
      const held = packages.filter((one) => one.ppa === ppa && artifacts.includes(nevra(one)));
      return { ...stream, ppa, packages: new Set(held.map((one) => one.sha256)) };
    }),
  );
  return (await Promise.all(found)).flat();
}

/**
 * Records of repomd.xml for groups and modules, compressed as the platform reads it; and beside the indexes the list of
 * what they are made of, with which a snapshot can be shown again as it was.
 */
export async function writeMetadata(
  root: string,
  head: Head,
  metadata: readonly RepositoryMetadata[],
  { store, pool, distributions }: Publishing,
): Promise<readonly (RepomdEntry & { readonly bytes: Buffer })[]> {
  const compression = compressionOf(head, distributions);
  await store.put(metadataKey(root), `${JSON.stringify(metadata)}\n`, 'immutable');
  const record = async ({ kind, open }: { readonly kind: MetadataKind; readonly open: string }) => {
    const text = Buffer.from(open);
    const bytes = compression === 'gz' ? gzipSync(text, { level: 9 }) : await zstd(text);
    const sha256 = sha256Of(bytes);
    const href = `repodata/${sha256}-${TEXT_FILES[kind].replace(/^comps/, 'group')}.${compression}`;
    return { type: kind, href, sha256, size: bytes.length, openSize: text.length, bytes };
  };
  return Promise.all((await openMetadata(metadata, pool)).map(record));
}
