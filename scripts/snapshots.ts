import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { refusal } from '#core/fault-codes.ts';
import { ProvisioningError, showFault } from '#core/faults.ts';
import { diffPackages } from '#core/repository/kept.ts';
import { parseListing } from '#core/repository/listing.ts';
import type { Shown } from '#core/repository/state-text.ts';
import { readDistributions } from '#shell/intake-config.ts';
import { openPool } from '#shell/pool.ts';
import { keptSnapshots, pointTo, readKept, signedFile } from '#shell/publish-kept.ts';
import { withPublishLock } from '#shell/publish-lock.ts';
import { readState } from '#shell/publish-state.ts';
import { openCache } from '#shell/segment-cache.ts';
import { openSigner } from '#shell/signer.ts';
import { openStore } from '#shell/store.ts';
import { providerKeys } from '../actions/publish-snapshot/provider-keys.ts';

const USAGE = `npm run snapshots -- list [repository]
npm run snapshots -- show <repository> [snapshot]
npm run snapshots -- diff <repository> <snapshot> [<snapshot>]    the second one is what is served unless named
npm run snapshots -- point <repository> <snapshot>|git            signed anew (SIGNING_KEY); git: follow Git again
A snapshot's first characters do. Options: --store (STORE), --workspace (a checkout, for point).`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    store: { type: 'string', default: process.env.STORE ?? '' },
    workspace: { type: 'string', default: process.env.GITHUB_WORKSPACE ?? '.' },
  },
});
const [act, id, one, two] = positionals;
const root = resolve(values.store);
const store = openStore(root);

async function shown(): Promise<readonly Shown[]> {
  return (await readState(store))?.shown ?? [];
}

async function repository(wanted = ''): Promise<Shown> {
  const found = (await shown()).find(({ head }) => head.id === wanted);
  if (found === undefined) throw refusal('SNAPSHOT_MISSING', `Nothing is published as "${wanted}".`);
  return found;
}

async function snapshotOf({ head }: Shown, start: string | undefined): Promise<string> {
  if (start === undefined) return head.snapshot;
  const found = (await keptSnapshots(store, head)).filter((name) => name.startsWith(start));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw refusal('SNAPSHOT_MISSING', `${head.id} has ${found.length} snapshots that begin with ${start}.`);
}

async function list(): Promise<void> {
  for (const { head, listing } of await shown()) {
    if (id !== undefined && head.id !== id) continue;
    console.log(`${head.id}: ${listing.split('\n').length - 1} packages, snapshot ${head.snapshot}`);
    const kept = await Promise.all(
      (await keptSnapshots(store, head)).map(async (name) => {
        const file = join(root, signedFile(head.path, name, head.suite));
        const date = await stat(file).then(({ mtime }) => mtime.toISOString(), () => 'unknown date'); // biome-ignore format: short
        return `${date} ${name}${name === head.snapshot ? ' (served)' : ''}`;
      }),
    );
    for (const line of kept.sort()) console.log(`  ${line}`);
  }
}

async function show(): Promise<void> {
  const found = await repository(id);
  const packages = await readKept(store, found.head, await snapshotOf(found, one));
  for (const { name, version, arch, sha256 } of packages) console.log(`${name} ${version} ${arch} ${sha256}`);
}

async function diff(): Promise<void> {
  const found = await repository(id);
  const [left, right] = [await snapshotOf(found, one), await snapshotOf(found, two)];
  const kept = (name: string) => readKept(store, found.head, name);
  const { added, removed, changed, rebuilt } = diffPackages(await kept(left), await kept(right));
  const lines = { '+': added, '-': removed, '~': changed, '!': rebuilt };
  for (const [sign, texts] of Object.entries(lines)) for (const text of texts) console.log(`${sign} ${text}`);
}

async function point(): Promise<void> {
  if (one === undefined) throw refusal('SNAPSHOT_MISSING', `Which snapshot?\n${USAGE}`);
  const now = new Date();
  const signer = await openSigner(process.env.SIGNING_KEY ?? '', now);
  for (const sentence of signer.warnings) console.error(sentence);
  try {
    await withPublishLock(root, async () => {
      const found = await repository(id);
      const snapshot = one === 'git' ? undefined : await snapshotOf(found, one);
      const checkout = { root: resolve(values.workspace) };
      const all = (await shown()).map(({ head, listing }) => ({ ...head, packages: parseListing(listing) }));
      const packageKeys = await providerKeys(checkout, all, console.error);
      const publicUrl = (await readState(store))?.publicUrl ?? '';
      const distributions = await readDistributions(checkout);
      const hands = { store, pool: openPool(root), cache: openCache(root), signer };
      const done = await pointTo(found.head.id, snapshot, { ...hands, publicUrl, now, distributions, packageKeys });
      for (const { sentence } of done?.faults ?? []) console.error(sentence);
      console.log(`${id} is ${snapshot === undefined ? 'given back to Git: publish' : `held at ${snapshot}`}.`);
    });
  } finally {
    await signer.close();
  }
}

const ACTS: Readonly<Record<string, () => Promise<void>>> = { list, show, diff, point };
try {
  const chosen = ACTS[act ?? ''];
  if (chosen === undefined) throw new Error(USAGE);
  await chosen();
} catch (accident) {
  const known = accident instanceof ProvisioningError;
  console.error(known ? accident.faults.map(showFault).join('\n') : (accident as Error).message);
  process.exitCode = 1;
}
