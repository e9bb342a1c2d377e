import { lockDigest } from '#core/ppa/lock.ts';
import { ppaName } from '#core/ppa/ppa.ts';
import { reviewedCommits } from '#core/rollout/approval.ts';
import { contentDigest, type Run, verificationArtifact, verificationEvidence } from '#core/rollout/evidence.ts';
import type { FileFact, PpaFacts, PullFacts } from '#core/rollout/facts.ts';
import { needsEvidence } from '#core/rollout/needs.ts';
import { foreignPaths, lockOfPpa, lockPaths, type PpaPlace, placeOf } from '#core/rollout/place.ts';
import { CHECK } from '#core/rollout/ppa-plan.ts';
import { parseStanding, type Standing } from '#core/rollout/standing.ts';
import { headNamed } from '#core/rollout/sticky.ts';
import { type Referred, referredPaths } from '#core/verification/referred.ts';
import type { ForgeAccess } from '#shell/github.ts';
import type { Declared } from '#shell/github-data.ts';
import type { Mirror } from '#shell/github-mirror.ts';
import { checkOn, type ListedPull, pullFacts } from '#shell/github-pulls.ts';
import { evidenceNamed } from '#shell/github-runs.ts';

/** What all PPAs are read with. */
export interface PpaReading {
  readonly access: ForgeAccess;
  readonly mirror: Mirror;
  readonly declared: Declared;
  readonly bot: string;
  /** Head of the branch they are merged into. */
  readonly base: string;
  /** Believed runs of verify-ppa. */
  readonly runs: readonly Run[];
  /** PPA name → tag that released it. */
  readonly released: ReadonlyMap<string, string>;
}

/** All facts of one PPA pull request; undefined when it belongs to no declared lane. */
export async function ppaFacts(reading: PpaReading, listed: ListedPull): Promise<PpaFacts | undefined> {
  const { mirror, access, bot, declared, base, released } = reading;
  const { ppa: id, head, number, body } = listed;
  if (id === undefined || !(await mirror.has(head))) return undefined; // pushed over this moment: the next look sees it
  const paths = lockPaths(declared.distributions, id);
  const locks = await mirror.texts(paths.map(({ path }) => `${head}:${path}`));
  const place = placeOf(
    id,
    body,
    paths.map(({ lane, path }) => ({ lane, path, text: locks.get(`${head}:${path}`) })),
  );
  if (place === undefined) return undefined;
  const pull = await pullFacts(access, listed, { bot, checkName: CHECK });
  const files = await filesOf(mirror, place, head);
  const ppa = ppaName(id);
  const lock = lockOfPpa(files.lock?.text, id, place.lock) === undefined ? undefined : files.lock;
  const standing = await standingOf(reading, pull, ppa);
  const about = { ...(lock === undefined ? {} : { lock }), ...(standing === undefined ? {} : { standing }) };
  const foreign = listed.merged ? [] : foreignPaths(place, await mirror.changed(head, base));
  const wants = needsEvidence({ ...about, open: listed.open });
  const tag = released.get(ppa);
  return {
    ...pull,
    ...{ ppa, id, lane: place.lane, foreign, ...about },
    ...(files.verification === undefined ? {} : { verification: files.verification }),
    ...(files.rollout === undefined ? {} : { rollout: files.rollout }),
    ...(files.release === undefined ? {} : { release: files.release }),
    referred: listed.open ? await referredBy(mirror, base, files.verification?.text) : new Map(),
    contentAt: await contentsAt(mirror, place, [head, ...reviewedCommits(pull)]),
    evidence:
      wants && lock !== undefined ? await evidenceOf(reading, { ppa, pull: number, lock: lockDigest(lock.text) }) : [],
    runs: reading.runs.filter(({ title }) => title === `verify-ppa ${number}`),
    ...(tag === undefined ? {} : { releasedBy: tag }),
  };
}

async function filesOf(mirror: Mirror, place: PpaPlace, head: string) {
  const release = place.verification.replace(/\/[^/]+\/[^/]+$/, '/release.xml');
  const names = { lock: place.lock, verification: place.verification, rollout: place.rollout, release };
  const texts = await mirror.texts(Object.values(names).map((path) => `${head}:${path}`));
  const file = (path: string): FileFact | undefined => {
    const text = texts.get(`${head}:${path}`);
    return text === undefined ? undefined : { path, text };
  };
  return {
    lock: file(names.lock),
    verification: file(names.verification),
    rollout: file(names.rollout),
    release: file(names.release),
  };
}

/** Nothing is asked where no report refers to another. */
async function referredBy(mirror: Mirror, base: string, text: string | undefined): Promise<Referred> {
  const paths = referredPaths(text);
  const texts = paths.length === 0 ? new Map() : await mirror.texts(paths.map((path) => `${base}:${path}`));
  return new Map([...texts].map(([name, found]) => [name.slice(base.length + 1), found]));
}

/** On the head; after a push, on the head that our comment names, or on a commit the branch still holds. */
async function standingOf(
  { access, mirror, base, bot }: PpaReading,
  { check, head, sticky, pull }: PullFacts,
  ppa: string,
): Promise<Standing | undefined> {
  const about = { ppa, pull };
  const here = parseStanding(check?.text ?? '', about);
  if (here !== undefined) return here;
  const hint = headNamed(sticky?.body ?? '');
  const former = [...(hint === undefined ? [] : [hint]), ...(await mirror.since(head, base, 6))];
  for (const sha of new Set(former.filter((each) => each !== head))) {
    const found = parseStanding((await checkOn(access, sha, CHECK, bot))?.text ?? '', about);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function contentsAt(mirror: Mirror, { lock, verification }: PpaPlace, commits: readonly string[]) {
  const sound = [...new Set(commits)].filter((commit) => /^[0-9a-f]{40}$/.test(commit));
  const texts = await mirror.texts(sound.flatMap((commit) => [`${commit}:${lock}`, `${commit}:${verification}`]));
  return Object.fromEntries(
    sound.flatMap((commit) => {
      const [one, other] = [texts.get(`${commit}:${lock}`), texts.get(`${commit}:${verification}`)];
      return one === undefined || other === undefined ? [] : [[commit, contentDigest(one, other)]];
    }),
  );
}

async function evidenceOf({ access, runs }: PpaReading, about: { ppa: string; pull: number; lock: string }) {
  const raw = await evidenceNamed(access, verificationArtifact(about.ppa, about.lock), runs);
  return raw.flatMap(({ value: text, ...from }) => {
    const value = verificationEvidence(text, about);
    return value === undefined ? [] : [{ ...from, value }];
  });
}
