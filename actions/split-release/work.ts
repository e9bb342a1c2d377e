import type { Lane, Platform } from '#core/distribution/distribution.ts';
import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { missingPpas, type ReleaseOnCandidate } from '#core/intake/unsplit.ts';
import { type Lock, parseLock } from '#core/ppa/lock.ts';
import { lockPath, type PpaId, parsePpaName } from '#core/ppa/ppa.ts';
import { parseRelease } from '#core/release/parse.ts';
import { type PpaPlan, ppasOf } from '#core/release/plan.ts';
import type { Release } from '#core/release/release.ts';
import { soundOf } from '#core/yaml.ts';
import { textAt } from '#shell/github.ts';
import type { Context } from './split.ts';

/** What is to be done for one release. */
export interface Work {
  readonly open: readonly PpaPlan[];
  /** Opened by a run before. */
  readonly opened: readonly { readonly ppa: string; readonly pull: number }[];
  /** PPAs the release has in the end. */
  readonly total: number;
  readonly faults: readonly Fault[];
  readonly platformOf: (id: PpaId) => Platform | undefined;
  /** Lock of the same product and platform on candidate. */
  readonly presentOf: (id: PpaId) => Lock | undefined;
  /** The provider's release notes and change log of a product, as text. */
  readonly notesOf: (id: PpaId) => string;
}

/** Reads a release of candidate and tells which of its PPAs are not there; what check-release should have caught is a fault. */
export async function readWork({ folder, place }: ReleaseOnCandidate, context: Context): Promise<Work> {
  const file = `${folder}/release.xml`;
  const text = (await textAt(context.forge, file, context.head.commit)) ?? '';
  const { release, faults } = parseRelease(text, { file });
  const distribution = context.distributions.find((each) => each.distribution === place.lane.distribution);
  const platformOf = ({ os, arch }: PpaId) => distribution?.platforms[`${os}/${arch}`];
  const none = { open: [], opened: [], total: 0, faults, platformOf, presentOf: () => undefined, notesOf: () => '' };
  if (release === undefined || faults.length > 0) return none;

  const notesOf = ({ product }: PpaId): string =>
    release.products
      .filter((each) => each.product === product)
      .map(({ releaseNotes, changeLog }) => `${releaseNotes}\n${changeLog}`)
      .join('\n');
  const presentOf = await presentLocks(release, place.lane, context);
  const plans = ppasOf(release, (id) => parsePpaName(presentOf(id)?.ppa ?? '')?.version);
  const missing = missingPpas(folder, plans, context.known, ({ id }) => presentOf(id));
  const superseded = missing.filter(({ kind }) => kind === 'superseded');
  for (const { plan } of superseded) context.say(`${plan.name}: candidate has a newer one, it is not opened any more`);
  return {
    ...{ platformOf, presentOf, notesOf, total: plans.length - superseded.length },
    open: missing.flatMap((each) => (each.kind === 'open' ? [each.plan] : [])),
    opened: plans.flatMap(({ name }) => {
      const pull = context.known.get(name)?.pull;
      return pull === undefined ? [] : [{ ppa: name, pull }];
    }),
    faults: [
      ...missing.flatMap((each) => (each.kind === 'taken' ? [taken(each, file)] : [])),
      ...plans.flatMap(({ id }) => strangers(id, place.provider, platformOf(id), file)),
    ],
  };
}

async function presentLocks(release: Release, lane: Lane, { forge, head }: Context): Promise<Work['presentOf']> {
  const there = new Set(head.files.map(({ path }) => path));
  const paths = new Set(ppasOf(release).map(({ id }) => lockPath(lane, id)));
  const locks = new Map<string, Lock>();
  for (const file of [...paths].filter((path) => there.has(path)))
    locks.set(file, soundOf(parseLock((await textAt(forge, file, head.commit)) ?? '', { file })));
  return (id) => locks.get(lockPath(lane, id));
}

function taken({ plan, by }: { plan: PpaPlan; by: string }, file: string): Fault {
  return fault('RELEASE_PPA_SUBMITTED', `${plan.name} was submitted before, by ${by}.`, { file });
}

/** The keys are those of the folder's provider: a release of somebody else must not be judged by them. */
function strangers(id: PpaId, provider: string, platform: Platform | undefined, file: string): Fault[] {
  const where = { file };
  return [
    ...(id.provider === provider
      ? []
      : [fault('RELEASE_PROVIDER_MISMATCH', `${id.provider} releases in the folder of ${provider}.`, where)]),
    ...(platform === undefined
      ? [fault('RELEASE_PLATFORM_UNKNOWN', `The platform ${id.os}/${id.arch} is not declared.`, where)]
      : []),
  ];
}
