import { spawn } from 'node:child_process';
import { refusal } from '#core/fault-codes.ts';

interface CommandOptions {
  readonly cwd?: string;
  /** Added to a small clean environment; the process's own is not inherited, so no secret and no NODE_* leaks into a child. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
}

const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'http_proxy', 'https_proxy', 'no_proxy', 'SSL_CERT_FILE'];

function environment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(kept), LC_ALL: 'C.UTF-8', TZ: 'UTC', ...added };
}

/**
 * Runs one program with an argument vector and gives what it wrote to its standard output.
 * @throws ProvisioningError COMMAND_MISSING when it is not installed, COMMAND_FAILED with the end of its error output otherwise.
 */
export async function command(
  program: string,
  args: readonly string[],
  { cwd, env, input }: CommandOptions = {},
): Promise<Buffer> {
  const child = spawn(program, args, { cwd, env: environment(env), stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => {}); // a program that does not read its input says so by its exit status
  child.stdin.end(input);
  const status = await new Promise<number | string>((done, fail) => {
    child.once('error', (cause) =>
      fail(refusal('COMMAND_MISSING', `${program} cannot be started: ${cause.message}.`, { cause })),
    );
    child.once('close', (code, signal) => done(code ?? signal ?? 'unknown'));
  });
  if (status !== 0) {
    const said = Buffer.concat(err).toString().trim().slice(-1500);
    throw refusal('COMMAND_FAILED', `${program} ended with ${status}: ${said}`);
  }
  return Buffer.concat(out);
}
