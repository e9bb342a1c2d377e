import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { mustRun } from '#shell/process.ts';
import type { SetupFile } from '#shell/verification/package-manager.ts';
import type { Found } from './base-metadata.ts';

/**
 * primary and filelists of the sources, fetched and checked by dnf itself.
 * @param folder throw-away; the files found are in it
 * @throws ProvisioningError ENVIRONMENT_FAULT
 */
export async function fetchDnf(sources: readonly SetupFile[], folder: string): Promise<readonly Found[]> {
  const [repos, cache, root] = ['repos', 'cache', 'root'].map((name) => join(folder, name)) as [string, string, string];
  for (const path of [repos, cache, root]) await mkdir(path, { recursive: true });
  for (const { path, text } of sources) if (path.endsWith('.repo')) await writeFile(join(repos, basename(path)), text);
  const config = join(folder, 'dnf.conf'); // nothing of the machine's own
  await writeFile(config, '[main]\n');
  const options = [
    ...['--quiet', `--config=${config}`, `--installroot=${root}`, '--releasever=/', '--noplugins'],
    ...[`--setopt=reposdir=${repos}`, `--setopt=cachedir=${cache}`, '--setopt=skip_if_unavailable=0'],
  ];
  await mustRun(['dnf', ...options, 'makecache'], { timeout: 300_000 }).catch((cause: Error) => {
    throw refusal('ENVIRONMENT_FAULT', `The base repositories cannot be read: ${cause.message}`, { cause });
  });
  const found: Found[] = [];
  for (const name of await readdir(cache)) {
    const id = /^(?<id>.+)-[0-9a-f]{16}$/.exec(name)?.groups?.id;
    if (id === undefined) continue;
    const data = join(cache, name, 'repodata');
    const files = await readdir(data);
    const file = (kind: string) => join(data, files.find((one) => one.includes(`${kind}.xml`)) ?? '');
    found.push({ id, files: { primary: file('primary'), filelists: file('filelists') } });
  }
  return found;
}
