import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

/**
 * Reads an index and, some time later, what it names, as a mirror or a slow client does: everything must still be there
 * and be what was named.
 * @returns what was not, one sentence each
 */
export async function probeApt(sources: string, pause: number): Promise<readonly string[]> {
  const url = /^URIs: (.*)$/m.exec(sources)?.[1] ?? '';
  const suite = `${url}/dists/bookworm`;
  const release = (await get(`${suite}/InRelease`)).toString();
  const named = / ([0-9a-f]{64}) +\d+ (main\/binary-amd64\/Packages.gz)$/m.exec(release);
  if (named === null) return ['InRelease names no Packages.gz'];
  await sleep(pause);
  const byHash = /^Acquire-By-Hash: yes$/m.test(release);
  const path = byHash ? `main/binary-amd64/by-hash/SHA256/${named[1]}` : named[2];
  const packed = await get(`${suite}/${path}`);
  if (digest(packed) !== named[1]) return ['Packages.gz is not the one that InRelease names'];
  await sleep(pause);
  return payload(url, [
    ...gunzipSync(packed)
      .toString()
      .matchAll(/^Filename: (.*)$[\s\S]*?^SHA256: (.*)$/gm),
  ]);
}

/** The same for yum, through the mirror list when there is one. */
export async function probeYum(repo: string, pause: number): Promise<readonly string[]> {
  const mirrors = /^mirrorlist=(.*)$/m.exec(repo)?.[1]?.replaceAll('$basearch', 'x86_64');
  const listed = mirrors === undefined ? /^baseurl=(.*)$/m.exec(repo)?.[1] : (await get(mirrors)).toString();
  const url = (listed ?? '').trim().replace(/\/$/, '');
  const repomd = (await get(`${url}/repodata/repomd.xml`)).toString();
  await sleep(pause);
  const primary = repomd.slice(repomd.indexOf('<data type="primary">'));
  const named = /<checksum type="sha256">([0-9a-f]{64})/.exec(primary)?.[1];
  const packed = await get(`${url}/${/<location href="([^"]*)"/.exec(primary)?.[1]}`);
  if (digest(packed) !== named) return ['primary is not the one that repomd.xml names'];
  await sleep(pause);
  const open = gunzipSync(packed).toString();
  const rows = [...open.matchAll(/pkgid="YES">([0-9a-f]{64})<[\s\S]*?<location href="([^"]*)"/g)];
  return payload(url, rows.map(([whole, sha256, path]) => [whole, path, sha256])); // biome-ignore format: one line
}

/** A few packages of the index, the newest state's own among them, fetched whole. */
async function payload(url: string, rows: readonly (readonly (string | undefined)[])[]): Promise<readonly string[]> {
  const some = rows.filter(([, path], index) => path?.includes('part137') || index % 200 === 0);
  const checked = some.map(async ([, path, sha256]) =>
    digest(await get(`${url}/${path}`)) === sha256 ? [] : [`${path} is not the one that the index names`],
  );
  return rows.length === 0 ? ['the index is empty'] : (await Promise.all(checked)).flat();
}

async function get(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} ${url.replace(/^https?:\/\/[^/]*/, '')}`);
  return Buffer.from(await answer.arrayBuffer());
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
