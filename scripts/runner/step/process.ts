import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** How long a process may take to obey: interrupted, then told to end, then killed. Milliseconds. */
const GRACE = { interrupt: 1500, terminate: 1000, pipes: 500 };

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // the group is gone already
  }
}

/** Whole lines of a stream; the last one also without its line end. */
function lines(stream: Readable, hear: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const parts = (rest + decoder.write(chunk)).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) hear(line.replace(/\r$/, ''));
  });
  stream.on('end', () => {
    const last = rest + decoder.end();
    rest = '';
    if (last !== '') hear(last);
  });
}

export type Exit = { code: number; aborted: boolean };

/** A process in a group of its own. When the signal comes the whole group goes: INT, TERM, KILL. */
export function runProcess(
  command: readonly [string, ...string[]],
  options: {
    cwd: string;
    env: { readonly [name: string]: string };
    signal: AbortSignal;
    hear: (line: string) => void;
  },
): Promise<Exit> {
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env as NodeJS.ProcessEnv,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timers: NodeJS.Timeout[] = [];
    lines(child.stdout, options.hear);
    lines(child.stderr, options.hear);
    const stop = () => {
      const pid = child.pid;
      if (pid === undefined) return;
      signalGroup(pid, 'SIGINT');
      timers.push(setTimeout(() => signalGroup(pid, 'SIGTERM'), GRACE.interrupt));
      timers.push(setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE.interrupt + GRACE.terminate));
    };
    const settle = (act: () => void) => {
      for (const timer of timers) clearTimeout(timer);
      options.signal.removeEventListener('abort', stop);
      act();
    };
    child.on('error', (error) => settle(() => reject(error)));
    let code = 1;
    const done = () => settle(() => resolve({ code, aborted: options.signal.aborted }));
    child.on('exit', (exitCode, killedBy) => {
      code = exitCode ?? (killedBy === null ? 1 : 128);
      if (options.signal.aborted && child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      // a background process may keep the pipes open; it lives until the job ends, but nobody waits for its words
      timers.push(setTimeout(done, GRACE.pipes));
    });
    child.on('close', done);
    if (options.signal.aborted) stop();
    else options.signal.addEventListener('abort', stop, { once: true });
  });
}

/** Kills every process that still carries the job's mark in its environment: nothing outlives a job. */
export function sweep(mark: string): number[] {
  const found: number[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid || !environ(pid).includes(mark)) continue;
    found.push(pid);
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended by itself
    }
  }
  return found;
}

function environ(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
