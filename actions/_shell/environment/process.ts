import { spawn } from 'node:child_process';
import { ProvisioningError } from '#core/faults.ts';

export interface Outcome {
  /** Exit status; 124 when the time limit ended it, 128 + signal when a signal did. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Each line of standard output and error as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Bytes kept of each stream; what a program says beyond is dropped. */
const KEPT = 4 * 1024 * 1024;
/** Milliseconds that a daemon left behind may hold our pipes after the program itself has ended. */
const LINGER = 200;

/** Runs a program from an argument vector. A failing program is a value, one that cannot be started an error. */
export function runProcess(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [file = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { ...(options.env ?? process.env) },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const heard = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (heard[name].length < KEPT) heard[name] += text;
        if (options.onLine !== undefined) for (const line of text.split('\n')) if (line !== '') options.onLine(line);
      });
    }
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, options.timeout ?? 120_000);
    const finish = (code: number | null): void => {
      clearTimeout(limit);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code: late ? 124 : (code ?? 137), ...heard });
    };
    child.once('error', (cause) => {
      clearTimeout(limit);
      reject(missing(file, cause));
    });
    child.once('close', finish);
    child.once('exit', (code) => setTimeout(() => finish(code), LINGER));
    child.stdin.on('error', () => {}).end(options.input ?? '');
  });
}

/** As runProcess, for our own tools: a failure is PROCESS_FAILED with the last lines it said. */
export async function mustRun(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runProcess(argv, options);
  if (code === 0) return stdout;
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n');
  throw new ProvisioningError(
    'PROCESS_FAILED',
    `${argv.slice(0, 3).join(' ')} ended with ${code}: ${said}`,
    'See what it said.',
  );
}

function missing(file: string, cause: Error): ProvisioningError {
  const hint = `Install the package that holds ${file}; npm start names them.`;
  return new ProvisioningError('PROCESS_MISSING', `${file} cannot be started: ${cause.message}`, hint, { cause });
}
