import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Fault, ProvisioningError } from '#core/faults.ts';
import { type Fragment, poolPath } from '#core/repository/fragment.ts';
import { syncFolder, writeDurably } from './durable.ts';
import type { Incoming } from './pool.ts';
import { describeAll } from './pool-tools.ts';

/** No `%` (clients decode it), no slash, no leading dot or dash. */
const FILE = { deb: /^[A-Za-z0-9][A-Za-z0-9._+~:-]*\.deb$/, rpm: /^[A-Za-z0-9][A-Za-z0-9._+~^:-]*\.rpm$/ };

/**
 * Copies, describes, then renames whole folders into place: an object and its fragment appear together or not at all.
 * What another process put there meanwhile stays.
 */
export async function takeIn(store: string, incoming: readonly Incoming[]): Promise<void> {
  refuse(incoming.filter(({ file, format }) => !FILE[format].test(file)).map(badName));
  await mkdir(join(store, 'pool'), { recursive: true });
  const aside = await mkdtemp(join(store, 'pool', '.incoming-'));
  try {
    const faults: Fault[] = [];
    for (const one of incoming) faults.push(...(await copy(one, aside)));
    refuse(faults);
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

function refuse(faults: readonly Fault[]): void {
  const [first] = faults;
  if (first !== undefined) throw new ProvisioningError(first.code, first.sentence, first.hint, { faults });
}

function badName({ file, format }: Incoming): Fault {
  return {
    code: 'POOL_NAME',
    sentence: `"${file}" cannot be the name of a ${format} package in the pool.`,
    hint: `Letters, digits and . _ + ~ : - and at the end .${format}; a URL's %XX must be decoded or left out before.`,
  };
}

function wrongDigest(file: string, wanted: string, found: string): Fault {
  return {
    code: 'POOL_DIGEST',
    sentence: `${file} has sha256 ${found}, not ${wanted}.`,
    hint: 'It was changed or cut short on the way: fetch it again.',
  };
}
