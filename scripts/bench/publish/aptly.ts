import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, timed } from '../run.ts';
import type { Bench, Publisher } from './types.ts';

const AT_ONCE = 1000;

/** aptly: repository and snapshot are made before, and only `publish switch` (with its signatures) is measured. */
export function aptly({ library, size, folder, key }: Bench): Publisher {
  const root = join(folder, 'aptly');
  const config = join(folder, 'aptly.conf');
  const env = { GNUPGHOME: key.home };
  const call = (...args: string[]) => [`-config=${config}`, ...args];
  const signing = [`-gpg-key=${key.fingerprint}`, '-batch', '-skip-contents', '-skip-bz2'];
  const add = async (paths: readonly string[]) => {
    for (let at = 0; at < paths.length; at += AT_ONCE)
      await run('aptly', call('repo', 'add', 'bench', ...paths.slice(at, at + AT_ONCE)), { env });
  };
  let [number, now] = [0, ''];
  const snapshot = async () => {
    number += 1;
    await run('aptly', call('snapshot', 'create', `s${number}`, 'from', 'repo', 'bench'), { env });
    return `s${number}`;
  };
  return {
    peer: 'aptly',
    ...(size > 20_000 ? { runs: 2 } : {}),
    prepare: async () => {
      await mkdir(root, { recursive: true });
      await writeFile(config, JSON.stringify({ rootDir: root, architectures: ['amd64'], gpgProvider: 'gpg' }));
      await run('aptly', call('repo', 'create', '-distribution=bookworm', 'bench'), { env });
      await add(library.books.map(({ path }) => path));
      await run('aptly', call('publish', 'snapshot', ...signing, await snapshot()), { env });
    },
    run: async (change) => {
      now ||= library.books.find(({ name }) => name === change.name)?.version ?? '';
      await run('aptly', call('repo', 'remove', 'bench', `${change.name} (= ${now})`), { env });
      await add([change.path]);
      now = change.version;
      const next = await snapshot();
      return (await timed('aptly', call('publish', 'switch', ...signing, 'bookworm', next), { env })).ms;
    },
  };
}
