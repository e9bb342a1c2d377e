import type { Distribution } from '#core/distribution/distribution.ts';
import { type Fault, ProvisioningError } from '#core/faults.ts';
import { nextAttempt, refusalComment, type SplitFault, splitComment } from '#core/intake/memory.ts';
import type { KnownPpas, ReleaseOnCandidate } from '#core/intake/unsplit.ts';
import type { PpaPlan } from '#core/release/plan.ts';
import type { ForgeAccess } from '#shell/github.ts';
import { takePackages } from '#shell/intake.ts';
import { type Checkout, readKeys, readProductCard, readProvider } from '#shell/intake-config.ts';
import {
  type Head,
  type ListedPull,
  pullOfFile,
  type SplitComment,
  splitCommentOn,
  writeComment,
} from '#shell/intake-forge.ts';
import { inThrowAway } from '#shell/packages.ts';
import { openAll, pooledPulls } from './open.ts';
import { readWork, type Work } from './work.ts';

export interface Context {
  readonly forge: ForgeAccess;
  readonly checkout: Checkout;
  readonly branch: string;
  readonly head: Head;
  readonly pulls: readonly ListedPull[];
  readonly known: KnownPpas;
  readonly distributions: readonly Distribution[];
  readonly store: string;
  readonly allow: readonly string[];
  readonly limits: { readonly bytes: number; readonly milliseconds: number };
  readonly retry: boolean;
  readonly dryRun: boolean;
  /** The forge's clock: when it is tried again. */
  readonly asked: Date;
  /** The machine's clock: whether a repository's signature still holds. */
  readonly now: Date;
  readonly say: (line: string) => void;
}

export type SplitOutcome =
  | { readonly kind: 'opened'; readonly folder: string; readonly ppas: readonly { ppa: string; pull?: number }[] }
  | { readonly kind: 'refused'; readonly folder: string; readonly faults: readonly Fault[] }
  /** Refused before, and not worth the network traffic now. */
  | { readonly kind: 'waits'; readonly folder: string }
  | { readonly kind: 'whole'; readonly folder: string };

/** The release's own pull request, and what we said there. */
export interface Told {
  readonly pull: number | undefined;
  readonly comment: SplitComment | undefined;
}

/** One release, all or nothing: what is wrong is told on its pull request, nothing is opened then. */
export async function splitRelease(release: ReleaseOnCandidate, context: Context): Promise<SplitOutcome> {
  const { folder, blob } = release;
  const { say, asked, retry, dryRun, forge, branch, pulls } = context;
  const work = await readWork(release, context);
  if (work.faults.length === 0 && work.open.length === 0) return { kind: 'whole', folder };

  const pull = await pullOfFile(forge, `${folder}/release.xml`, branch, pulls);
  const comment = pull === undefined ? undefined : await splitCommentOn(forge, pull, folder);
  const next = nextAttempt(comment?.memory, blob, retry);
  if (next === undefined || next > asked) {
    say(
      `${folder}: was refused before (#${pull}); tried again ${next === undefined ? 'when asked' : `after ${next.toISOString()}`}`,
    );
    return { kind: 'waits', folder };
  }
  const faults = work.faults.length > 0 ? work.faults : await takeAndOpen(work, release, { pull, comment }, context);
  if (!('length' in faults)) return faults;
  if (pull !== undefined && !dryRun)
    await writeComment(forge, pull, comment, refusalComment(release, faults, comment?.memory));
  return { kind: 'refused', folder, faults: faults.map((each) => located(each, folder)) };
}

function located({ ppa, file, ...fault }: SplitFault, folder: string): Fault {
  const subject = [ppa, file].filter((part) => part !== undefined).join(' ');
  return {
    where: { file: `${folder}/release.xml` },
    ...fault,
    sentence: subject === '' ? fault.sentence : `${subject}: ${fault.sentence}`,
  };
}

async function takeAndOpen(
  work: Work,
  release: ReleaseOnCandidate,
  told: Told,
  context: Context,
): Promise<SplitOutcome | readonly SplitFault[]> {
  const { folder } = release;
  const { checkout, allow, limits, now, say, dryRun, forge } = context;
  say(`${folder}: ${work.open.map(({ name }) => name).join(', ')}`);
  try {
    const keys = await readKeys(checkout, await readProvider(checkout, release.place.provider));
    const cards = await Promise.all(work.open.map(({ id }) => readProductCard(checkout, id.product)));
    return await inThrowAway(async (throwAway) => {
      const suiteOf = (plan: PpaPlan) => work.platformOf(plan.id)?.suite ?? plan.id.os;
      const intake = {
        folder: throwAway,
        keys,
        suiteOf,
        presentOf: (plan: PpaPlan) => work.presentOf(plan.id),
        allow,
        limits,
        now,
        progress: (line: string) => say(`  ${line}`),
      };
      const { taken, metadata, faults } = await takePackages(work.open, intake);
      if (faults.length > 0) return faults;
      if (dryRun) return { kind: 'opened', folder, ppas: work.open.map(({ name }) => ({ ppa: name })) };
      const tell = async (ppas: readonly { ppa: string; pull?: number }[]) => {
        if (told.pull === undefined) return;
        await writeComment(
          forge,
          told.pull,
          await splitCommentOn(forge, told.pull, folder),
          splitComment(release, ppas),
        );
      };
      const wanted = await pooledPulls(work, { taken, metadata }, cards, release, told.pull, context);
      if (told.comment !== undefined) await tell([...work.open.map(({ name }) => ({ ppa: name })), ...work.opened]);
      const ppas = await openAll(wanted, context);
      await tell([...ppas, ...work.opened]);
      return { kind: 'opened', folder, ppas };
    });
  } catch (error) {
    if (error instanceof ProvisioningError && REFUSALS.test(error.code)) return error.faults;
    throw error;
  }
}

/** Faults of the release or of the data on the default branch; anything else is our own accident and not held against it. */
const REFUSALS = /^(PROVIDER_|RELEASE_|CARD_|CRITERIA_|POOL_(NAME|FORMAT)|FRAGMENT_|LOCK_)/;
