import { link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { timed } from '../run.ts';
import type { Bench, Publisher } from './types.ts';

/** createrepo_c as sites run it, unsigned; `--update --skip-stat` is its quickest way, and cold what a first run takes. */
export function createrepo({ library, size, folder }: Bench, way: 'update' | 'cold'): Publisher {
  const root = join(folder, 'createrepo');
  const fast = way === 'update' ? ['--update', '--skip-stat'] : [];
  const publish = async () => (await timed('createrepo_c', ['-q', '--no-database', ...fast, root])).ms;
  let now = '';
  return {
    peer: way === 'update' ? 'createrepo_c --update --skip-stat' : 'createrepo_c',
    ...(way === 'cold' || size > 20_000 ? { runs: size > 20_000 ? 1 : 3 } : {}),
    prepare: async () => {
      await rm(root, { recursive: true, force: true });
      await mkdir(root, { recursive: true });
      for (const { path, file } of library.books) await link(path, join(root, file));
      if (way === 'update') await publish();
    },
    run: async (change) => {
      const before = now || (library.books.find(({ name }) => name === change.name)?.file ?? '');
      await rm(join(root, before));
      await link(change.path, join(root, change.file));
      now = change.file;
      return publish();
    },
  };
}
