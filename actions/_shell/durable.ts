import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/**
 * Only the disk is waited for: all other calls take microseconds, which is less than handing them to another thread would
 * take, and a publisher makes a hundred of them.
 */
const reachDisk = promisify(fsync);

/** A name beside the target, on the same file system, that no reader looks at. */
function beside(path: string): string {
  return `${path}.new-${randomBytes(6).toString('hex')}`;
}

/**
 * The bytes reach the disk under another name, then take their place by one rename: a reader sees the old or the new file
 * whole. That the name is there too after a power cut, is for `syncFolder`.
 */
export async function writeWhole(path: string, bytes: string | Uint8Array): Promise<void> {
  const aside = await writeBeside(path, bytes);
  takePlace(aside, path);
}

export async function writeDurably(path: string, bytes: string | Uint8Array): Promise<void> {
  await writeWhole(path, bytes);
  await syncFolder(dirname(path));
}

/** As `writeWhole` for what may be gone or cut short after a power cut. */
export function writeLoosely(path: string, bytes: Uint8Array): void {
  const aside = beside(path);
  try {
    const file = inItsFolder(aside, create);
    try {
      writeFileSync(file, bytes);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    rmSync(aside, { force: true });
    throw cause;
  }
  takePlace(aside, path);
}

/** A symbolic link is made beside and renamed over the old one: the path never leads nowhere. */
export function linkWhole(path: string, target: string): void {
  takePlace(linkBeside(path, target), path);
}

/** @returns the other name, for `takePlace` */
export async function writeBeside(path: string, bytes: string | Uint8Array): Promise<string> {
  const aside = beside(path);
  try {
    const file = inItsFolder(aside, create);
    try {
      writeFileSync(file, bytes);
      await reachDisk(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    rmSync(aside, { force: true });
    throw cause;
  }
  return aside;
}

/** @returns the other name, for `takePlace` */
export function linkBeside(path: string, target: string): string {
  const aside = beside(path);
  inItsFolder(aside, (name) => symlinkSync(target, name));
  return aside;
}

export function takePlace(aside: string, path: string): void {
  try {
    renameSync(aside, path);
  } catch (cause) {
    rmSync(aside, { force: true });
    throw cause;
  }
}

/**
 * As `takePlace`, dated at least a second later than what it replaces: web servers tell dates in whole seconds, and who asks
 * for a file of the same second with If-Modified-Since, as apt does, is told that it is what he has (RFC 9110, 13.1.3).
 */
export function takeLaterPlace(aside: string, path: string): void {
  const before = Math.floor((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) / 1000);
  if (before >= Math.floor(statSync(aside).mtimeMs / 1000)) utimesSync(aside, before + 1, before + 1);
  takePlace(aside, path);
}

/** A rename survives a power cut only when its folder is synced too. */
export async function syncFolder(path: string): Promise<void> {
  const folder = openSync(path, 'r');
  try {
    await reachDisk(folder);
  } finally {
    closeSync(folder);
  }
}

function create(path: string): number {
  return openSync(path, 'wx', 0o644);
}

/** The folder is there nearly always, so it is made only when it was missed. */
function inItsFolder<T>(path: string, make: (path: string) => T): T {
  try {
    return make(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    mkdirSync(dirname(path), { recursive: true });
    return make(path);
  }
}
