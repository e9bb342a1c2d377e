import { criteriaFor } from '#core/criteria/applied.ts';
import { lockOf } from '#core/intake/lock-of.ts';
import { birthLabels, pullRequestText } from '#core/intake/pull-request.ts';
import type { ReleaseOnCandidate } from '#core/intake/unsplit.ts';
import { verificationPath } from '#core/ppa/folder.ts';
import { parseLock, renderLock } from '#core/ppa/lock.ts';
import { lockPath, ppaBranch } from '#core/ppa/ppa.ts';
import type { ProductCard } from '#core/product/card.ts';
import type { PpaPlan } from '#core/release/plan.ts';
import { templateFor } from '#core/verification/template.ts';
import { soundOf } from '#core/yaml.ts';
import { readCriteria } from '#shell/criteria.ts';
import type { Taken } from '#shell/intake.ts';
import { openPpaPull, type PpaPull } from '#shell/intake-open.ts';
import { openPool } from '#shell/pool.ts';
import type { Context } from './split.ts';
import type { Work } from './work.ts';

/** Pool first, pull requests after: a run that dies between leaves unused objects and nothing that points to a missing one. */
export async function openAll(
  work: Work,
  taken: readonly Taken[],
  cards: readonly ProductCard[],
  release: ReleaseOnCandidate,
  releasePull: number | undefined,
  { forge, head, branch, store, say, checkout }: Context,
): Promise<{ ppa: string; pull: number }[]> {
  const criteria = await readCriteria(checkout.root);
  const incoming = taken.map(({ path, format, locked: { sha256, file } }) => ({ path, sha256, file, format }));
  const pooled = await openPool(store).addAll(incoming);
  const kept = taken.map(({ plan, locked }, at) => ({
    plan,
    locked: { ...locked, file: pooled[at]?.file ?? locked.file },
  }));
  const wanted = work.open.map((plan, at): PpaPull => {
    const packages = kept.filter((each) => each.plan === plan).map(({ locked }) => locked);
    const lock = lockOf(plan, release.folder, packages, work.presentOf(plan.id));
    const path = lockPath(release.place.lane, plan.id);
    soundOf(parseLock(renderLock(lock), { file: path }));
    return {
      branch: ppaBranch(plan.id),
      base: branch,
      title: plan.name,
      body: pullRequestText(
        lock,
        plan,
        { release: release.folder, blob: release.blob, total: work.total, emergency: plan.emergency },
        releasePull,
      ),
      labels: birthLabels(lock, release.place.lane.major, plan.emergency),
      files: { [path]: renderLock(lock), [verificationPath(release.folder, plan.name)]: templateOf(plan, cards[at]) },
      decisive: path,
    };
  });
  function templateOf({ name, type, id }: PpaPlan, card: ProductCard | undefined): string {
    const applied = criteriaFor(criteria, card?.profiles ?? []);
    return templateFor({
      ppa: name,
      product: card?.name ?? id.product,
      releaseType: type,
      criteria: applied,
      criteriaVersion: criteria.version,
    });
  }

  const opened: { ppa: string; pull: number }[] = [];
  for (const pull of wanted) {
    opened.push({ ppa: pull.title, pull: await openPpaPull(forge, head, pull) });
    say(`${pull.title}: #${opened.at(-1)?.pull}`);
  }
  return opened;
}
