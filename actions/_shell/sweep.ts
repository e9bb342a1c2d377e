import { grouped } from '#core/repository/group.ts';
import {
  endedProducts,
  isSweepDue,
  type Ledger,
  linkedPages,
  namedDigests,
  sweepOf,
  unwantedSnapshots,
} from '#core/repository/retention.ts';
import type { PublishedHead, StateText } from '#core/repository/state-text.ts';
import type { Store } from './store.ts';

export const LEDGER_KEY = 'sweep.json';

/**
 * Takes away what no pointer, no kept snapshot and no young client can want; once a day, after publishing. The pool is
 * never touched. Whoever holds an index that was current at any sweep of the last thirty days finds what it names.
 * @returns keys that were removed; undefined when it was not due
 */
export async function sweep(state: StateText, store: Store, now: Date): Promise<readonly string[] | undefined> {
  const known = await readLedger(store);
  if (!isSweepDue(known, now)) return undefined;
  const heads = state.shown.map(({ head }) => head);
  const pinned = Object.values(state.pinned ?? {});
  const ended = endedProducts(known, heads);
  const unwanted: string[] = [...ended];
  for (const [path, here] of grouped(heads, ({ path: at }) => at))
    unwanted.push(...(await unwantedIn(path, here, pinned, store)));
  const served = heads.filter(({ area }) => area === 'product').map(({ path }) => path);
  const { ledger, remove } = sweepOf(known, unwanted, now, { products: [...ended, ...served] });
  for (const key of remove) await store.remove(key);
  // Last: a sweep that died removes the same again.
  await store.put(LEDGER_KEY, JSON.stringify(ledger), 'pointer');
  return remove;
}

async function readLedger(store: Store): Promise<Ledger | undefined> {
  try {
    return JSON.parse((await store.read(LEDGER_KEY))?.toString() ?? '') as Ledger;
  } catch {
    return undefined; // counting begins anew, and nothing goes too early
  }
}

async function unwantedIn(path: string, heads: readonly PublishedHead[], pinned: readonly string[], store: Store) {
  const names = await store.list(`${path}/snapshots`);
  const snapshots = unwantedSnapshots(heads, names, pinned).map((name) => `${path}/snapshots/${name}`);
  const page = (await store.read(`${path}/index.html`))?.toString() ?? '';
  const linked = new Set(linkedPages(page));
  const pages = (await store.list(`${path}/packages`)).filter((name) => !linked.has(name));
  const objects: string[] = [];
  for (const { suite, arch } of heads) {
    if (suite !== undefined) objects.push(...(await unnamedObjects(path, suite, arch, names, store)));
  }
  return [...snapshots, ...pages.map((name) => `${path}/packages/${name}`), ...objects];
}

/** by-hash objects that neither the suite's Release nor that of a kept snapshot names. */
async function unnamedObjects(path: string, suite: string, arch: string, snapshots: readonly string[], store: Store) {
  const folder = `${path}/dists/${suite}/main/binary-${arch}/by-hash/SHA256`;
  const releases = [path, ...snapshots.map((name) => `${path}/snapshots/${name}`)];
  const texts = await Promise.all(releases.map((root) => store.read(`${root}/dists/${suite}/InRelease`)));
  const named = new Set(texts.flatMap((text) => namedDigests(text?.toString() ?? '')));
  const names = (await store.list(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name) && !named.has(name));
  return names.map((name) => `${folder}/${name}`);
}
