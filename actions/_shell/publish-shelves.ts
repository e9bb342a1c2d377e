import { type Fault, ProvisioningError } from '#core/faults.ts';
import type { Listed } from '#core/repository/listing.ts';
import type { Shelf, StockedShelf } from '#core/repository/plan.ts';
import { RENDERING, snapshotId } from '#core/repository/snapshot.ts';
import type { Shown, StateText } from '#core/repository/state-text.ts';
import { type Stocking, sha256Of, stock } from './stock.ts';

/**
 * What each repository will hold. One that holds what is published is not looked at; one that the pool cannot fill is
 * left as it is published and its faults are told: a bad lock in one place does not stop the others.
 */
export async function fillShelves(
  wanted: readonly Listed[],
  published: StateText | undefined,
  hands: Stocking,
): Promise<{ readonly shelves: readonly Shelf[]; readonly faults: readonly Fault[] }> {
  const shown = new Map((published?.shown ?? []).map((one) => [one.head.id, one]));
  const shelves: Shelf[] = [];
  const faults: Fault[] = [];
  for (const one of wanted) {
    const before = shown.get(one.head.id);
    if (before !== undefined && published?.rendering === RENDERING && isSame(one, before)) {
      shelves.push(shelfOf(before));
      continue;
    }
    const stocked = await stock(one, before?.listing ?? '', hands);
    const missing = one.head.metadata === undefined ? [] : await missingTexts(one.head, hands);
    faults.push(...stocked.faults, ...missing);
    if (stocked.faults.length + missing.length === 0) {
      const snapshot = snapshotId(one.head, stocked.segments, sha256Of);
      shelves.push({ head: { ...one.head, snapshot }, listing: one.listing, segments: stocked.segments });
    } else if (before !== undefined) shelves.push(shelfOf(before));
  }
  return { shelves, faults };
}

/** Groups and modules that the pool cannot give as the locks name them. */
async function missingTexts({ id, metadata = [] }: Listed['head'], { pool }: Stocking): Promise<readonly Fault[]> {
  const faultsOf = async ({ kind, sha256, ppa }: (typeof metadata)[number]): Promise<readonly Fault[]> => {
    try {
      await pool.text(sha256, kind);
      return [];
    } catch (cause) {
      if (!(cause instanceof ProvisioningError)) throw cause;
      return cause.faults.map((found) => ({ ...found, sentence: `${id}: ${ppa}: ${found.sentence}` }));
    }
  };
  return (await Promise.all(metadata.map(faultsOf))).flat();
}

/** Repositories that are not published as wanted, as far as texts tell. */
export function differingHeads(wanted: readonly Listed[], published: StateText | undefined): readonly Listed['head'][] {
  const shown = new Map((published?.shown ?? []).map((one) => [one.head.id, one]));
  const isOther = (one: Listed) => {
    const before = shown.get(one.head.id);
    return before === undefined || published?.rendering !== RENDERING || !isSame(one, before);
  };
  return wanted.filter(isOther).map(({ head }) => head);
}

/** The same shelf, looked at. */
export async function stocked(shelf: Shelf, hands: Stocking): Promise<StockedShelf> {
  const segments = shelf.segments ?? (await stock(shelf, shelf.listing, hands)).segments;
  return { ...shelf, segments };
}

function shelfOf({ head: { validUntil: _, overtakes: __, ...head }, listing }: Shown): Shelf {
  return { head, listing, segments: undefined };
}

function isSame({ head, listing }: Listed, before: Shown): boolean {
  const where = ({ path, suite = '', format, arch, metadata }: Listed['head']) =>
    `${format} ${path} ${suite} ${arch} ${metadata === undefined ? '' : JSON.stringify(metadata)}`;
  return listing === before.listing && where(head) === where(before.head);
}
