import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptClient, dnfClient, zypperClient } from '#shell/testing/package-managers.ts';
import { type Library, library } from '../packages/library.ts';
import { withKey } from '../publish/key.ts';
import { probeApt, probeYum } from './probe.ts';
import { type PublisherName, type Republishing, START } from './publishers.ts';
import { slowCaches, slowServer } from './server.ts';

export interface RaceRow {
  readonly publisher: PublisherName;
  readonly client: string;
  readonly delay_ms: number;
  readonly runs: number;
  readonly failures: number;
  /** States published meanwhile. */
  readonly published: number;
  /** The first failure, shortened. */
  readonly said?: string;
}

export type Through = 'nothing' | 'caches';

interface Course {
  readonly publisher: PublisherName;
  readonly runs: number;
  readonly delays: readonly number[];
  /** What clients ask: the server itself, or two caches before nginx as it is shipped, which of the two is chance. */
  readonly through: Through;
  readonly say: (line: string) => void;
}

const PACKAGES = 500;

/** Real clients with fresh caches, and a probe, read in a loop while somebody publishes as fast as he can. */
export async function race({ publisher, runs, delays, through, say }: Course): Promise<readonly RaceRow[]> {
  const [deb, rpm] = [await library('deb', PACKAGES, say), await library('rpm', PACKAGES, say)];
  const rows: RaceRow[] = [];
  for (const delay of delays) rows.push(...(await lap({ publisher, runs, delay, through, deb, rpm, say })));
  return rows;
}

interface Lap extends Omit<Course, 'delays'> {
  readonly delay: number;
  readonly deb: Library;
  readonly rpm: Library;
}

async function lap({ publisher, runs, delay, through, deb, rpm, say }: Lap): Promise<readonly RaceRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'race-'));
  const root = join(folder, 'store');
  await mkdir(root);
  const server = through === 'caches' ? await slowCaches(root, folder, delay) : await slowServer(root, () => delay);
  try {
    return await withKey(async (key) => {
      const busy = await START[publisher]({ folder, root, url: server.url, key, deb, rpm });
      try {
        const racers = racersOf(busy, folder, delay);
        const loops = racers.map(([client, once]) =>
          loop(once, runs, (row) => say(`${publisher} ${client} ${delay} ms: ${row}`)),
        );
        const results = await Promise.all(loops);
        const published = busy.published();
        return racers.map(([client], index) => ({
          ...{ publisher, client, delay_ms: delay, runs, published },
          ...(results[index] as (typeof results)[number]),
        }));
      } finally {
        await busy.stop();
      }
    });
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Racer = readonly [client: string, once: () => Promise<void>];

function racersOf({ sources, repo }: Republishing, folder: string, delay: number): readonly Racer[] {
  const fresh = async (work: (root: string) => Promise<void>) => {
    const root = await mkdtemp(join(folder, 'client-'));
    await work(root).finally(() => rm(root, { recursive: true, force: true }));
  };
  const found = async (faults: Promise<readonly string[]>) => {
    const [first] = await faults;
    if (first !== undefined) throw new Error(first);
  };
  return [
    ...(sources === undefined
      ? []
      : ([
          ['apt-get update', () => fresh((root) => aptClient(root, sources).refresh())],
          ['probe of apt', () => found(probeApt(sources, delay))],
        ] as const)),
    ...(repo === undefined
      ? []
      : ([
          ['dnf makecache', () => fresh((root) => dnfClient(root, repo).refresh())],
          ['zypper refresh', () => fresh((root) => zypperClient(root, repo).refresh())],
          ['probe of yum', () => found(probeYum(repo, delay))],
        ] as const)),
  ];
}

async function loop(once: () => Promise<void>, runs: number, say: (line: string) => void) {
  let [failures, said] = [0, ''];
  for (let run = 1; run <= runs; run += 1) {
    await once().catch((cause: Error) => {
      failures += 1;
      said ||= cause.message.split('\n').filter((line) => /^(E|W|Error|error|\d{3}):? /.test(line) || !line.startsWith('Command')).join(' ').slice(0, 300); // biome-ignore format: one thought
    });
    if (run % 25 === 0) say(`${run} runs, ${failures} failed`);
  }
  return { failures, ...(said === '' ? {} : { said }) };
}
