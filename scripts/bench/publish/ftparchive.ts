import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { timed } from '../run.ts';
import type { Bench, Publisher } from './types.ts';

/** apt-ftparchive `packages` with gzip and `release`, unsigned; with its cache, or cold. */
export function ftparchive({ library, size, folder }: Bench, way: 'db' | 'cold'): Publisher {
  const root = join(folder, 'ftparchive');
  const [index, db] = [join(root, 'dists/bookworm/main/binary-amd64'), join(root, 'cache.db')];
  const script = `apt-ftparchive ${way === 'db' ? `--db "$1"` : ''} packages pool > "$2/Packages" && gzip -kf "$2/Packages" && apt-ftparchive release dists/bookworm > dists/bookworm/Release.new && mv dists/bookworm/Release.new dists/bookworm/Release`;
  const publish = async () => (await timed('sh', ['-c', script, 'sh', db, index], { cwd: root })).ms;
  let now = '';
  return {
    peer: way === 'db' ? 'apt-ftparchive --db' : 'apt-ftparchive',
    ...(way === 'cold' || size > 20_000 ? { runs: size > 20_000 ? 1 : 3 } : {}),
    prepare: async () => {
      await rm(root, { recursive: true, force: true });
      await mkdir(join(root, 'pool'), { recursive: true });
      await mkdir(index, { recursive: true });
      await writeFile(join(root, 'placeholder'), '');
      for (const { path, file } of library.books) await link(path, join(root, 'pool', file));
      if (way === 'db') await publish();
    },
    run: async (change) => {
      const before = now || (library.books.find(({ name }) => name === change.name)?.file ?? '');
      await rm(join(root, 'pool', before));
      await link(change.path, join(root, 'pool', change.file));
      now = change.file;
      return publish();
    },
  };
}
