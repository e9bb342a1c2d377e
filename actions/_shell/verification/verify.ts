import type { AppliedCriterion, Criteria } from '#core/criteria/criterion.ts';
import type { Facts, ProductFacts, Upgrade } from '#core/criteria/facts.ts';
import type { Known } from '#core/criteria/finding.ts';
import { conclusionOf, type JudgedRow, judge, partsFor, withWaivers } from '#core/criteria/judge.ts';
import type { Platform } from '#core/distribution/distribution.ts';
import type { Abilities } from '#core/environment/system.ts';
import { ProvisioningError } from '#core/faults.ts';
import type { ProductCard } from '#core/product/card.ts';
import { titleOf } from '#core/repository/client-files.ts';
import type { PpaClosure } from '#core/verification/evidence.ts';
import { type VerificationPlan, verificationPlan } from '#core/verification/plan.ts';
import type { EnvironmentProvider } from '#shell/environment/ports.ts';
import { withLooks } from './beside.ts';
import { breaksOf } from './closure.ts';
import { type FreshFacts, freshInstallation } from './fresh.ts';
import { documentationOf } from './pages.ts';
import { preparePlatform } from './platform.ts';
import { baseFiles, clientFile, publishedState } from './repositories.ts';
import { aptVoucher, providerAuthority } from './source-voucher.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';
import { upgradeFrom } from './upgrade.ts';

export interface VerificationInput {
  readonly subject: Subject;
  readonly platform: Platform;
  readonly card: ProductCard;
  readonly criteria: readonly AppliedCriterion[];
  /** Waivers, and the data that checks judge by. */
  readonly known: Known & Pick<Criteria, 'waivers'>;
  readonly publicUrl: string;
  /** FETCH_ALLOW: private addresses that may be asked. */
  readonly allow: readonly string[];
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
  /** What the closure was judged by; none when nothing asked for it. */
  readonly closures?: readonly PpaClosure[];
  /** Why the environment failed, of an `error`. */
  readonly error?: string;
}

// Codes that speak of our own machinery; whatever else goes wrong is an accident, and no verdict either.
const OURS = /^(ENVIRONMENT|PUBLISHED|STATE|IMAGE|COMMAND)_/;
// errno(3): this machine is full, or at its limits.
const EXHAUSTED = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EIO', 'EROFS'];

/** Says nothing of a product, and may go well when tried again. */
export function isOurs(accident: unknown): accident is Error & { readonly code: string } {
  if (!(accident instanceof Error) || !('code' in accident)) return false;
  const code = String(accident.code);
  return accident instanceof ProvisioningError ? OURS.test(code) : EXHAUSTED.includes(code);
}

/** The whole verification of one PPA. An environment that fails is an outcome, `error`, and says nothing of the product. */
export async function verify(input: VerificationInput): Promise<VerificationOutcome> {
  let snapshot = '';
  try {
    const { facts, untested, closures } = await collect(input);
    snapshot = untested;
    const judged = judge(facts, input.criteria, input.known);
    const rows = withWaivers(judged, input.known, { product: input.card.product, day: input.day });
    const told = closures.length === 0 ? {} : { closures };
    return { conclusion: conclusionOf(rows), snapshot, rows, ...told };
  } catch (accident) {
    if (!isOurs(accident)) throw accident;
    return { conclusion: 'error', snapshot, rows: [], error: `${accident.code} ${accident.message}` };
  }
}

/** Only the parts that the criteria are drawn from: a single criterion asks for less than all of them. */
async function collect(
  input: VerificationInput,
): Promise<{ facts: Facts; untested: string; closures: readonly PpaClosure[] }> {
  const { subject, platform, card, publicUrl, checkout, criteria, say } = input;
  const parts = partsFor(criteria);
  const plan = verificationPlan(subject.lock, await publishedState(publicUrl));
  const repositories = [plan.untested, ...plan.production];
  const [prepared, base, ...clients] = await Promise.all([
    preparePlatform(platform, checkout, say),
    baseFiles(platform, checkout),
    ...repositories.map((repository) => clientFile(publicUrl, repository, titleOf(repository))),
  ]);
  const begun = performance.now();
  const ground: Stage = { ...prepared, files: [...base, ...clients], locked: subject.lock.packages, say, begun };
  const { format } = platform;
  // Asked while the systems are at work; says nothing by failing.
  const documentation = parts.has('pages') ? documentationOf(input) : undefined;
  documentation?.catch(() => {});
  const authority = () => providerAuthority(subject, { checkout, suite: platform.suite ?? '' });
  const voucher = aptVoucher(authority, input.allow, input.now);
  const beside = { parts, format, licences: input.known.licences, checkout, allow: input.allow, voucher };
  const closure = parts.has('closure') ? breaksOf(plan, { ...input, ...prepared, base }) : undefined;
  const looked = withLooks(ground, beside, async (stage) => {
    const fresh = parts.has('fresh')
      ? await freshInstallation(stage, card)
      : { ...NOTHING, abilities: await abilitiesOf(prepared.provider) };
    if (!parts.has('upgrade') || plan.from.length === 0) return { ...fresh, upgrade: undefined };
    return { ...fresh, upgrade: await upgradeOn(ground, fresh, plan, card) };
  });
  // Whichever fails, the other is let come to its end: nothing of it stays behind.
  await Promise.allSettled([looked, closure]);
  const [seen, asked] = [await looked, await closure];
  const installation = { ...seen.installation, breaks: asked?.breaks ?? [] };
  return {
    facts: {
      ...seen,
      documentation: await documentation,
      product: productFacts(input),
      installation,
      format,
    },
    untested: plan.untested.snapshot,
    closures: asked?.closures ?? [],
  };
}

function upgradeOn(
  ground: Stage,
  { abilities }: FreshFacts,
  { from }: VerificationPlan,
  { service }: ProductCard,
): Promise<Upgrade> | 'impossible' {
  return abilities.secondSystem ? upgradeFrom(ground, from, service) : 'impossible';
}

async function abilitiesOf(provider: EnvironmentProvider): Promise<Abilities> {
  const found = await provider.detect();
  return found.available ? found.abilities : { services: false, networkCut: false, secondSystem: false };
}

const NOTHING: Omit<FreshFacts, 'abilities'> = {
  installation: { steps: [], wanted: [], installed: [], dependencies: [], foreign: [], breaks: [] },
  ...{ content: undefined, services: [], removal: undefined, tests: undefined, checkers: [] },
};

function productFacts({ card, day }: VerificationInput): ProductFacts {
  return {
    description: card.description,
    purpose: card.purpose ?? '',
    supportEnds: (card.supportCalendar ?? []).map(({ standardUntil }) => standardUntil),
    day,
  };
}
