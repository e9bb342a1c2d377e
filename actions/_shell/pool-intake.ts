import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fault, throwAll } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { type Fragment, poolPath } from '#core/repository/fragment.ts';
import { syncFolder, writeDurably } from './durable.ts';
import type { Incoming } from './pool.ts';
import { describeAll } from './pool-tools.ts';

/** No `%` (servers decode it), no slash, no leading dot or dash. */
const FILE = { deb: /^[A-Za-z0-9][A-Za-z0-9._+~:-]*\.deb$/, rpm: /^[A-Za-z0-9][A-Za-z0-9._+~^:-]*\.rpm$/ };

/**
 * Copies, describes, then renames whole folders into place: an object and its fragment appear together or not at all.
 * What another process put there meanwhile stays.
 */
export async function takeIn(store: string, incoming: readonly Incoming[]): Promise<void> {
  throwAll(incoming.filter(({ file, format }) => !FILE[format].test(file)).map(badName));
  await mkdir(join(store, 'pool'), { recursive: true });
  const aside = await mkdtemp(join(store, 'pool', '.incoming-'));
  try {
    const faults: Fault[] = [];
    for (const one of incoming) faults.push(...(await copy(one, aside)));
    throwAll(faults);
    const fragments = await describeAll(aside, incoming);
    for (const { sha256 } of incoming) await settle(store, aside, fragments.get(sha256) as Fragment);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Bytes are hashed on the way, so what is in the pool is what was checked. */
async function copy({ path, sha256, file }: Incoming, aside: string): Promise<readonly Fault[]> {
  await mkdir(join(aside, sha256));
  const hash = createHash('sha256');
  const target = await open(join(aside, sha256, file), 'wx', 0o644);
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await target.writeFile(chunk);
    }
    await target.sync();
  } finally {
    await target.close();
  }
  const found = hash.digest('hex');
  return found === sha256 ? [] : [wrongDigest(file, sha256, found)];
}

async function settle(store: string, aside: string, fragment: Fragment): Promise<void> {
  await writeDurably(join(aside, fragment.sha256, 'fragment.json'), `${JSON.stringify(fragment)}\n`);
  const place = join(store, dirname(poolPath(fragment.sha256, fragment.file)));
  await mkdir(dirname(place), { recursive: true });
  try {
    await rename(join(aside, fragment.sha256), place);
  } catch (cause) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
  }
  await syncFolder(dirname(place));
}

function badName({ file, format }: Incoming): Fault {
  return fault('POOL_NAME', `"${file}" cannot be the name of a ${format} package in the pool.`);
}

function wrongDigest(file: string, wanted: string, found: string): Fault {
  return fault('POOL_DIGEST', `${file} has sha256 ${found}, not ${wanted}.`);
}
