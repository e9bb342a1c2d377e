import { criteriaFor } from '#core/criteria/applied.ts';
import type { Criteria } from '#core/criteria/criterion.ts';
import { ofMajor } from '#core/criteria/versions.ts';
import { lockOf } from '#core/intake/lock-of.ts';
import { birthLabels, pullRequestText } from '#core/intake/pull-request.ts';
import type { ReleaseOnCandidate } from '#core/intake/unsplit.ts';
import { verificationPath } from '#core/ppa/folder.ts';
import { type LockedMetadata, parseLock, renderLock } from '#core/ppa/lock.ts';
import { lockPath, ppaBranch } from '#core/ppa/ppa.ts';
import type { ProductCard } from '#core/product/card.ts';
import type { PpaPlan } from '#core/release/plan.ts';
import { formerReports, type VerifiedBefore, verifiedBefore } from '#core/verification/former.ts';
import { type TemplateInput, templateFor } from '#core/verification/template.ts';
import { soundOf } from '#core/yaml.ts';
import { readCriteria } from '#shell/criteria.ts';
import { textAt } from '#shell/github.ts';
import type { Taken } from '#shell/intake.ts';
import type { TakenMetadata } from '#shell/intake-metadata.ts';
import { openPpaPull, type PpaPull } from '#shell/intake-open.ts';
import { openStores } from '#shell/stores.ts';
import type { Context } from './split.ts';
import type { Work } from './work.ts';

/** Pool first, pull requests after: a run that dies between leaves unused objects and nothing that points to a missing one. */
export async function pooledPulls(
  work: Work,
  { taken, metadata }: { readonly taken: readonly Taken[]; readonly metadata: readonly TakenMetadata[] },
  cards: readonly ProductCard[],
  release: ReleaseOnCandidate,
  releasePull: number | undefined,
  context: Context,
): Promise<PpaPull[]> {
  const { branch, store, checkout } = context;
  const { folder, blob, place } = release;
  const criteria = ofMajor(await readCriteria(checkout.root), place.lane.major);
  const incoming = taken.map(({ path, format, locked: { sha256, file } }) => ({ path, sha256, file, format }));
  const before = await Promise.all(work.open.map((plan) => verifiedOf(plan, context)));
  const stores = await openStores(store);
  const kept = new Map<TakenMetadata, LockedMetadata>();
  const pooled = await stores.pool
    .addAll(incoming)
    .then(async (packages) => {
      for (const one of metadata)
        kept.set(one, { ...one.locked, ...(await stores.pool.addText(one.text, one.locked.kind)) });
      return packages;
    })
    .finally(stores.close);
  return work.open.map((plan, at) => {
    const packages = taken.flatMap(({ plan: of, locked }, index) =>
      of === plan ? [{ ...locked, file: pooled[index]?.file ?? locked.file }] : [],
    );
    const besides = metadata.flatMap((one) => (one.plan === plan ? (kept.get(one) ?? []) : []));
    const lock = lockOf(plan, folder, packages, work.presentOf(plan.id), besides);
    const path = lockPath(place.lane, plan.id);
    soundOf(parseLock(renderLock(lock), { file: path }));
    const origin = { release: folder, blob, total: work.total, emergency: plan.emergency };
    const files = {
      [path]: renderLock(lock),
      [verificationPath(folder, plan.name)]: templateOf(plan, cards[at], criteria, {
        releaseNotes: work.notesOf(plan.id),
        ...(before[at] === undefined ? {} : { before: before[at] }),
      }),
    };
    const labels = birthLabels(lock, place.lane.major, plan.emergency);
    const body = pullRequestText(lock, plan, origin, releasePull);
    return { branch: ppaBranch(plan.id), base: branch, title: plan.name, body, labels, files, decisive: path };
  });
}

function templateOf(
  { name, type, id }: PpaPlan,
  card: ProductCard | undefined,
  criteria: Criteria,
  known: Pick<TemplateInput, 'before' | 'releaseNotes'>,
): string {
  return templateFor({
    ppa: name,
    product: card?.name ?? id.product,
    releaseType: type,
    criteria: criteriaFor(criteria, card?.profiles ?? []),
    criteriaVersion: criteria.version,
    ...known,
  });
}

/** What earlier versions answered: only a minor release asks. A report that cannot be read answers nothing. */
async function verifiedOf({ id, type }: PpaPlan, { forge, head }: Context): Promise<VerifiedBefore | undefined> {
  if (type !== 'minor') return undefined;
  const paths = formerReports(
    head.files.map(({ path }) => path),
    id,
  );
  const read = async (path: string) => ({ path, text: (await textAt(forge, path, head.commit)) ?? '' });
  return verifiedBefore(await Promise.all(paths.map(read)));
}

export async function openAll(
  wanted: readonly PpaPull[],
  { forge, head, say }: Context,
): Promise<{ ppa: string; pull: number }[]> {
  const opened: { ppa: string; pull: number }[] = [];
  for (const each of wanted) {
    const pull = await openPpaPull(forge, head, each);
    opened.push({ ppa: each.title, pull });
    say(`${each.title}: #${pull}`);
  }
  return opened;
}
