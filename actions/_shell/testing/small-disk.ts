import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of its own that can really be full. Only the superuser may mount one. */
export function smallDisk(folder: string, bytes: number) {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=755`, 'tmpfs', folder]);
  const ballast = join(folder, 'ballast');
  return {
    /** Bytes of one block: the least that a file takes. */
    block: statfsSync(folder).bsize,
    /** Takes all but so many blocks. */
    leave: (blocks: number) => {
      rmSync(ballast, { force: true });
      const { bfree, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bfree - blocks) * bsize));
    },
    relieve: () => rmSync(ballast, { force: true }),
    close: () => execFileSync('umount', ['--lazy', folder]),
  };
}
