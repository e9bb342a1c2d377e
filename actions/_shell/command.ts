import { refusal } from '#core/fault-codes.ts';
import { cleanEnvironment, start } from '#shell/process.ts';

interface CommandOptions {
  readonly cwd?: string;
  /** Added to a small clean environment; the process's own is not inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** One that is promised: the program starts at once and gets it when it is there. */
  readonly input?: string | Uint8Array | Promise<string | Uint8Array>;
}

/**
 * Runs one program to its end, however long, and gives all that it wrote to its standard output, byte for byte.
 * @throws ProvisioningError COMMAND_MISSING when it is not installed, COMMAND_FAILED with the end of its error output otherwise.
 */
export async function command(
  program: string,
  args: readonly string[],
  { cwd, env, input }: CommandOptions = {},
): Promise<Buffer> {
  const { code, signal, stdout, stderr } = await start([program, ...args], {
    env: cleanEnvironment(env),
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
  });
  if (code === 0) return stdout;
  throw refusal('COMMAND_FAILED', `${program} ended with ${signal ?? code}: ${stderr.toString().trim().slice(-1500)}`);
}
