import { setImmediate as turn } from 'node:timers/promises';
import type { Distribution } from '#core/distribution/distribution.ts';
import type { Fault } from '#core/faults.ts';
import type { Advisory } from '#core/repository/advisory.ts';
import { type Listed, listed, withMetadata } from '#core/repository/listing.ts';
import { type Publication, planPublications, type Shelf, type StockedShelf } from '#core/repository/plan.ts';
import { nextDates, type ReleaseDates } from '#core/repository/release-dates.ts';
import { RENDERING } from '#core/repository/snapshot.ts';
import { renderState, type StateText } from '#core/repository/state-text.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import { byText } from '#core/text.ts';
import type { Pool } from './pool.ts';
import { buildApt, suiteRoot } from './publish-apt.ts';
import { type FurtherKey, filesToMove, type PackageKey } from './publish-files.ts';
import { buildRpm } from './publish-rpm.ts';
import { differingHeads, fillShelves, stocked } from './publish-shelves.ts';
import { readState, STATE_KEY } from './publish-state.ts';
import type { SegmentCache } from './segment-cache.ts';
import type { Signer } from './signer.ts';
import { movePointers, type Pointer, type Store } from './store.ts';

export interface Publishing {
  readonly store: Store;
  readonly pool: Pool;
  readonly cache: SegmentCache;
  readonly signer: Signer;
  /** Without slash at its end. */
  readonly publicUrl: string;
  /** Wall clock: clients compare Date and Valid-Until with theirs. */
  readonly now: Date;
  readonly distributions: readonly Distribution[];
  /** Keys of the providers, who signed the rpm packages. */
  readonly packageKeys: readonly PackageKey[];
  /** What sites shall trust besides the key that signs. */
  readonly furtherKeys?: readonly FurtherKey[];
  /** Repositories held at a snapshot by hand; as published unless given. */
  readonly pinned?: Readonly<Record<string, string>>;
  /** By PPA: what its release says to those who have the version before. */
  readonly advisories?: ReadonlyMap<string, Advisory>;
}

export interface Published {
  readonly state: StateText;
  /** Ids of the repositories whose packages changed. */
  readonly changed: readonly string[];
  /** Ids of those that were only signed anew. */
  readonly renewed: readonly string[];
  /** Why some repositories were left as they were: POOL_MISSING, POOL_MISMATCH. */
  readonly faults: readonly Fault[];
}

export async function publish(wanted: readonly WantedRepository[], publishing: Publishing): Promise<Published> {
  return publishListed(wanted.map(listed), publishing);
}

/**
 * Makes what is served equal to what is wanted (design.md section 6): everything is built and signed under new names,
 * then the pointers move one after the other, state.json last. A crash leaves every repository old or new, whole, and
 * the next run completes it. When nothing changed, nothing is written.
 */
export async function publishListed(wanted: readonly Listed[], publishing: Publishing): Promise<Published> {
  const { store, signer } = publishing;
  const published = await readState(store);
  const pinned = publishing.pinned ?? published?.pinned ?? {};
  const held = publishing.pinned === undefined ? wanted.map((one) => heldBack(one, published)) : wanted;
  const letGo = expectSignatures(held, published, signer);
  try {
    return await publishOver(published, pinned, await fillShelves(held, published, publishing), publishing);
  } finally {
    letGo();
  }
}

type Filled = Awaited<ReturnType<typeof fillShelves>>;

async function publishOver(
  published: StateText | undefined,
  pinned: NonNullable<StateText['pinned']>,
  { shelves, faults }: Filled,
  publishing: Publishing,
): Promise<Published> {
  const { store, signer, publicUrl, now } = publishing;
  const moved = isMoved(published, publishing);
  const publications = planPublications(shelves, { published, now, moved });
  const stalePaths = new Set(publications.filter(({ stale }) => stale).map(({ path }) => path));
  const looked = new Map<string, StockedShelf>();
  for (const shelf of shelves) {
    if (stalePaths.has(shelf.head.path)) looked.set(shelf.head.id, await stocked(shelf, publishing));
  }

  const dates = await datesOf(publications, publishing);
  const shown = publications.flatMap((one) => one.shelves.map((shelf) => dated(shelf, one, dates.get(one))));
  const state: StateText = {
    ...{ generatedAt: now.toISOString(), publicUrl, signer: signer.fingerprint, rendering: RENDERING },
    ...(Object.keys(pinned).length === 0 ? {} : { pinned }),
    shown: sorted(shown).map(({ head, listing }) => ({ head, listing })),
  };
  const unchanged = published !== undefined && same(published, state);
  const besides = async () => {
    await turn(); // the signers have their texts,
    await turn(); // and the indexes are on their way to the disk: now there is time for all else
    const files = await filesToMove([...looked.values()], sorted(shelves), publishing);
    return [...files, ...(unchanged ? [] : [{ key: STATE_KEY, bytes: renderState(state) }])];
  };
  await moveAll(buildAll(publications, looked, dates, publishing), besides(), store);
  const changed = publications.flatMap((one) => one.changed);
  const renewed = publications.filter((one) => one.stale && one.changed.length === 0).flatMap(idsOf);
  return { state: unchanged ? published : state, changed, renewed, faults };
}

/** Repositories first, what stands besides them after, of which as much as can be is made ready before. */
async function moveAll(
  building: Promise<readonly Pointer[]>,
  besides: Promise<readonly Pointer[]>,
  store: Store,
): Promise<void> {
  let letGo = async () => {};
  const staging = besides.then((pointers) => {
    letGo = store.stage?.(pointers) ?? letGo;
  });
  try {
    const [built] = await Promise.allSettled([building, staging]);
    if (built.status === 'rejected') throw built.reason;
    await movePointers(store, [...built.value, ...(await besides)]);
  } finally {
    await letGo();
  }
}

function sorted(shelves: readonly Shelf[]): readonly Shelf[] {
  return [...shelves].sort((a, b) => byText(a.head.id, b.head.id));
}

/** Of the suites that are built; rpm repositories have no dates. */
async function datesOf(
  publications: readonly Publication[],
  { store, now }: Publishing,
): Promise<ReadonlyMap<Publication, ReleaseDates>> {
  const suites = publications.filter(({ stale, suite }) => stale && suite !== undefined);
  const dates = suites.map(async (one) => {
    const last = await store.read(`${suiteRoot(one)}/Release`);
    return [one, nextDates(last?.toString(), now, one.overtakes)] as const;
  });
  return new Map(await Promise.all(dates));
}

/** Begins with the signatures of what is surely other than published, before it is known how it will look. */
function expectSignatures(wanted: readonly Listed[], published: StateText | undefined, { expect }: Signer): () => void {
  const heads = published === undefined ? [] : differingHeads(wanted, published);
  const suites = new Set(heads.flatMap(({ path, suite }) => (suite === undefined ? [] : [`${path} ${suite}`])));
  const rpms = heads.filter(({ suite }) => suite === undefined);
  const some = (count: number) => Math.min(count, AT_ONCE);
  const lettingGo = [expect('clearsign', some(suites.size)), expect('detach', some(rpms.length))];
  return () => {
    for (const letGo of lettingGo) letGo();
  };
}

/** What is held at a snapshot by hand stays as it is published. */
function heldBack(one: Listed, published: StateText | undefined): Listed {
  if (published?.pinned?.[one.head.id] === undefined) return one;
  const before = published.shown.find(({ head }) => head.id === one.head.id);
  if (before === undefined) return one;
  return { head: withMetadata(one.head, before.head.metadata), listing: before.listing };
}

/** Repositories built at the same time: more would hold more in memory, and a signature of one waits for no other. */
const AT_ONCE = 4;

function isMoved(published: StateText | undefined, { publicUrl, signer }: Publishing): boolean {
  return published?.publicUrl !== publicUrl || published.signer !== signer.fingerprint;
}

async function buildAll(
  publications: readonly Publication[],
  looked: ReadonlyMap<string, StockedShelf>,
  dates: ReadonlyMap<Publication, ReleaseDates>,
  publishing: Publishing,
): Promise<readonly Pointer[]> {
  const pointers: Pointer[] = [];
  const stale = publications.filter((one) => one.stale);
  for (let at = 0; at < stale.length; at += AT_ONCE) {
    const some = stale.slice(at, at + AT_ONCE).map((publication) => {
      const ready = publication.shelves.flatMap(({ head }) => looked.get(head.id) ?? []);
      const date = dates.get(publication);
      if (date !== undefined) return buildApt(publication, ready, date, publishing);
      return Promise.all(ready.map((shelf) => buildRpm(shelf, publishing))).then((each) => each.flat());
    });
    pointers.push(...(await Promise.all(some)).flat());
  }
  return pointers;
}

function dated(shelf: Shelf, before: Publication, next: ReleaseDates | undefined): Shelf {
  const validUntil = next === undefined ? before.validUntil : next.validUntil.toISOString();
  const { overtakes } = next ?? before;
  const dates = {
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(overtakes === undefined ? {} : { overtakes }),
  };
  return { ...shelf, head: { ...shelf.head, ...dates } };
}

function idsOf({ shelves }: Publication): readonly string[] {
  return shelves.map(({ head }) => head.id);
}

function same(left: StateText, right: StateText): boolean {
  const facts = ({ publicUrl, signer, rendering, pinned, shown }: StateText) =>
    JSON.stringify([publicUrl, signer, rendering, pinned ?? {}, shown.map(({ head }) => head)]);
  if (facts(left) !== facts(right)) return false;
  return left.shown.every(({ listing }, index) => listing === right.shown[index]?.listing);
}
