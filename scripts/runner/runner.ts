import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countActivity, openPlaces } from './activity.ts';
import { askRefs, dispatch } from './dispatch.ts';
import { openLibrary } from './library.ts';
import { clearLeftovers, keepLive } from './live.ts';
import { inherited, type Machine } from './machine.ts';
import { type Mirror, openMirror } from './mirror.ts';
import type { ForgeEvent } from './protocol.ts';
import { openGroups } from './run/groups.ts';
import { keepSchedules } from './schedules.ts';
import { openWire } from './wire.ts';

export type RunnerOptions = {
  /** The forge's base URL, no slash at the end. */
  forgeUrl: string;
  runnerToken: string;
  /** Mirrors, work folders, the place in the event stream. Removed by nobody: a runner that comes back goes on from there. */
  dir: string;
  /** `runs-on:` labels of this machine; by default GitHub's Linux ones and `self-hosted`. */
  labels?: readonly string[];
  /** Jobs at once, 4 by default. */
  concurrency?: number;
  /** Jobs at once that ask for a label, in places of their own beside the others: slow ones do not hold up quick ones. */
  limits?: { readonly [label: string]: number };
  /** Further variables for every job. */
  env?: { readonly [name: string]: string };
  /** Where the runner's own words go (faults, jobs no machine fits); nowhere by default. */
  tell?: (line: string) => void;
};

export type Runner = {
  /** Resolves when no event is unread and no run goes on; what waits for a person or a machine does not count. */
  idle: () => Promise<void>;
  /** Stops listening, cancels what runs, leaves no process behind. */
  close: () => Promise<void>;
};

const LABELS = ['ubuntu-latest', 'self-hosted', 'linux', 'x64'];
/** Seconds that one question for events may stay open; the clock is looked at as often. */
const LONG_POLL = 20;
const AFTER_FAULT = 500; // milliseconds

type Memory = { after: number; active: { [repository: string]: string } };

function recall(file: string): Memory {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Memory;
  } catch {
    return { after: 0, active: {} };
  }
}

function machineOf(options: RunnerOptions): Machine {
  const { forgeUrl, runnerToken, dir } = options;
  const mirrors = new Map<string, Mirror>();
  return {
    forgeUrl,
    runnerToken,
    wire: openWire(forgeUrl, runnerToken),
    dir,
    labels: options.labels ?? LABELS,
    env: { ...inherited(process.env), ...options.env },
    activity: countActivity(),
    places: openPlaces(options.concurrency ?? 4, options.limits ?? {}),
    groups: openGroups(),
    mirror(repository) {
      const mirror = mirrors.get(repository) ?? openMirror(forgeUrl, repository, runnerToken, join(dir, 'mirrors'));
      mirrors.set(repository, mirror);
      return mirror;
    },
    closeMirrors() {
      for (const mirror of mirrors.values()) mirror.close();
      mirrors.clear();
    },
    depths: new Map(),
    live: keepLive(dir),
    mark: `runner-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`,
    uploaded: new Set(),
    tell: options.tell ?? (() => undefined),
  };
}

/** Reads the forge's events and runs the workflows they start, until closed. @throws when the forge does not answer at all. */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  mkdirSync(join(options.dir, 'mirrors'), { recursive: true });
  const machine = machineOf(options);
  await clearLeftovers(options.dir, machine.mark, machine.wire);
  const library = openLibrary();
  const file = join(options.dir, 'events.json');
  const memory = recall(file);
  const schedules = keepSchedules(machine, library, memory.active, await machine.wire.clock());
  const stop = new AbortController();

  async function hear(event: ForgeEvent, refsOf: ReturnType<typeof askRefs>): Promise<void> {
    schedules.heard(event);
    if (event.event === 'clock') await schedules.tick(Date.parse(String(event.payload.now)));
    else await dispatch(machine, library, event, refsOf);
  }

  /** One answer of the forge. Events are taken in order; a fault in one does not hold up the next. */
  async function turn(): Promise<void> {
    const answer = await machine.wire.events(memory.after, LONG_POLL, stop.signal);
    await machine.activity.task(async () => {
      const refsOf = askRefs(machine);
      for (const event of answer.events) {
        await hear(event, refsOf).catch((cause: Error) =>
          machine.tell(`${event.event} of ${event.repository}: ${cause.message}`),
        );
      }
      memory.after = answer.seq;
      writeFileSync(file, JSON.stringify(memory));
      if (answer.events.length === 0) await schedules.tick(await machine.wire.clock());
    });
  }

  const loop = (async () => {
    while (!stop.signal.aborted) {
      await turn().catch(async (cause: Error) => {
        if (stop.signal.aborted) return;
        machine.tell(`the forge cannot be heard: ${cause.message}`);
        await sleep(AFTER_FAULT, undefined, { signal: stop.signal }).catch(() => undefined);
      });
    }
  })();

  return { idle: () => idle(machine, () => memory.after), close: () => close(machine, stop, loop) };
}

async function idle(machine: Machine, after: () => number): Promise<void> {
  for (;;) {
    await machine.activity.still();
    const { events } = await machine.wire.events(after(), 0);
    if (events.length === 0 && machine.activity.quiet()) return;
    if (machine.activity.quiet()) await sleep(2); // the loop is about to take them in
  }
}

async function close(machine: Machine, stop: AbortController, loop: Promise<void>): Promise<void> {
  stop.abort();
  await loop;
  machine.live.cancelAll('The runner was closed.');
  await machine.activity.still();
  while (machine.live.count() > 0) await sleep(5);
  machine.closeMirrors();
}
