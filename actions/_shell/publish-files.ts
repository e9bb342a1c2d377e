import { type ClientFile, clientFiles, distributionOf, keyPath } from '#core/repository/client-files.ts';
import { grouped } from '#core/repository/group.ts';
import { renderIndexPage, renderOverview } from '#core/repository/index-page.ts';
import type { Shelf } from '#core/repository/plan.ts';
import type { PublishedRepository } from '#core/repository/published.ts';
import type { Publishing } from './publish.ts';

/** A technology provider's public key. */
export interface PackageKey {
  /** Short name, `INFN`. */
  readonly provider: string;
  readonly armored: string;
}

/**
 * What people and package managers are given besides the repositories: keys, client files, pages. What is there with
 * the same bytes is left alone.
 * @param stale shelves of the paths whose pages may have changed
 */
export async function publishFiles(
  stale: readonly Shelf[],
  all: readonly PublishedRepository[],
  publishing: Publishing,
): Promise<void> {
  const { signer, publicUrl, packageKeys, distributions } = publishing;
  const providers = packageKeys.map(({ provider, armored }) => ({
    key: `keys/providers/${provider}.asc`,
    text: armored,
  }));
  const own = [...new Set(all.map(distributionOf))].map((name) => ({ key: keyPath(name), text: signer.publicKey }));
  const titles = Object.fromEntries(
    distributions.flatMap(({ platforms }) => Object.entries(platforms).map(([key, { title }]) => [key, title])),
  );
  const facts = { publicUrl, publicKey: signer.publicKey, packageKeys: providers.map(({ key }) => key), titles };
  const pages = [...grouped(stale, ({ repository }) => repository.path)].map(([path, shelves]) => ({
    key: `${path}/index.html`,
    text: renderIndexPage(shelves, publicUrl),
  }));
  const overview = { key: 'index.html', text: renderOverview(all) };
  await putAll([...providers, ...own, ...clientFiles(all, facts), ...pages, overview], publishing);
}

async function putAll(files: readonly ClientFile[], { store }: Publishing): Promise<void> {
  for (const { key, text } of files) {
    if ((await store.read(key))?.toString() !== text) await store.put(key, text, 'pointer');
  }
}
