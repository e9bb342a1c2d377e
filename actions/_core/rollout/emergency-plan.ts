import { compareVersions } from '#core/calendar/tag.ts';
import { parseLockPath } from '#core/ppa/folder.ts';
import { parseLock } from '#core/ppa/lock.ts';
import { parseRelease } from '#core/release/parse.ts';
import { draftOf } from '#core/texts/draft.ts';
import type { Source } from '#core/texts/parts.ts';
import { renderTexts, tagOfTexts, textsPath } from '#core/texts/texts.ts';
import { parseVerification } from '#core/verification/verification.ts';
import type { Effect } from './effects.ts';
import { emergencyBranch, emergencyTag, emergencyVersion } from './emergency.ts';
import type { PpaFacts, World } from './facts.ts';
import { type LaneFacts, planTest } from './lane-plan.ts';
import { lockOf } from './peers.ts';
import { enteringOf } from './reasons.ts';
import { parseRecord, renderRecord } from './record.ts';
import { isUrgent, type Standing } from './standing.ts';

/** One branch `emergency/<PPA>` as Git has it. */
export interface EmergencyFacts {
  readonly ppa: string;
  readonly commit: string;
  /** Does it stand on the default branch's present head? */
  readonly current: boolean;
  /** What it changes there: path → text; undefined: gone. */
  readonly files: ReadonlyMap<string, string | undefined>;
  /** Part of the default branch: released. */
  readonly released: boolean;
  /** A tag on its head is being judged: until that is over it stays. */
  readonly judged?: boolean;
  /** Released, and not yet part of the candidate: what differs, as the branch and as the candidate changed it. */
  readonly apart?: {
    readonly theirs: ReadonlyMap<string, string | undefined>;
    readonly ours: ReadonlyMap<string, string | undefined>;
  };
  /** How it was tested whole; absent: it is of no declared lane. */
  readonly test?: Omit<LaneFacts, 'published'>;
}

/** Heads of the default branch and of `candidate`. */
export interface Heads {
  readonly main: string;
  readonly candidate: string;
}

interface Looked {
  readonly facts: PpaFacts;
  readonly standing: Standing;
}

/**
 * Emergencies go out alone: the default branch and this one PPA on a branch of its own, tested whole; a release manager's
 * tag releases it; then it is brought into the candidate, frozen or not, lest the next release takes it back.
 */
export function planEmergencies(
  branches: readonly EmergencyFacts[],
  looked: readonly Looked[],
  heads: Heads,
  world: World,
): Effect[] {
  const ready = looked.filter(({ facts, standing }) => isReady({ facts, standing, world }));
  const names = new Set(ready.map(({ facts }) => facts.ppa));
  return [
    ...ready.flatMap((each) =>
      prepared(
        each,
        branches.find(({ ppa }) => ppa === each.facts.ppa),
        heads,
        world,
      ),
    ),
    ...branches.flatMap((branch) => ended(branch, names, heads)),
  ];
}

function isReady({ facts, standing, world }: Looked & { readonly world: World }): boolean {
  if (!facts.open || standing.state !== 'umd-store' || !isUrgent(standing) || facts.releasedBy !== undefined)
    return false;
  return enteringOf({ facts, standing, world }).every(({ verdict }) => verdict === 'pass');
}

function prepared(
  { facts, standing }: Looked,
  branch: EmergencyFacts | undefined,
  heads: Heads,
  world: World,
): Effect[] {
  if (branch?.released === true) return [];
  const wanted = filesOf(facts, standing, world);
  const kept = [...wanted].map(([path, text]) => {
    const there = tagOfTexts(path) === undefined ? undefined : branch?.files.get(path);
    return { path, text: there ?? text }; // a person's words stay
  });
  if (branch?.test !== undefined && branch.current && holds(branch.files, kept))
    return planTest({ ...branch.test, published: isTried(facts, world) }, world.now, emergencyBranch(facts.ppa));
  return [
    {
      kind: 'write-commit',
      branch: emergencyBranch(facts.ppa),
      parents: [heads.main],
      files: kept,
      message: `${emergencyTag(facts.lane, world.released)}: ${facts.ppa} alone`,
      anew: true,
    },
  ];
}

/** Exactly these; the release.xml may have come to production with another of its PPAs before. */
function holds(
  files: EmergencyFacts['files'],
  wanted: readonly { readonly path: string; readonly text: string }[],
): boolean {
  const known = new Set(wanted.map(({ path }) => path));
  const foreign = [...files.keys()].some((path) => !known.has(path));
  const here = (path: string) => !files.has(path) && path.endsWith('/release.xml');
  return !foreign && wanted.every(({ path, text }) => here(path) || files.get(path) === text);
}

/** Does testing serve its packages? The test takes them from there. */
function isTried(facts: PpaFacts, { served }: World): boolean {
  const { lane, id } = facts;
  const there = served[`${lane.distribution}-${lane.major}/${id.os}/${id.arch}`]?.inTesting;
  return lockOf(facts)?.packages.every(({ sha256 }) => there?.has(sha256) ?? false) ?? false;
}

/** Lock, records, release.xml and the texts: everything that a release of this one PPA holds. */
function filesOf(facts: PpaFacts, standing: Standing, world: World): Map<string, string> {
  const { lock, verification, release, lane, ppa } = facts;
  const files = new Map<string, string>();
  for (const file of [lock, verification, release]) if (file !== undefined) files.set(file.path, file.text);
  const record = renderRecord(standing, facts, world);
  files.set((verification?.path ?? '').replace(/[^/]+$/, 'rollout.yml'), record);
  const distribution = world.distributions.find((each) => each.distribution === lane.distribution);
  const value = lockOf(facts);
  if (distribution === undefined || value === undefined) return files;
  const product = parseRelease(release?.text ?? '', { file: release?.path ?? '' }).release?.products.find(
    (each) => each.product === value.product,
  );
  const report = parseVerification(verification?.text ?? '', { file: 'verification.yml' }).value;
  const kept = parseRecord(record);
  const source: Source = {
    lock: value,
    ...(product === undefined ? {} : { product }),
    ...(report === undefined ? {} : { verification: report }),
    ...(kept === undefined ? {} : { record: kept }),
  };
  const version = emergencyVersion(lane, world.released);
  const reason = standing.urgent?.reason ?? '';
  const about = { tag: emergencyTag(lane, world.released), distribution, emergency: reason === '' ? ppa : reason };
  return files.set(textsPath({ lane, version }), renderTexts(draftOf(about, [source])));
}

/** After the release into the candidate; then, or when there is no emergency any more, the branch goes. */
function ended(branch: EmergencyFacts, ready: ReadonlySet<string>, heads: Heads): Effect[] {
  const { ppa, released, apart, commit, judged = false } = branch;
  if (!released && (ready.has(ppa) || judged)) return [];
  if (released && apart !== undefined) {
    return [
      {
        kind: 'write-commit',
        branch: 'candidate',
        parents: [heads.candidate, commit],
        files: joined(apart),
        message: `${ppa}, released alone, joins the candidate`,
        anew: false,
      },
    ];
  }
  return [{ kind: 'drop-branch', branch: emergencyBranch(ppa) }];
}

/**
 * What the candidate takes over: everything that only the other side changed; of what both changed the released side, but
 * a lock that is newer in the candidate stays.
 */
export function joined({ theirs, ours }: NonNullable<EmergencyFacts['apart']>) {
  return [...theirs]
    .filter(([path, text]) => !ours.has(path) || (ours.get(path) !== text && !isNewerHere(path, text, ours.get(path))))
    .map(([path, text]) => (text === undefined ? { path } : { path, text }));
}

function isNewerHere(path: string, theirs: string | undefined, ours: string | undefined): boolean {
  if (parseLockPath(path) === undefined) return false;
  const [one, other] = [theirs, ours].map((text) => parseLock(text ?? '', { file: path }).value);
  if (one === undefined || other === undefined) return false;
  return other.reason !== undefined || compareVersions(other.version, one.version) > 0;
}
