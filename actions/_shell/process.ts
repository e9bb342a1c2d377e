import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { Outcome } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';

/** The one place where programs are started: an argument vector, an environment that is given, never a shell's string. */
interface StartOptions {
  readonly cwd?: string;
  /** The whole environment; a clean one unless given. */
  readonly env?: NodeJS.ProcessEnv;
  /** One that is promised is given when it is there; the program starts at once, and is killed when it never comes. */
  readonly input?: Input | Promise<Input>;
  /** Milliseconds until the program is killed; without it there is none. */
  readonly timeout?: number;
  /** Bytes kept of each stream; what a program says beyond is dropped. */
  readonly kept?: number;
  /** Milliseconds of silence after the program's end, while a daemon it left behind still holds our pipes; without it we wait. */
  readonly linger?: number;
  /** Descriptor that takes standard output instead. */
  readonly output?: number;
}

type Input = string | Uint8Array;

interface Ended {
  /** Exit status; 124 when the time limit ended it, 137 when a signal did. */
  readonly code: number;
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface RunOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly input?: string | Uint8Array;
  /** File that takes standard output instead, byte for byte. */
  readonly outputTo?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const KEPT = 4 * 1024 * 1024;
const LINGER = 200;
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'http_proxy', 'https_proxy', 'no_proxy', 'SSL_CERT_FILE'];

/** What programs get of our own environment: no token of an input, no secret, no NODE_*. */
export function cleanEnvironment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(kept), LC_ALL: 'C.UTF-8', TZ: 'UTC', ...added };
}

/** Runs a program from an argument vector. A failing program is a value, one that cannot be started an error. */
export async function runProcess(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { outputTo, timeout = 120_000, ...rest } = options;
  const file = outputTo === undefined ? undefined : await open(outputTo, 'w');
  try {
    const output = file === undefined ? {} : { output: file.fd };
    const { code, stdout, stderr } = await start(argv, { ...rest, ...output, timeout, kept: KEPT, linger: LINGER });
    return { code, stdout: stdout.toString(), stderr: stderr.toString() };
  } finally {
    await file?.close();
  }
}

/** As runProcess, for our own tools: a failure is COMMAND_FAILED with the last lines it said. */
export async function mustRun(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runProcess(argv, options);
  if (code === 0) return stdout;
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n');
  throw refusal('COMMAND_FAILED', `${argv.slice(0, 3).join(' ')} ended with ${code}: ${said}`);
}

/** @throws ProvisioningError COMMAND_MISSING when it cannot be started */
export function start(argv: readonly string[], options: StartOptions = {}): Promise<Ended> {
  const [file = '', ...args] = argv;
  const { cwd, env = cleanEnvironment(), input = '', timeout, kept = Number.POSITIVE_INFINITY, linger } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, cwd, stdio: ['pipe', options.output ?? 'pipe', 'pipe'] });
    const heard = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const bytes = { stdout: 0, stderr: 0 };
    let [late, ended]: [boolean, { code: number | null; signal: string | null } | undefined] = [false, undefined];
    let lingering: NodeJS.Timeout | undefined;
    const kill = () => {
      late = true;
      child.kill('SIGKILL');
    };
    const limit = timeout === undefined ? undefined : setTimeout(kill, timeout);
    const finish = (): void => {
      clearTimeout(limit);
      clearTimeout(lingering);
      child.stdout?.destroy();
      child.stderr?.destroy();
      const [stdout, stderr] = [Buffer.concat(heard.stdout), Buffer.concat(heard.stderr)];
      resolve({ code: late ? 124 : (ended?.code ?? 137), signal: ended?.signal ?? null, stdout, stderr });
    };
    const wait = (): void => {
      clearTimeout(lingering);
      if (linger !== undefined) lingering = setTimeout(afterReading, linger);
    };
    // On a busy machine the timer may be due before what waits in the pipes was read: one round of reading more.
    const afterReading = (): void => {
      const before = bytes.stdout + bytes.stderr;
      setImmediate(() => (bytes.stdout + bytes.stderr === before ? finish() : wait()));
    };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (part: Buffer) => {
        if (bytes[name] < kept) heard[name].push(part);
        bytes[name] += part.length;
        if (ended !== undefined) wait();
      });
    }
    child.once('error', (cause) => {
      clearTimeout(limit);
      reject(refusal('COMMAND_MISSING', `${file} cannot be started: ${cause.message}.`, { cause }));
    });
    child.once('exit', (code, signal) => {
      ended = { code, signal };
      wait();
    });
    child.once('close', finish);
    child.stdin?.on('error', () => {}); // a program that does not read its input says so by its exit status
    if (input instanceof Promise) void input.then((late) => child.stdin?.end(late), kill);
    else child.stdin?.end(input);
  });
}
