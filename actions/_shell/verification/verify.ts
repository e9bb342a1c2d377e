import type { AppliedCriterion, Criteria } from '#core/criteria/criterion.ts';
import type { Facts } from '#core/criteria/facts.ts';
import { conclusionOf, type JudgedRow, judge, withWaivers } from '#core/criteria/judge.ts';
import type { Platform } from '#core/distribution/distribution.ts';
import { ProvisioningError } from '#core/faults.ts';
import type { ProductCard } from '#core/product/card.ts';
import { titleOf } from '#core/repository/client-files.ts';
import { verificationPlan } from '#core/verification/plan.ts';
import { closureOn } from './closure.ts';
import { freshInstallation } from './fresh.ts';
import { preparePlatform } from './platform.ts';
import { baseFiles, clientFile, publishedState } from './repositories.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';
import { upgradeFrom } from './upgrade.ts';

export interface VerificationInput {
  readonly subject: Subject;
  readonly platform: Platform;
  readonly card: ProductCard;
  readonly criteria: readonly AppliedCriterion[];
  readonly waivers: Pick<Criteria, 'waivers'>;
  readonly publicUrl: string;
  /** Folder of the default branch's files. */
  readonly checkout: string;
  /** The machine's clock. */
  readonly now: Date;
  /** Of the verification, by the forge's clock: `YYYY-MM-DD`. */
  readonly day: string;
  readonly say: (line: string) => void;
}

export interface VerificationOutcome {
  readonly conclusion: 'pass' | 'fail' | 'error';
  readonly snapshot: string;
  readonly rows: readonly JudgedRow[];
  /** Why the environment failed, of an `error`. */
  readonly error?: string;
}

// Codes that speak of our own machinery; whatever else goes wrong is an accident, and no verdict either.
const OURS = /^(ENVIRONMENT|PUBLISHED|STATE|IMAGE|COMMAND)_/;

/** Says nothing of a product, and may go well when tried again. */
export function isOurs({ code }: ProvisioningError): boolean {
  return OURS.test(code);
}

/** The whole verification of one PPA. An environment that fails is an outcome, `error`, and says nothing of the product. */
export async function verify(input: VerificationInput): Promise<VerificationOutcome> {
  let snapshot = '';
  try {
    const { facts, untested } = await collect(input);
    snapshot = untested;
    const judged = judge(facts, input.criteria);
    const rows = withWaivers(judged, input.waivers, { product: input.card.product, day: input.day });
    return { conclusion: conclusionOf(rows), snapshot, rows };
  } catch (accident) {
    if (!(accident instanceof ProvisioningError) || !isOurs(accident)) throw accident;
    return { conclusion: 'error', snapshot, rows: [], error: `${accident.code} ${accident.message}` };
  }
}

async function collect(input: VerificationInput): Promise<{ facts: Facts; untested: string }> {
  const { subject, platform, card, publicUrl, checkout, say } = input;
  const plan = verificationPlan(subject.lock, await publishedState(publicUrl));
  const repositories = [plan.untested, ...plan.production];
  const [prepared, base, ...clients] = await Promise.all([
    preparePlatform(platform, checkout, say),
    baseFiles(platform, checkout),
    ...repositories.map((repository) => clientFile(publicUrl, repository, titleOf(repository))),
  ]);
  const stage: Stage = { ...prepared, files: [...base, ...clients], locked: subject.lock.packages, say };
  const fresh = await freshInstallation(stage, card);
  const upgradable = plan.from.length > 0 && fresh.abilities.secondSystem;
  const upgrade = upgradable ? await upgradeFrom(stage, plan.from, card.service) : undefined;
  const { faults: breaks } = await closureOn({ ...input, ...prepared, base }, plan.closure);
  const installation = { ...fresh.installation, breaks };
  const product = {
    description: card.description,
    purpose: card.purpose ?? '',
    supportEnds: (card.supportCalendar ?? []).map(({ standardUntil }) => standardUntil),
    day: input.day,
  };
  return {
    facts: { ...fresh, product, installation, format: platform.format, upgrade },
    untested: plan.untested.snapshot,
  };
}
