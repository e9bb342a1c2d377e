import { parseReleasePath, type ReleaseFolder } from '#core/ppa/folder.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { type PpaId, type ProductVersion, parsePpaName, ppaName } from '#core/ppa/ppa.ts';
import type { PpaPlan } from '#core/release/plan.ts';
import { isUnlabelled, readOrigin } from './pull-request.ts';

/** A file on candidate: path and Git's blob id. */
export interface TreeFile {
  readonly path: string;
  readonly blob: string;
}

/** A pull request of the release repo, of any state. */
export interface KnownPull {
  readonly number: number;
  /** Branch of the same repository; undefined when it comes from a fork. */
  readonly branch: string | undefined;
  readonly open: boolean;
  readonly labels: readonly string[];
  readonly body: string;
}

export interface ReleaseOnCandidate {
  /** `releases/umd/5/INFN/storm-1.11.15` */
  readonly folder: string;
  readonly place: ReleaseFolder;
  /** Git's blob id of its release.xml. */
  readonly blob: string;
}

/** A PPA that exists: opened once, whatever became of it. `release` undefined: nobody says of which. */
export type KnownPpas = ReadonlyMap<string, { readonly pull?: number; readonly release?: string }>;

export function releasesOn(files: readonly TreeFile[]): ReleaseOnCandidate[] {
  return files.flatMap(({ path, blob }) => {
    const file = parseReleasePath(path);
    return file?.kind === 'release'
      ? [{ folder: path.slice(0, -'/release.xml'.length), place: file.folder, blob }]
      : [];
  });
}

/** The name of a PPA in the branch of its pull request. */
export function ppaOfBranch(branch: string | undefined): PpaId | undefined {
  return branch?.startsWith('ppa/') ? parsePpaName(branch.slice('ppa/'.length)) : undefined;
}

/** From pull requests of any state, and from the records that merged ones left on candidate. */
export function knownPpas(files: readonly TreeFile[], pulls: readonly KnownPull[]): KnownPpas {
  const known = new Map<string, { pull?: number; release?: string }>();
  for (const { path } of files) {
    const file = parseReleasePath(path);
    if (file?.kind === 'verification')
      known.set(ppaName(file.ppa), { release: path.split('/').slice(0, -2).join('/') });
  }
  for (const { branch, body, number } of pulls) {
    const id = ppaOfBranch(branch);
    const release = readOrigin(body)?.release;
    if (id !== undefined) known.set(ppaName(id), { pull: number, ...(release === undefined ? {} : { release }) });
  }
  return known;
}

/**
 * Releases of which not all PPAs are known to exist, without reading a release.xml: the pull requests tell how many
 * PPAs there are. What is in doubt is listed.
 */
export function perhapsUnsplit(releases: readonly ReleaseOnCandidate[], known: KnownPpas, pulls: readonly KnownPull[]) {
  const ours = pulls.filter(({ branch }) => ppaOfBranch(branch) !== undefined).map(({ body }) => readOrigin(body));
  const totals = new Map(ours.map((origin) => [origin?.release, origin?.total]));
  const counts = new Map<string, number>();
  for (const { release = '' } of known.values()) counts.set(release, (counts.get(release) ?? 0) + 1);
  return releases.filter(({ folder }) => (counts.get(folder) ?? 0) < (totals.get(folder) ?? Number.POSITIVE_INFINITY));
}

/** What the bouncer has to look at, from the tree of candidate and every pull request against it. */
export function unsplitReleases(files: readonly TreeFile[], pulls: readonly KnownPull[]): ReleaseOnCandidate[] {
  return perhapsUnsplit(releasesOn(files), knownPpas(files, pulls), pulls);
}

/** What is to be done for one PPA of a release; `taken`: another release used the name. */
export type Missing =
  | { readonly kind: 'open'; readonly plan: PpaPlan }
  | { readonly kind: 'taken'; readonly plan: PpaPlan; readonly by: string }
  | { readonly kind: 'superseded'; readonly plan: PpaPlan; readonly by: string };

/** @param presentOf lock of the PPA's product and platform on candidate: an older version than that is not opened any more, unless it gives a reason */
export function missingPpas(
  folder: string,
  plans: readonly PpaPlan[],
  known: KnownPpas,
  presentOf: (plan: PpaPlan) => Lock | undefined,
): Missing[] {
  return plans.flatMap((plan): Missing[] => {
    const before = known.get(plan.name);
    if (before?.release !== undefined && before.release !== folder)
      return [{ kind: 'taken', plan, by: before.release }];
    const present = presentOf(plan);
    if (before !== undefined || present?.ppa === plan.name) return [];
    const newer = present === undefined ? undefined : parsePpaName(present.ppa);
    if (plan.reason === undefined && newer !== undefined && compare(newer.version, plan.id.version) > 0)
      return [{ kind: 'superseded', plan, by: ppaName(newer) }];
    return [{ kind: 'open', plan }];
  });
}

function compare(a: ProductVersion, b: ProductVersion): number {
  return a.major - b.major || a.minor - b.minor || a.revision - b.revision;
}

/** Open pull requests of PPAs that never got their labels. */
export function unlabelled(pulls: readonly KnownPull[]): { pull: number; id: PpaId; emergency: boolean }[] {
  return pulls.flatMap(({ number, open, branch, labels, body }) => {
    const id = ppaOfBranch(branch);
    return open && id !== undefined && isUnlabelled(labels)
      ? [{ pull: number, id, emergency: readOrigin(body)?.emergency ?? false }]
      : [];
  });
}
