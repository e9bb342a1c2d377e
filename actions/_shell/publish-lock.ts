import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusal } from '#core/fault-codes.ts';

/** Without a sign of life for this long, a publisher on another machine is dead, ms. */
const SILENT = 600_000;
const BEAT = 60_000;
/** Nobody needs longer to remove a dead publisher's lock, ms. */
const TAKEOVER = 10_000;

/**
 * One publisher at a time: the lock is a file that is created or is there already, in one step. Whoever finds it waits, and
 * then reads refs that are newer than what the other published; so `work` must read them itself. The lock of a dead process
 * is taken over.
 * @param patience ms to wait for the other one
 * @throws ProvisioningError PUBLISH_BUSY
 */
export async function withPublishLock<T>(store: string, work: () => Promise<T>, patience = SILENT): Promise<T> {
  await mkdir(store, { recursive: true });
  const lock = join(store, 'publish.lock');
  const me = JSON.stringify({ host: hostname(), pid: process.pid, started: await startOf(process.pid) });
  const until = performance.now() + patience;
  while (!(await create(lock, me))) {
    if (await isDead(lock)) await takeOver(lock);
    else if (performance.now() > until) throw refusal('PUBLISH_BUSY', 'Another publisher holds the store.');
    else await sleep(100);
  }
  const beat = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), BEAT);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await text(lock)) === me) await rm(lock, { force: true });
  }
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(content);
    await file.close();
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

/** Of this machine's processes the number alone says little: it is given again. An empty lock is being written. */
async function isDead(lock: string): Promise<boolean> {
  const [held, age] = [await text(lock), await ageOf(lock)];
  if (held === undefined || age === undefined) return false;
  if (held === '') return age > TAKEOVER;
  const { host, pid, started } = JSON.parse(held) as { host: string; pid: number; started: string };
  return host === hostname() ? (await startOf(pid)) !== started : age > SILENT;
}

/** By one at a time, who looks again: else a lock that somebody took over meanwhile could be removed. */
async function takeOver(lock: string): Promise<void> {
  const guard = `${lock}.takeover`;
  if (!(await create(guard, ''))) {
    if (((await ageOf(guard)) ?? 0) > TAKEOVER) await rm(guard, { force: true });
    else await sleep(20);
    return;
  }
  try {
    if (await isDead(lock)) await rm(lock, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

function text(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

async function ageOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? undefined : Date.now() - found.mtimeMs;
}

/** When a process began, in the kernel's ticks; undefined when there is none (proc(5), stat, field 22). */
async function startOf(pid: number): Promise<string | undefined> {
  return (await text(`/proc/${pid}/stat`))?.replace(/^.*\) /s, '').split(' ')[19];
}
