import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grouped } from '#core/repository/group.ts';
import type { PublishedHead } from '#core/repository/state-text.ts';
import { verifyClearSigned } from './signature.ts';
import { openKeyring } from './signature-keys.ts';
import type { Signer } from './signer.ts';
import type { Store } from './store.ts';

interface Hands {
  readonly store: Store;
  readonly signer: Signer;
}

/**
 * apt refuses a Release after its Valid-Until, and would so refuse every snapshot two weeks after it was shown last. The
 * InRelease of a kept snapshot that is shown no more is signed anew, once, with its own date and without an end: what is
 * not shown any more cannot go stale. Only what the present key has signed itself is taken for this.
 * @returns keys of those that were signed anew
 */
export async function letKeptLast(heads: readonly PublishedHead[], hands: Hands): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const [path, here] of grouped(heads, (head) => head.path)) {
    const shown = new Set(here.map(({ snapshot }) => snapshot));
    const suites = new Set(here.flatMap(({ suite }) => (suite === undefined ? [] : [suite])));
    if (suites.size === 0) continue;
    const names = (await hands.store.list(`${path}/snapshots`)).filter((name) => !shown.has(name));
    for (const name of names)
      for (const suite of suites) keys.push(`${path}/snapshots/${name}/dists/${suite}/InRelease`);
  }
  const renewed: string[] = [];
  for (const key of keys) if (await letLast(key, hands)) renewed.push(key);
  return renewed;
}

async function letLast(key: string, { store, signer }: Hands): Promise<boolean> {
  const bytes = await store.read(key);
  if (bytes === undefined || !/^Valid-Until: /m.test(bytes.toString())) return false;
  const text = await signedText(bytes, signer);
  if (text === undefined) return false;
  await store.put(key, await signer.clearsign(text.replace(/^Valid-Until: .*\n/m, '')), 'pointer');
  return true;
}

/** Undefined when another key signed it, or nobody. */
async function signedText(inRelease: Buffer, { fingerprint, publicKey }: Signer): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'kept-'));
  try {
    const keyring = await openKeyring(folder, [{ fingerprint, armored: publicKey }]);
    await writeFile(join(folder, 'InRelease'), inRelease);
    return (await verifyClearSigned(join(folder, 'InRelease'), keyring)).text;
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
