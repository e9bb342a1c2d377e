import { readdir, readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { BaseRepository, Platform } from '#core/distribution/distribution.ts';
import { refusal } from '#core/fault-codes.ts';
import { type PublishedRepository, type PublishedState, parsePublishedState } from '#core/repository/published.ts';
import { hostSources } from '#shell/environment/apt-sources.ts';
import type { SetupFile } from './package-manager.ts';

/** Milliseconds. */
const LIMIT = 20_000;

/** @throws ProvisioningError PUBLISHED_UNREACHABLE */
export async function publishedText(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT) });
    if (answer.ok) return await answer.text();
    throw new Error(`the server answers ${answer.status}`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw refusal('PUBLISHED_UNREACHABLE', `${url} cannot be read: ${why}.`, { cause });
  }
}

/** @throws ProvisioningError PUBLISHED_UNREACHABLE, STATE_INVALID */
export async function publishedState(publicUrl: string): Promise<PublishedState> {
  return parsePublishedState(await publishedText(`${publicUrl}/state.json`));
}

/**
 * The client file that sites use for a repository, enabled, ready to be written into a system. It carries the key.
 * @param title `UMD-5-untested`: the file's name without its ending
 */
export async function clientFile(
  publicUrl: string,
  { lane, os, format }: PublishedRepository,
  title: string,
): Promise<SetupFile> {
  const suffix = format === 'rpm' ? 'repo' : 'sources';
  const text = await publishedText(`${publicUrl}/clients/${lane}-${os}/${title}.${suffix}`);
  if (format === 'rpm')
    return { path: `/etc/yum.repos.d/${title}.repo`, text: text.replaceAll(/^enabled=0$/gm, 'enabled=1') };
  return { path: `/etc/apt/sources.list.d/${title}.sources`, text: text.replaceAll(/^Enabled: no$/gm, 'Enabled: yes') };
}

/**
 * The base repositories of a platform (OS, EPEL).
 * @param checkout folder that relative key paths start from
 */
export async function baseFiles({ format, base, suite = '' }: Platform, checkout: string): Promise<SetupFile[]> {
  const files = base.map((repository) =>
    format === 'deb' ? aptBase(repository, suite, checkout) : dnfBase(repository, checkout),
  );
  return (await Promise.all(files)).flat();
}

async function aptBase(base: BaseRepository, platformSuite: string, checkout: string): Promise<SetupFile[]> {
  const { id, url, suite = platformSuite, components = ['main'], key, trusted = false } = base;
  const list = `/etc/apt/sources.list.d/base-${id}.list`;
  if (url === 'host:apt-sources') return [{ path: list, text: `${hostSources(suite).join('\n')}\n` }];
  // apt tells armored from binary keys by the ending.
  const keyring = `/etc/apt/keyrings/base-${id}${extname(key ?? '') || '.asc'}`;
  const options = trusted ? '[trusted=yes]' : `[signed-by=${keyring}]`;
  const text = `deb ${options} ${url} ${suite} ${components.join(' ')}\n`;
  const keys = key === undefined || trusted ? [] : [{ path: keyring, text: await readKey(key, checkout) }];
  return [{ path: list, text }, ...keys];
}

async function dnfBase({ id, url, key, trusted = false }: BaseRepository, checkout: string): Promise<SetupFile[]> {
  if (url === 'host:dnf-repositories') return hostRepositories();
  const path = `/etc/pki/rpm-gpg/base-${id}`;
  const check = trusted || key === undefined ? 'gpgcheck=0' : `gpgcheck=1\ngpgkey=file://${path}`;
  const text = `[base-${id}]\nname=${id}\nbaseurl=${url}\nenabled=1\n${check}\nskip_if_unavailable=0\n`;
  const keys = key === undefined ? [] : [{ path, text: await readKey(key, checkout) }];
  return [{ path: `/etc/yum.repos.d/base-${id}.repo`, text }, ...keys];
}

async function readKey(key: string, checkout: string): Promise<Uint8Array> {
  return readFile(resolve(checkout, key));
}

/** The runner's own dnf repositories with the keys they name. @throws ProvisioningError ENVIRONMENT_BASE_MISSING */
async function hostRepositories(): Promise<SetupFile[]> {
  const folders = ['/etc/yum.repos.d', '/etc/pki/rpm-gpg'];
  const found = await Promise.all(folders.map((folder) => filesOf(folder)));
  if (found[0]?.length === 0)
    throw refusal('ENVIRONMENT_BASE_MISSING', 'This runner has no dnf repositories of its own.');
  return found.flat();
}

async function filesOf(folder: string): Promise<SetupFile[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return Promise.all(
    names.map(async (name) => ({ path: `${folder}/${name}`, text: await readFile(`${folder}/${name}`) })),
  );
}
