import type { Distribution } from '#core/distribution/distribution.ts';
import type { Fault } from '#core/faults.ts';
import type { Publication, Shelf } from '#core/repository/plan.ts';
import { planPublications } from '#core/repository/plan.ts';
import { type PublishedRepository, type PublishedState, parsePublishedState } from '#core/repository/published.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import { byText } from '#core/text.ts';
import type { Pool } from './pool.ts';
import { buildApt } from './publish-apt.ts';
import { type PackageKey, publishFiles } from './publish-files.ts';
import { buildRpm } from './publish-rpm.ts';
import { fillShelves } from './publish-shelves.ts';
import type { Signer } from './signer.ts';
import type { Store } from './store.ts';

/** One pointer: moving it shows what was built aside. */
export type Swap = () => Promise<void>;

export interface Publishing {
  readonly store: Store;
  readonly pool: Pool;
  readonly signer: Signer;
  /** Without slash at its end. */
  readonly publicUrl: string;
  /** Wall clock: clients compare Date and Valid-Until with theirs. */
  readonly now: Date;
  readonly distributions: readonly Distribution[];
  /** Keys of the providers, who signed the rpm packages. */
  readonly packageKeys: readonly PackageKey[];
}

export interface Published {
  readonly state: PublishedState;
  /** Ids of the repositories whose packages changed. */
  readonly changed: readonly string[];
  /** Ids of those that were only signed anew. */
  readonly renewed: readonly string[];
  /** Why some repositories were left as they were: POOL_MISSING, POOL_MISMATCH. */
  readonly faults: readonly Fault[];
}

export const STATE_KEY = 'state.json';

export async function readState(store: Store): Promise<PublishedState | undefined> {
  const text = await store.read(STATE_KEY);
  return text === undefined ? undefined : parsePublishedState(text.toString());
}

/**
 * Makes what is served equal to what is wanted (design.md section 6): everything is built and signed under new names,
 * then the pointers move one after the other, state.json last. A crash leaves every repository old or new, whole, and
 * the next run completes it. When nothing changed, nothing is written.
 */
export async function publish(wanted: readonly WantedRepository[], publishing: Publishing): Promise<Published> {
  const { store, signer, publicUrl, now } = publishing;
  const published = await readState(store);
  const { shelves, faults } = await fillShelves(wanted, published, publishing.pool);
  const moved = published?.publicUrl !== publicUrl || published.signer !== signer.fingerprint;
  const publications = planPublications(shelves, { published, now, moved });

  const built: Built[] = [];
  for (const publication of publications) built.push(await build(publication, publishing));
  for (const { swaps } of built) for (const swap of swaps) await swap();

  const repositories = built.flatMap((one) => one.repositories).sort((a, b) => byText(a.id, b.id));
  const stalePaths = new Set(publications.filter(({ stale }) => stale).map(({ path }) => path));
  await publishFiles(
    shelves.filter(({ repository }) => stalePaths.has(repository.path)),
    repositories,
    publishing,
  );
  const changed = publications.flatMap((one) => one.changed);
  const renewed = publications.filter((one) => one.stale && one.changed.length === 0).flatMap(idsOf);
  const state = { generatedAt: now.toISOString(), publicUrl, signer: signer.fingerprint, repositories };
  if (published !== undefined && same(published, state)) return { state: published, changed, renewed, faults };
  await store.put(STATE_KEY, `${JSON.stringify(state)}\n`, 'pointer');
  return { state, changed, renewed, faults };
}

interface Built {
  readonly repositories: readonly PublishedRepository[];
  readonly swaps: readonly Swap[];
}

async function build(publication: Publication, publishing: Publishing): Promise<Built> {
  const repositories = publication.shelves.map(({ repository }) => repository);
  if (!publication.stale) {
    const { validUntil } = publication;
    return {
      swaps: [],
      repositories: repositories.map((one) => (validUntil === undefined ? one : { ...one, validUntil })),
    };
  }
  if (publication.suite === undefined) {
    const swaps = await Promise.all(publication.shelves.map((shelf) => buildRpm(shelf, publishing)));
    return { repositories, swaps: swaps.flat() };
  }
  const { swaps, validUntil } = await buildApt(publication, publishing);
  return { swaps, repositories: repositories.map((one) => ({ ...one, validUntil })) };
}

function idsOf({ shelves }: { readonly shelves: readonly Shelf[] }): readonly string[] {
  return shelves.map(({ repository }) => repository.id);
}

function same(left: PublishedState, right: PublishedState): boolean {
  const text = ({ publicUrl, signer, repositories }: PublishedState) =>
    JSON.stringify([publicUrl, signer, repositories]);
  return text(left) === text(right);
}
