import { type KeptInputs, sweepOfInputs } from '#core/closure/retention.ts';
import { isSweepDue, type Ledger, type Sweep } from '#core/repository/retention.ts';
import { REPORTS_INDEX } from '#core/verification/report-place.ts';
import type { Store } from '#shell/store.ts';
import type { ClosureResult } from './check.ts';
import { type BasePart, basePath, type ClosureRecord } from './question.ts';

/** `<store>/closure/sweep.json`: how long each key has been unwanted. */
export const INPUTS_LEDGER = 'closure/sweep.json';

/**
 * Takes away what no answer about a closure, no record and no day's word on a base names any more; once a day.
 * @returns keys that were removed; undefined when it was not due
 */
export async function sweepInputs(store: Store, now: Date): Promise<readonly string[] | undefined> {
  const known = await readLedger(store);
  if (!isSweepDue(known, now)) return undefined;
  const { ledger, remove } = await planSweep(store, now);
  for (const key of remove) await removeWhole(key, store);
  // Last: a sweep that died removes the same again.
  await store.put(INPUTS_LEDGER, `${JSON.stringify(ledger)}\n`, 'pointer');
  return remove;
}

/** What a sweep would do now; changes nothing. */
export async function planSweep(store: Store, now: Date): Promise<Sweep> {
  return sweepOfInputs(await readLedger(store), await keptInputs(store), now);
}

async function keptInputs(store: Store): Promise<KeptInputs> {
  const [results, records, objects, named] = await Promise.all([
    readAll(store, 'closure', /^([0-9a-f]{64})\.json$/),
    readAll(store, 'base', /^([0-9a-f]{32})\.json$/),
    baseObjects(store),
    namedInputs(store),
  ]);
  return {
    ...{ objects, named },
    results: results.map(({ key, name, value }) => ({ key, inputs: name, files: filesOf(value?.question?.base) })),
    records: records.map(({ key, value }) => {
      return { key, fetchedAt: String(value?.fetchedAt), files: filesOf(value?.parts) ?? [] };
    }),
  };
}

type Read = Partial<ClosureRecord<ClosureResult>> & {
  readonly fetchedAt?: string;
  readonly parts?: readonly BasePart[];
};

async function readAll(store: Store, folder: string, names: RegExp) {
  const found: { readonly key: string; readonly name: string; readonly value: Read | undefined }[] = [];
  for (const file of await store.list(folder)) {
    const name = names.exec(file)?.[1];
    const key = `${folder}/${file}`;
    if (name !== undefined) found.push({ key, name, value: parsed(await store.read(key)) });
  }
  return found;
}

function parsed(bytes: Buffer | undefined): Read | undefined {
  try {
    return JSON.parse(bytes?.toString() ?? '') as Read;
  } catch {
    return undefined;
  }
}

function filesOf(parts: readonly BasePart[] | undefined): readonly string[] | undefined {
  if (!Array.isArray(parts)) return undefined;
  return (parts as readonly BasePart[]).flatMap(({ files }) => Object.values(files ?? {}).map(basePath));
}

const BASE_OBJECT = /^pool\/[0-9a-f]{2}\/[0-9a-f]{64}\/base(\.[a-z0-9]+)*$/;

async function baseObjects(store: Store): Promise<readonly string[]> {
  const keys = store.below === undefined ? await keysBelow(store, 'pool', 3) : await store.below('pool');
  return keys.filter((key) => BASE_OBJECT.test(key));
}

async function keysBelow(store: Store, folder: string, depth: number): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const name of await store.list(folder)) {
    const key = `${folder}/${name}`;
    if (depth === 1) keys.push(key);
    else keys.push(...(await keysBelow(store, key, depth - 1)));
  }
  return keys;
}

/** What the records of PPAs name, as publish-reports read them. */
async function namedInputs(store: Store): Promise<ReadonlySet<string>> {
  const index = parsed(await store.read(REPORTS_INDEX)) as Partial<ReportsIndex> | undefined;
  return new Set(index?.reports?.flatMap(({ closures = [] }) => closures) ?? []);
}

interface ReportsIndex {
  readonly reports: readonly { readonly closures?: readonly string[] }[];
}

async function readLedger(store: Store): Promise<Ledger | undefined> {
  return parsed(await store.read(INPUTS_LEDGER)) as Ledger | undefined; // lost: counting begins anew
}

/** An object with its folder, unless a package or another object of the same bytes lies there, too. */
async function removeWhole(key: string, store: Store): Promise<void> {
  const folder = key.slice(0, key.lastIndexOf('/'));
  const alone = BASE_OBJECT.test(key) && (await store.list(folder)).every((name) => `${folder}/${name}` === key);
  await store.remove(alone ? folder : key);
}
