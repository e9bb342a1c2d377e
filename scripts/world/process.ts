import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment; undefined takes a name out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** Extra certificates make every child's start slower (publishing.md), and a person's locale changes what tools print. */
function environment(extra: RunOptions['env']): NodeJS.ProcessEnv {
  const merged = { ...process.env, NODE_EXTRA_CA_CERTS: undefined, LC_ALL: 'C.UTF-8', TZ: 'UTC', ...extra };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

/**
 * Standard output of a tool, started with an argument vector.
 * @throws Error with the tool's name, status and the end of what it said, when it does not exit with 0.
 */
export function run(command: string, args: readonly string[], { cwd, env, input }: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: environment(env), stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const said: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.on('data', (part: Buffer) => said.push(part));
    child.stdin.on('error', () => {}); // a tool that reads no input closes it; its status says whether that was well
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const text = Buffer.concat(out).toString();
      if (status === 0) return resolve(text);
      const complaint = `${text}\n${Buffer.concat(said)}`.trim().slice(-2_000);
      reject(new Error(`${command} ended with ${signal ?? status}: ${complaint}`));
    });
    child.stdin.end(input ?? '');
  });
}
