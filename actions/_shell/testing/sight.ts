import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Everything of a served folder that a client can come to from a pointer, as one text: where two are alike, no client can
 * tell the difference. What is written beside, or named by nothing, is not in it; nor is the pool, which `poolPicture` shows.
 */
export function sight(store: string): string {
  const paths = readdirSync(join(store, 'sw'), { recursive: true, encoding: 'utf8' }).map((path) => `sw/${path}`);
  const served = paths.filter((path) => !/\/snapshots\/|\.new-[0-9a-f]+|\/pool(\/|$)|\/by-hash\//.test(path));
  const pointers = served.filter((path) => /\/(InRelease|Release(\.gpg)?|Packages\.\w+|mirrorlist)$/.test(path));
  const seen = pointers.flatMap((path) => {
    const text = readFileSync(join(store, path), 'latin1');
    const named = [...text.matchAll(/^ ([0-9a-f]{64}) +\d+ (.*)\/[^/]+$/gm)].map(
      ([, sha256, folder]) => `${path.replace(/[^/]+$/, '')}${folder}/by-hash/SHA256/${sha256}`,
    );
    const mirrors = [...text.matchAll(/^https?:\/\/[^/]+\/(.*\/snapshots\/[0-9a-f]{64})\/$/gm)];
    return [digestOf(store, path), ...named.map((one) => digestOf(store, one)), ...mirrors.flatMap(([, root]) => folderOf(store, `${root}/repodata`))]; // biome-ignore format: one thought
  });
  const plain = served.filter((path) => path.endsWith('/repodata')).flatMap((path) => folderOf(store, path));
  return [...seen, ...plain].sort().join('\n');
}

/** Name and digest of everything in the pool: nothing is ever lost or changed there. */
export function poolPicture(store: string): string {
  const files = readdirSync(join(store, 'pool'), { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  return files
    .map((one) => digestOf(store, join(one.parentPath, one.name).slice(store.length + 1)))
    .sort()
    .join('\n');
}

function folderOf(store: string, folder: string): readonly string[] {
  return readdirSync(join(store, folder))
    .filter((name) => !name.includes('.new-'))
    .map((name) => digestOf(store, `${folder}/${name}`));
}

function digestOf(store: string, path: string): string {
  try {
    const bytes = readFileSync(join(store, path));
    const known = /(Release(\.gpg)?|repomd\.xml\.asc)$/.test(path) ? undated(bytes.toString('latin1')) : bytes;
    return `${createHash('sha256').update(known).digest('hex')} ${path}`;
  } catch {
    return `missing ${path}`;
  }
}

/** Dates and signatures differ from run to run; one that is cut short differs from a whole one. */
function undated(text: string): string {
  return text
    .replace(/^(Date|Valid-Until): .*$/gm, '')
    .replace(/(?<=BEGIN PGP SIGNATURE-----)[\s\S]*(?=-----END PGP)/, '');
}
