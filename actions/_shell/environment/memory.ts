import { readFile, writeFile } from 'node:fs/promises';
import type { Abilities, Change, Outcome, Port } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';
import type { EnvironmentProvider, Limits, ThrowAwaySystem } from '#shell/environment/ports.ts';

/** What a program does to the system in memory. */
export type Program = (argv: readonly string[], system: MemorySystem, limits: Limits) => Partial<Outcome> | undefined;

export interface MemorySystem {
  /** Path → content. Delete one to remove it. */
  readonly files: Map<string, Uint8Array>;
  readonly modes: Map<string, number>;
  readonly ports: Port[];
  booted: boolean;
}

export interface MemoryOptions {
  readonly abilities?: Abilities;
  /** Asked in turn; a program that nobody knows is 127, as a shell says it. */
  readonly programs?: readonly Program[];
  /** What the self-test finds. */
  readonly unsound?: readonly string[];
}

/** Systems that are values in memory, for tests that are not about the system. `made` are all that were created. */
export function memoryProvider({ abilities, programs = [], unsound = [] }: MemoryOptions = {}): EnvironmentProvider & {
  readonly made: readonly { readonly system: MemorySystem; readonly destroyed: () => boolean }[];
} {
  const can: Abilities = abilities ?? { services: true, networkCut: true, secondSystem: true };
  const made: { system: MemorySystem; destroyed: () => boolean }[] = [];
  return {
    name: 'memory',
    made,
    detect: async () => ({ available: true, abilities: can }),
    ensureImage: async (image) => ({ image, sha256: '0'.repeat(64), root: '/nowhere' }),
    create: async () => {
      const system: MemorySystem = { files: new Map(), modes: new Map(), ports: [], booted: false };
      const handle = inMemory(system, can, programs, unsound, `memory-${made.length + 1}`);
      made.push({ system, destroyed: () => handle.gone() });
      return handle.face;
    },
  };
}

function inMemory(
  system: MemorySystem,
  abilities: Abilities,
  programs: readonly Program[],
  unsound: readonly string[],
  name: string,
): { readonly face: ThrowAwaySystem; readonly gone: () => boolean } {
  let gone = false;
  const run = async (argv: readonly string[], limits: Limits = {}): Promise<Outcome> => {
    if (gone) return { code: 137, stdout: '', stderr: 'destroyed' };
    for (const program of programs) {
      const outcome = program(argv, system, limits);
      if (outcome !== undefined) return { code: 0, stdout: '', stderr: '', ...outcome };
    }
    return { code: 127, stdout: '', stderr: `${argv[0] ?? ''}: not found` };
  };
  const face: ThrowAwaySystem = {
    name,
    abilities,
    pace: 1,
    run,
    writeFile: async (path, content, mode = 0o644) => {
      system.files.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
      system.modes.set(path, mode);
    },
    copyIn: async (from, to) => void system.files.set(to, await readFile(from)),
    copyOut: async (from, to) => {
      const content = system.files.get(from);
      if (content === undefined) throw refusal('ENVIRONMENT_FAULT', `${from} cannot be copied out: it is not there.`);
      await writeFile(to, content);
    },
    boot: async () => {
      system.booted = true;
    },
    listChanges: async () => [...system.files.entries()].map(([path, { length }]) => changeOf(path, length, system)),
    probePorts: async () => [...system.ports],
    selfTest: async () => [...unsound],
    destroy: async () => {
      gone = true;
    },
  };
  return { face, gone: () => gone };
}

function changeOf(path: string, size: number, { modes }: MemorySystem): Change {
  const mode = modes.get(path) ?? 0o644;
  return { kind: 'added', path, type: 'file', mode, uid: 0, gid: 0, size };
}
