import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type RunningForge, startForge } from '#scripts/forge/start.ts';
import { type Runner, startRunner } from '#scripts/runner/runner.ts';
import { serveFolder } from '#scripts/world/static.ts';
import { startWorld, type World } from '#scripts/world/world.ts';
import { cacheFolder } from '#shell/environment/cache.ts';
import { BEGIN, ORG, type Part, REPO } from './cast.ts';
import { furnish, populate, RUNS_ON } from './furnish.ts';
import type { Opening } from './opening.ts';
import type { Person, Place } from './person.ts';

/** The whole house on one machine: forge, runner, providers, the published repositories, and the people. */
export interface LocalWorld {
  readonly forge: RunningForge;
  readonly runner: Runner;
  readonly world: World;
  readonly place: Place;
  readonly people: Readonly<Record<Part, Person>>;
  /** Folder of the published store, and where it is served. */
  readonly store: string;
  readonly publicUrl: string;
  /** `<forge>/umd/release` */
  readonly pagesUrl: string;
  /** What the runner had to say (faults of its own, not of jobs). */
  readonly told: string[];
  close(): Promise<void>;
}

export interface LocalWorldOptions {
  /** Made anew. */
  readonly dir: string;
  /** How the release repo stands when it begins. */
  readonly opening: Opening;
  readonly ports?: { readonly forge?: number; readonly store?: number; readonly world?: number };
  readonly say?: (line: string) => void;
  /** Variables for every job: tests choose an environment with it. */
  readonly env?: Readonly<Record<string, string>>;
}

const CHECKOUT = resolve(import.meta.dirname, '../..');

/** Starts everything and seeds the release repo from this checkout. Closes what it opened when something fails. */
export async function startLocalWorld({
  dir,
  opening,
  ports = {},
  say = () => {},
  env = {},
}: LocalWorldOptions): Promise<LocalWorld> {
  rmSync(dir, { recursive: true, force: true });
  const store = join(dir, 'store');
  mkdirSync(store, { recursive: true });
  const open: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of open.splice(0).reverse()) await end();
  };
  try {
    say('technology providers: signed apt and yum repositories');
    const world = await startWorld({
      dir: join(dir, 'world'),
      date: '20260601',
      progress: say,
      ...(ports.world === undefined ? {} : { port: ports.world }),
    });
    open.push(() => world.close());
    const published = await serveFolder(store, ports.store === undefined ? {} : { port: ports.store });
    open.push(() => published.close());
    say('forge: people, teams, the release repo');
    const forge = await startForge({
      dir: join(dir, 'forge'),
      now: BEGIN,
      ...(ports.forge === undefined ? {} : { port: ports.forge }),
    });
    open.push(() => forge.close());
    const people = await populate(forge);
    await furnish(forge, world, { store, publicUrl: published.url, dir, checkout: CHECKOUT, opening });
    say('runner: this machine');
    const told: string[] = [];
    const labels = ['ubuntu-latest', 'self-hosted', 'linux', 'x64', ...RUNS_ON];
    const runner = await startRunner({
      forgeUrl: forge.url,
      runnerToken: forge.runnerToken,
      dir: join(dir, 'runner'),
      labels,
      // A job's home is its own and empty; golden images were built before the journey, in the cache of this machine.
      env: { UMD_CACHE: cacheFolder(), ...env },
      limits: { 'umd-verification': 4 },
      tell: (line) => told.push(line),
    });
    open.push(() => runner.close());
    const place = { owner: ORG, repo: REPO };
    return {
      forge,
      runner,
      world,
      place,
      people,
      store,
      publicUrl: published.url,
      pagesUrl: `${forge.url}/${ORG}/${REPO}`,
      told,
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}
