import { spawn } from 'node:child_process';

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** A finished child: its standard output, and the time from its start to its end. */
interface Ran {
  readonly stdout: string;
  readonly ms: number;
}

/**
 * Runs a tool as a person would, and takes its time. Extra certificates would slow down every Node child, and are left out.
 * @throws Error with the end of what it said, when it does not exit with 0
 */
export function timed(program: string, args: readonly string[], { cwd, env, input }: RunOptions = {}): Promise<Ran> {
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env;
  return new Promise((done, fail) => {
    const begun = performance.now();
    const child = spawn(program, args, {
      cwd,
      env: { ...inherited, LC_ALL: 'C.UTF-8', TZ: 'UTC', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.on('data', (part: Buffer) => err.push(part));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.once('error', fail);
    child.once('close', (status, signal) => {
      const ms = performance.now() - begun;
      if (status === 0) return done({ stdout: Buffer.concat(out).toString(), ms });
      fail(
        new Error(
          `${program} ended with ${signal ?? status}: ${Buffer.concat([...out, ...err])
            .toString()
            .slice(-1500)}`,
        ),
      );
    });
  });
}

export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await timed(program, args, options)).stdout;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
