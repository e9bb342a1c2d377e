import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { mustRun } from '#shell/process.ts';
import type { SetupFile } from '#shell/verification/package-manager.ts';
import type { Found } from './base-metadata.ts';

const KEYRINGS = '/etc/apt/keyrings/';

/**
 * Packages files of the sources, fetched and checked by apt itself with nothing of the host's configuration.
 * @param folder throw-away; the files found are in it
 * @throws ProvisioningError ENVIRONMENT_FAULT when a source cannot be read: it says nothing of any product
 */
export async function fetchApt(sources: readonly SetupFile[], arch: string, folder: string): Promise<readonly Found[]> {
  for (const name of ['sources', 'keys', 'lists/partial', 'cache/archives/partial'])
    await mkdir(join(folder, name), { recursive: true });
  for (const { path, text } of sources) {
    const isKey = path.startsWith(KEYRINGS);
    const here = isKey ? text : String(text).replaceAll(KEYRINGS, `${join(folder, 'keys')}/`);
    await writeFile(join(folder, isKey ? 'keys' : 'sources', basename(path)), here);
  }
  await writeFile(join(folder, 'status'), '');
  const options = settings(folder, arch).flatMap((setting) => ['-o', setting]);
  await mustRun(['apt-get', '-qq', ...options, 'update'], { timeout: 300_000 }).catch((cause: Error) => {
    throw refusal('ENVIRONMENT_FAULT', `The base repositories cannot be read: ${cause.message}`, { cause });
  });
  const said = await mustRun([
    ...['apt-get', ...options, 'indextargets'],
    ...['--format', '$(SITE) $(RELEASE) $(COMPONENT)\t$(FILENAME)', 'Created-By: Packages'],
  ]);
  return said.split('\n').flatMap((line) => {
    const [id = '', file] = line.split('\t');
    // Without the address: where the mirror is says nothing of what the base holds.
    return file === undefined ? [] : [{ id: id.replace(/^\S+ /, ''), files: { packages: file } }];
  });
}

function settings(folder: string, arch: string): readonly string[] {
  return [
    `Dir::State=${folder}`,
    `Dir::State::lists=${folder}/lists`,
    `Dir::State::status=${folder}/status`,
    `Dir::Cache=${folder}/cache`,
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${folder}/sources`,
    `APT::Architecture=${arch}`,
    `APT::Architectures=${arch}`,
    'APT::Sandbox::User=root',
    'APT::Update::Error-Mode=any', // else a failed fetch ends with 0 (publishing.md, trap 6)
    'Acquire::Languages=none',
    'Acquire::GzipIndexes=false',
    'Acquire::Retries=3',
  ];
}
