import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, timed } from '../run.ts';
import type { Bench, Publisher } from './types.ts';

/** Files named in one start: the system bounds the length of a command line. */
const AT_ONCE = 1000;

/** reprepro: the package is included before, and only the export (with its signatures) is measured. */
export function reprepro({ library, size, folder, key }: Bench): Publisher {
  const root = join(folder, 'reprepro');
  const call = (...args: string[]) => ['-b', root, '--silent', ...args];
  const env = { GNUPGHOME: key.home };
  const include = async (paths: readonly string[]) => {
    for (let at = 0; at < paths.length; at += AT_ONCE) {
      const some = paths.slice(at, at + AT_ONCE);
      await run('reprepro', call('--export=silent-never', 'includedeb', 'bookworm', ...some), { env });
    }
  };
  const publish = async () => (await timed('reprepro', call('export', 'bookworm'), { env })).ms;
  return {
    peer: 'reprepro',
    ...(size > 20_000 ? { runs: 3 } : {}),
    prepare: async () => {
      await mkdir(join(root, 'conf'), { recursive: true });
      const facts = { Codename: 'bookworm', Suite: 'bookworm', Architectures: 'amd64', Components: 'main' };
      const fields = Object.entries({ ...facts, SignWith: key.fingerprint });
      await writeFile(join(root, 'conf/distributions'), fields.map(([name, value]) => `${name}: ${value}\n`).join(''));
      await include(library.books.map(({ path }) => path));
      await publish();
    },
    run: async (change) => {
      await include([change.path]);
      return publish();
    },
  };
}
