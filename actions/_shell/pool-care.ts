import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { type Fragment, poolPath } from '#core/repository/fragment.ts';
import { writeDurably } from './durable.ts';
import { TEXT_FILES } from './pool-texts.ts';
import { describeAll } from './pool-tools.ts';

interface Kept {
  readonly sha256: string;
  readonly file: string;
  readonly format: 'rpm' | 'deb';
}

const TEXTS: ReadonlySet<string> = new Set(Object.values(TEXT_FILES));
/** Packages described by one start of the field's tools. */
const BATCH = 500;

/**
 * Reads every package of a pool again: are its bytes those of its name, and is its fragment what the field's tools say of
 * it today? Changes nothing.
 */
export async function verifyPool(
  store: string,
): Promise<{ readonly packages: number; readonly faults: readonly Fault[] }> {
  const { kept, sound, faults } = await inventory(store);
  for (const { one, now, before } of await describeKept(store, sound)) {
    if (before === undefined) faults.push(fault('POOL_MISSING', `${place(one)} has no fragment that can be read.`));
    else if (before !== now)
      faults.push(fault('POOL_MISMATCH', `${place(one)} is described otherwise than its fragment.`));
  }
  return { packages: kept.length, faults };
}

/**
 * Makes fragments anew where they are missing or other than the field's tools say today, and forgets what was rendered
 * from them, so that repositories show it when they change next. Packages are never touched: one with other bytes than
 * its name is told and left. Not while somebody publishes.
 * @returns sha256 of the packages whose fragments were written
 */
export async function rebuildPool(
  store: string,
): Promise<{ readonly packages: number; readonly written: readonly string[]; readonly faults: readonly Fault[] }> {
  const { kept, sound, faults } = await inventory(store);
  const written: string[] = [];
  for (const { one, now, before } of await describeKept(store, sound)) {
    if (before === now) continue;
    await writeDurably(join(store, poolPath(one.sha256, 'fragment.json')), now);
    written.push(one.sha256);
  }
  if (written.length > 0) await rm(join(store, 'cache'), { recursive: true, force: true });
  return { packages: kept.length, written, faults };
}

/** Everything in a pool, and what of it has the bytes of its name. */
async function inventory(store: string) {
  const { kept, texts, faults } = await listed(store);
  for (const { sha256, file } of texts) {
    const found = await digestOf(join(store, poolPath(sha256, file)));
    if (found !== sha256) faults.push(fault('POOL_DIGEST', `${poolPath(sha256, file)} has sha256 ${found}.`));
  }
  const sound: Kept[] = [];
  for (const one of kept) {
    const found = await digestOf(join(store, place(one)));
    if (found === one.sha256) sound.push(one);
    else faults.push(fault('POOL_DIGEST', `${place(one)} has sha256 ${found}.`));
  }
  return { kept, sound, faults };
}

interface Listed {
  readonly kept: readonly Kept[];
  /** Groups and modules of providers, metadata of bases. */
  readonly texts: readonly Pick<Kept, 'sha256' | 'file'>[];
  readonly faults: Fault[];
}

async function listed(store: string): Promise<Listed> {
  const kept: Kept[] = [];
  const texts: Pick<Kept, 'sha256' | 'file'>[] = [];
  const faults: Fault[] = [];
  const pool = join(store, 'pool');
  for (const start of (await readdir(pool).catch(() => [])).filter((name) => /^[0-9a-f]{2}$/.test(name)).sort()) {
    for (const sha256 of (await readdir(join(pool, start))).sort()) {
      const files = await readdir(join(pool, start, sha256)).catch(() => []);
      const [file] = files.filter((name) => /\.(rpm|deb)$/.test(name));
      const text = files.find((name) => TEXTS.has(name) || /^base(\.[a-z0-9]+)*$/.test(name));
      if (file === undefined && text !== undefined) texts.push({ sha256, file: text });
      else if (file === undefined) faults.push(fault('POOL_MISSING', `pool/${start}/${sha256} holds no package.`));
      else kept.push({ sha256, file, format: file.endsWith('.rpm') ? 'rpm' : 'deb' });
    }
  }
  return { kept, texts, faults };
}

/** What the tools say now, and the text that is kept. Links into a folder of their own, because the tools read folders. */
async function describeKept(store: string, kept: readonly Kept[]) {
  const described: { readonly one: Kept; readonly now: string; readonly before: string | undefined }[] = [];
  for (let at = 0; at < kept.length; at += BATCH) {
    const some = kept.slice(at, at + BATCH);
    const aside = await mkdtemp(join(store, 'pool', '.incoming-'));
    try {
      for (const { sha256, file } of some) {
        await mkdir(join(aside, sha256));
        await link(join(store, poolPath(sha256, file)), join(aside, sha256, file));
      }
      const fragments = await describeAll(aside, some);
      for (const one of some) {
        const now = `${JSON.stringify(fragments.get(one.sha256) as Fragment)}\n`;
        const before = await readFile(join(store, poolPath(one.sha256, 'fragment.json')), 'utf8').catch(
          () => undefined,
        );
        described.push({ one, now, before });
      }
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  }
  return described;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function place({ sha256, file }: Kept): string {
  return poolPath(sha256, file);
}
