import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { refusal } from '#core/fault-codes.ts';
import type { PublishedRepository } from '#core/repository/published.ts';
import { opened } from '#shell/zstd.ts';
import type { Part } from './solve.ts';

/** Milliseconds. */
const LIMIT = 60_000;

/** A repository of ours as it is served. */
export interface Served {
  readonly part: Part;
  /** sha256 → address of the package. */
  readonly addresses: ReadonlyMap<string, string>;
}

/**
 * Metadata of the snapshot that state.json names, by immutable names, so that a publisher at work does not disturb.
 * @param folder throw-away
 * @throws ProvisioningError PUBLISHED_UNREACHABLE
 */
export async function servedMetadata(
  publicUrl: string,
  repository: PublishedRepository,
  folder: string,
): Promise<Served> {
  const { id, format, path, snapshot } = repository;
  const here = join(folder, id.replaceAll('/', '_'));
  await mkdir(here, { recursive: true });
  const root = `${publicUrl}/${path}/snapshots/${snapshot}`;
  const addresses = new Map<string, string>();
  if (format === 'deb') {
    const packages = await aptIndex(root, `${publicUrl}/${path}`, repository);
    await writeFile(join(here, 'Packages'), packages);
    for (const [, file = '', sha256 = ''] of packages.matchAll(/^Filename: (\S+)\n(?:.*\n)*?SHA256: (\S+)$/gm))
      addresses.set(sha256, `${publicUrl}/${path}/${file}`);
    return { part: { id, kind: 'packages', path: join(here, 'Packages') }, addresses };
  }
  const repomd = (await bytes(`${root}/repodata/repomd.xml`)).toString();
  const index = async (kind: string) => {
    const href = new RegExp(`<data type="${kind}">[\\s\\S]*?<location href="([^"]+)"`).exec(repomd)?.[1] ?? '';
    const packed = await bytes(`${root}/${href}`);
    const file = join(here, `${kind}${/\.xml\.\w+$/.exec(href)?.[0] ?? '.xml.gz'}`);
    await writeFile(file, packed);
    return { file, packed };
  };
  const [one, other] = [await index('primary'), await index('filelists')];
  const primary = (await opened(one.packed, one.file)).toString();
  const place = /<checksum type="sha256" pkgid="YES">(\w+)<[\s\S]*?<location href="([^"]+)"/g;
  for (const [, sha256 = '', href = ''] of primary.matchAll(place))
    addresses.set(sha256, `${root}/${href.replaceAll('&amp;', '&')}`);
  return { part: { id, kind: 'rpmmd', primary: one.file, filelists: other.file }, addresses };
}

/** The index that the snapshot's InRelease names, by its digest. */
async function aptIndex(root: string, live: string, { suite, arch }: PublishedRepository): Promise<string> {
  const release = (await bytes(`${root}/dists/${suite}/InRelease`)).toString();
  const name = `main/binary-${arch}/Packages.gz`;
  const line = release.split('\n').find((row) => row.endsWith(` ${name}`));
  const sha256 = line?.trim().slice(0, 64) ?? '';
  return gunzipSync(await bytes(`${live}/dists/${suite}/main/binary-${arch}/by-hash/SHA256/${sha256}`)).toString();
}

export async function bytes(url: string): Promise<Buffer> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT) });
    if (answer.ok) return Buffer.from(await answer.arrayBuffer());
    throw new Error(`the server answers ${answer.status}`);
  } catch (cause) {
    throw refusal('PUBLISHED_UNREACHABLE', `${url} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
