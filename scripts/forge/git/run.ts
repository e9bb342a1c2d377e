import { spawn } from 'node:child_process';
import { GIT_ENVIRONMENT } from '#scripts/git/reader.ts';

/** What a git command said. `code` is its exit code. */
export interface Said {
  readonly code: number;
  readonly out: Buffer;
  readonly error: string;
}

/** Runs git in a bare repository. @throws Error with git's words when the exit code is not among `expected`. */
export async function git(dir: string, argv: readonly string[], expected: readonly number[] = [0]): Promise<Said> {
  const said = await runGit(dir, argv);
  if (expected.includes(said.code)) return said;
  throw new Error(`git ${argv.join(' ')} ended with ${said.code}: ${said.error.trim()}`);
}

/** Standard output as text, without the last line end. */
export async function gitText(dir: string, argv: readonly string[]): Promise<string> {
  return (await git(dir, argv)).out.toString('utf8').trimEnd();
}

function runGit(dir: string, argv: readonly string[]): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [`--git-dir=${dir}`, ...argv], {
      env: GIT_ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    let error = '';
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => {
      error += bytes.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, out: Buffer.concat(out), error }));
  });
}
