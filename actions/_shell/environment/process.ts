import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { Outcome } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';
import type { ProvisioningError } from '#core/faults.ts';

export interface RunOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly input?: string | Uint8Array;
  /** File that takes standard output instead, byte for byte. */
  readonly outputTo?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Bytes kept of each stream; what a program says beyond is dropped. */
const KEPT = 4 * 1024 * 1024;
/** Milliseconds of silence after a program's end, while a daemon it left behind still holds our pipes. */
const LINGER = 200;

const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'http_proxy', 'https_proxy', 'no_proxy'];

/** What programs get of our own environment: no token of an input, no secret. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(kept), LC_ALL: 'C.UTF-8' };
}

/** Runs a program from an argument vector. A failing program is a value, one that cannot be started an error. */
export async function runProcess(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  if (options.outputTo === undefined) return start(argv, options, 'pipe');
  const file = await open(options.outputTo, 'w');
  try {
    return await start(argv, options, file.fd);
  } finally {
    await file.close();
  }
}

function start(
  [file = '', ...args]: readonly string[],
  options: RunOptions,
  output: 'pipe' | number,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { ...(options.env ?? cleanEnvironment()) },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdio: ['pipe', output, 'pipe'],
    });
    const heard = { stdout: '', stderr: '' };
    let [late, ended]: [boolean, number | undefined] = [false, undefined];
    let linger: NodeJS.Timeout | undefined;
    const limit = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, options.timeout ?? 120_000);
    const finish = (): void => {
      clearTimeout(limit);
      clearTimeout(linger);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ code: late ? 124 : (ended ?? 137), ...heard });
    };
    const wait = (): void => {
      clearTimeout(linger);
      linger = setTimeout(finish, LINGER);
    };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        if (heard[name].length < KEPT) heard[name] += text;
        if (linger !== undefined) wait();
      });
    }
    child.once('error', (cause) => {
      clearTimeout(limit);
      reject(missing(file, cause));
    });
    child.once('exit', (code) => {
      ended = code ?? undefined;
      wait();
    });
    child.once('close', finish);
    child.stdin?.on('error', () => {}).end(options.input ?? '');
  });
}

/** As runProcess, for our own tools: a failure is PROCESS_FAILED with the last lines it said. */
export async function mustRun(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runProcess(argv, options);
  if (code === 0) return stdout;
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n');
  throw refusal('COMMAND_FAILED', `${argv.slice(0, 3).join(' ')} ended with ${code}: ${said}`);
}

function missing(file: string, cause: Error): ProvisioningError {
  return refusal('COMMAND_MISSING', `${file} cannot be started: ${cause.message}.`, { cause });
}
