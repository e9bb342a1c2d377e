import { spawn, spawnSync } from 'node:child_process';

/**
 * Throw-away systems are root's to make. On a runner whose user becomes root without a password, as on GitHub's hosted ones,
 * the action begins once more as root, with the same environment, and ends as that ends; what it left is the user's then. Elsewhere it goes on as it is, and
 * the kind of system that is asked for says what it lacks.
 */
export async function runAsRoot(body: () => Promise<void>): Promise<void> {
  if (process.getuid?.() === 0 || !mayBecomeRoot()) return body();
  const child = spawn('sudo', ['-n', '--preserve-env', '--', process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
  });
  process.exitCode = await new Promise<number>((ended, broken) => {
    child.once('error', broken).once('close', (code) => ended(code ?? 1));
  });
  handBack();
}

/** What root left for the next steps of the job, which run as the runner's user: evidence that it could not read is none. */
function handBack(): void {
  const { RUNNER_TEMP: left } = process.env;
  if (left === undefined) return;
  const owner = `${process.getuid?.()}:${process.getgid?.()}`;
  spawnSync('sudo', ['-n', 'chown', '--recursive', '--no-dereference', owner, '--', left], { stdio: 'inherit' });
}

function mayBecomeRoot(): boolean {
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
}
