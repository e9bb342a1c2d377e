import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fault, refusal, throwAll } from '#core/fault-codes.ts';
import { type Fault, ProvisioningError, showFault } from '#core/faults.ts';
import { diffPackages } from '#core/repository/kept.ts';
import { parseListing } from '#core/repository/listing.ts';
import type { Shown } from '#core/repository/state-text.ts';
import { readDistributions } from '#shell/intake-config.ts';
import { keptSnapshots, pointTo, readKept, signedFile } from '#shell/publish-kept.ts';
import { readState } from '#shell/publish-state.ts';
import { chosenSigner } from '#shell/signer-choice.ts';
import { openStores } from '#shell/stores.ts';
import { furtherKeys, providerKeys } from '../actions/publish-snapshot/provider-keys.ts';
import { storeOption } from './store-option.ts';

const USAGE = `npm run snapshots -- list [repository]
npm run snapshots -- show <repository> [snapshot]
npm run snapshots -- diff <repository> <snapshot> [<snapshot>]    the second one is what is served unless named
npm run snapshots -- point <repository> <snapshot>|git            signed anew (SIGNING_KEY or SIGNING_FINGERPRINT); git: follow Git again
A repository is named as "list" names it; a snapshot's first characters do.
Options: --store (STORE; a path or s3://bucket/prefix?endpoint=…), --workspace (a checkout of the release repo, for point).`;

function words() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        store: { type: 'string', default: process.env.STORE ?? '' },
        workspace: { type: 'string', default: process.env.GITHUB_WORKSPACE ?? '.' },
      },
    });
  } catch (cause) {
    console.error(`${(cause as Error).message.split('. ')[0]}.\n${USAGE}`);
    process.exit(2);
  }
}

const { positionals, values } = words();
const [act, id, one, two] = positionals;

/** Opened when the words are understood. */
async function open() {
  const root = storeOption(values.store, 'state.json');
  return { root, ...(await openStores(root)) };
}
let hands: Awaited<ReturnType<typeof open>>;

async function state() {
  const found = await readState(hands.store);
  if (found === undefined) throw refusal('SNAPSHOT_MISSING', `Nothing is published in ${hands.root}.`);
  return found;
}

async function shown(): Promise<readonly Shown[]> {
  return (await state()).shown;
}

async function repository(wanted = ''): Promise<Shown> {
  const all = await shown();
  const found = all.find(({ head }) => head.id === wanted);
  if (found !== undefined) return found;
  const known = all.map(({ head }) => `\n  ${head.id}`).join('');
  const asked = wanted === '' ? 'Which repository?' : `Nothing is published as "${wanted}".`;
  throw refusal('SNAPSHOT_MISSING', `${asked} There are:${known}\n`);
}

async function needed({ head }: Shown, wanted: string): Promise<never> {
  const kept = (await keptSnapshots(hands.store, head)).map((name) => `\n  ${name}`).join('');
  throw refusal('SNAPSHOT_MISSING', `Which ${wanted}? There are:${kept}\n`);
}

/** @param start undefined: the one that is served */
async function snapshotOf({ head }: Shown, start: string | undefined): Promise<string> {
  if (start === undefined) return head.snapshot;
  const found = (await keptSnapshots(hands.store, head)).filter((name) => name.startsWith(start));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const many = found.length === 0 ? 'no snapshot that begins' : `${found.length} snapshots that begin`;
  throw refusal('SNAPSHOT_MISSING', `${head.id} has ${many} with ${start}.`);
}

async function list(): Promise<void> {
  const { pinned = {}, shown: all } = await state();
  for (const { head, listing } of id === undefined ? all : [await repository(id)]) {
    const held = pinned[head.id] === undefined ? '' : ', held by hand';
    console.log(`${head.id}: ${listing.split('\n').length - 1} packages${held}`);
    const names = await keptSnapshots(hands.store, head);
    const kept = await Promise.all(names.map(async (name) => ({ name, signed: await timeOf(head, name) })));
    const isServed = ({ name }: { readonly name: string }) => Number(name === head.snapshot);
    // of those that were signed in one second the one that is served came last
    for (const { name, signed } of kept.sort(
      (a, b) => (a.signed ?? 0) - (b.signed ?? 0) || isServed(a) - isServed(b),
    )) {
      const date = signed === undefined ? 'at an unknown time' : new Date(signed).toISOString().slice(0, 19);
      console.log(`  ${date} ${name}${name === head.snapshot ? ' (served)' : ''}`);
    }
  }
}

/** When it was signed, milliseconds since the epoch; of rpm snapshots in a bucket nobody wrote it down. */
async function timeOf({ path, suite }: Shown['head'], name: string): Promise<number | undefined> {
  const file = signedFile(path, name, suite);
  const date = /^Date: (.*)$/m.exec((await hands.store.read(file))?.toString() ?? '')?.[1];
  return date === undefined ? (await stat(join(hands.root, file)).catch(() => undefined))?.mtimeMs : Date.parse(date);
}

async function show(): Promise<void> {
  const found = await repository(id);
  const packages = await readKept(hands.store, found.head, await snapshotOf(found, one));
  for (const { name, version, arch, sha256 } of packages) console.log(`${name} ${version} ${arch} ${sha256}`);
}

async function diff(): Promise<void> {
  const found = await repository(id);
  if (one === undefined) return needed(found, 'snapshot');
  const asked = await Promise.allSettled([snapshotOf(found, one), snapshotOf(found, two)]);
  throwAll(asked.flatMap((said) => (said.status === 'rejected' ? faultsOf(said.reason) : [])));
  const [left = '', right = ''] = asked.map((said) => (said.status === 'fulfilled' ? said.value : ''));
  const kept = (name: string) => readKept(hands.store, found.head, name);
  const { added, removed, changed, rebuilt } = diffPackages(await kept(left), await kept(right));
  const lines = { '+': added, '-': removed, '~': changed, '!': rebuilt };
  const said = Object.entries(lines).flatMap(([sign, texts]) => texts.map((text) => `${sign} ${text}`));
  console.log(said.length === 0 ? 'They hold the same.' : said.join('\n'));
}

async function point(): Promise<void> {
  const found = await repository(id);
  if (one === undefined) return needed(found, 'snapshot, or "git"');
  const { SIGNING_KEY: secretKey = '', SIGNING_FINGERPRINT: fingerprint = '' } = process.env;
  const unsigned = secretKey === '' && fingerprint === '';
  const unknown = one === 'git' ? [] : await snapshotOf(found, one).then(() => [], faultsOf);
  const keyless = fault('SIGNER_KEY_INVALID', 'SIGNING_KEY is not set, and what is pointed to is signed anew.');
  throwAll([...unknown, ...(unsigned ? [keyless] : [])]);
  const now = new Date();
  const signer = await chosenSigner({ secretKey, fingerprint }, now);
  for (const sentence of signer.warnings) console.error(sentence);
  try {
    await hands.alone(async () => {
      const snapshot = one === 'git' ? undefined : await snapshotOf(found, one);
      const checkout = { root: resolve(values.workspace) };
      const { publicUrl, shown: before } = await state();
      const all = before.map(({ head, listing }) => ({ ...head, packages: parseListing(listing) }));
      const packageKeys = await providerKeys(checkout, all, console.error);
      const distributions = await readDistributions(checkout);
      const keys = { packageKeys, furtherKeys: await furtherKeys(checkout) };
      const publishing = { ...hands, signer, publicUrl, now, distributions, ...keys };
      const done = await pointTo(found.head.id, snapshot, publishing);
      for (const { sentence } of done?.faults ?? []) console.error(sentence);
      console.log(`${id} is ${snapshot === undefined ? 'given back to Git: publish' : `held at ${snapshot}`}.`);
    }, console.error);
  } finally {
    await signer.close();
  }
}

function faultsOf(cause: unknown): readonly Fault[] {
  if (cause instanceof ProvisioningError) return cause.faults;
  throw cause;
}

/** Words that each takes after its name. */
const WORDS: Readonly<Record<string, number>> = { list: 1, show: 2, diff: 3, point: 2 };
const ACTS: Readonly<Record<string, () => Promise<void>>> = { list, show, diff, point };
try {
  const chosen = ACTS[act ?? ''];
  if (chosen === undefined || positionals.length - 1 > (WORDS[act ?? ''] ?? 0)) throw new Error(USAGE);
  hands = await open();
  await chosen().finally(hands.close);
} catch (accident) {
  const known = accident instanceof ProvisioningError;
  console.error(known ? accident.faults.map(showFault).join('\n') : (accident as Error).message);
  process.exitCode = 1;
}
