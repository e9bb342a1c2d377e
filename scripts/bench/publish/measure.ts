import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHANGES, library, type PackageSet } from '../packages/library.ts';
import { median } from '../run.ts';
import { aptly } from './aptly.ts';
import { createrepo } from './createrepo.ts';
import { ftparchive } from './ftparchive.ts';
import { limit } from './limit.ts';
import { ours } from './ours.ts';
import { reprepro } from './reprepro.ts';
import type { Bench, Key, Publisher, Row } from './types.ts';

/** What is measured. */
export interface Wish {
  readonly set: PackageSet;
  readonly format: 'deb' | 'rpm';
  readonly size: number;
}

interface Circumstances {
  readonly runs: number;
  readonly key: Key;
  readonly say: Say;
}

export type Say = (line: string) => void;

export interface Measured {
  readonly rows: readonly Row[];
  readonly peakRssMib: number;
}

const PEERS = {
  deb: (bench: Bench) => [reprepro(bench), aptly(bench), ftparchive(bench, 'db'), ftparchive(bench, 'cold')],
  rpm: (bench: Bench) => [createrepo(bench, 'update'), createrepo(bench, 'cold')],
};

/**
 * Each peer is measured in turns with ours, because a machine is not equally busy all the time; a row compares medians
 * of the same minutes.
 */
export async function measure(wish: Wish, { runs, key, say }: Circumstances): Promise<Measured> {
  const { set, format, size } = wish;
  const books = await library(format, size, say, set);
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const bench: Bench = { library: books, size, folder, key };
  const rows: Row[] = [];
  try {
    say(`${set} ${format} ${size}: preparing ours`);
    const mine = ours(bench);
    await mine.prepare();
    const deck = turning(books.changes);
    const row = (peer: string, own: readonly number[], theirs: readonly number[]) => {
      const [ours_ms, peer_ms] = [round(median(own)), round(median(theirs))];
      rows.push({ set, format, packages: size, peer, ours_ms, peer_ms, ratio: round(ours_ms / peer_ms, 1000) });
      say(`${set} ${format} ${size} ${peer}: ours ${ours_ms} ms, theirs ${peer_ms} ms, ratio ${rows.at(-1)?.ratio}`);
    };
    const own: number[] = [];
    const bare: number[] = [];
    for (let at = 0; at < runs; at += 1) {
      own.push(await mine.run(deck()));
      bare.push(await limit([await mine.least()], bench));
    }
    row('limit', own, bare);
    for (const peer of PEERS[format](bench)) {
      say(`${set} ${format} ${size}: preparing ${peer.peer}`);
      await peer.prepare();
      row(peer.peer, ...(await inTurns(mine, peer, { runs: peer.runs ?? runs, deck, changes: books.changes })));
    }
    return { rows, peakRssMib: mine.peakRss() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Turns {
  readonly runs: number;
  readonly deck: () => Bench['library']['changes'][number];
  readonly changes: Bench['library']['changes'];
}

async function inTurns(
  mine: Publisher,
  peer: Publisher,
  { runs, deck, changes }: Turns,
): Promise<[number[], number[]]> {
  const [own, theirs]: [number[], number[]] = [[], []];
  for (let at = 0; at < Math.min(runs, CHANGES); at += 1) {
    own.push(await mine.run(deck()));
    theirs.push(await peer.run(changes[at] as (typeof changes)[number]));
  }
  return [own, theirs];
}

/** One change after the other. */
function turning<T>(items: readonly T[]): () => T {
  let at = 0;
  return () => items[at++ % items.length] as T;
}

export function round(value: number, parts = 10): number {
  return Math.round(value * parts) / parts;
}
