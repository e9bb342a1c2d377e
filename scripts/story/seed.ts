import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a release repo holds of a checkout: when things run, what decides, and the data. Scripts and tests stay at home. */
const ROOMS = [
  '.github/workflows',
  '.github/labels.yml',
  'actions',
  'criteria',
  'releases',
  'repos',
  'package.json',
  'README.md',
];

/**
 * Makes the first commit of the release repo: the checkout's files as they stand in its work tree, with the world's own
 * laid over them, on `main` and `candidate`.
 * @param files overlay, text by path
 * @param remote where it is pushed, with the credentials in it
 * @param tag released already with exactly this content
 */
export async function seed(
  checkout: string,
  dir: string,
  files: Readonly<Record<string, string>>,
  remote: string,
  tag?: string,
): Promise<void> {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const git = (...args: string[]) => run('git', args, { cwd: dir });
  for (const file of await seededFiles(checkout)) cpSync(join(checkout, file), join(dir, file), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--all', '--force');
  await git(
    '-c',
    'user.name=umd',
    '-c',
    'user.email=umd@umd.example',
    'commit',
    '--quiet',
    '--message',
    'The release repo of the local world',
  );
  const released = tag === undefined ? [] : [`main:refs/tags/${tag}`];
  await git('push', '--quiet', remote, 'main:main', 'main:candidate', ...released);
}

/** Tracked or new files of the rooms, but no tests. Provider records and locks of the checkout give way to the world's. */
async function seededFiles(checkout: string): Promise<string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...ROOMS];
  const { stdout } = await run('git', args, { cwd: checkout, maxBuffer: 64 << 20 });
  const listed = stdout.split('\0').filter((file) => file !== '' && existsSync(join(checkout, file)));
  return listed.filter(
    (file) => !/\.test\.ts$|\/__(fixtures|golden)__\/|^releases\/(providers|products|umd)\/|^repos\/umd\//.test(file),
  );
}
