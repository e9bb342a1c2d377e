import { renumbered } from '#core/calendar/renumber.ts';
import { parseTag } from '#core/calendar/tag.ts';
import { laneName } from '#core/distribution/distribution.ts';
import { rolloutPath, verificationPath } from '#core/ppa/folder.ts';
import { type Lock, lockDigest, parseLock } from '#core/ppa/lock.ts';
import { ppaOfEmergency } from '#core/rollout/emergency.ts';
import { candidateArtifact, candidateEvidence } from '#core/rollout/evidence.ts';
import { freshLocks, ofLane } from '#core/rollout/fresh.ts';
import { CHECK } from '#core/rollout/ppa-plan.ts';
import { isRecordOf } from '#core/rollout/record.ts';
import { isUrgent, parseStanding } from '#core/rollout/standing.ts';
import type { Alone, TagCase } from '#core/rollout/tag-judgement.ts';
import { textsPath } from '#core/texts/texts.ts';
import type { CandidateEvidence } from '#core/verification/evidence.ts';
import type { ForgeAccess } from '#shell/github.ts';
import { aloneTags, locksAt, lockTextsAt, readDeclared, releaseTags } from '#shell/github-data.ts';
import { CANDIDATE, repository } from '#shell/github-house.ts';
import type { Mirror } from '#shell/github-mirror.ts';
import { checkOn } from '#shell/github-pulls.ts';
import { evidenceNamed, runsOfTag, trustedRuns } from '#shell/github-runs.ts';
import { rolesOf, teamSlugs } from '#shell/github-teams.ts';

/** What is known of a release tag. */
export interface TagFacts {
  readonly commit: string;
  readonly defaultBranch: string;
  /** Part of the default branch already. */
  readonly merged: boolean;
  readonly facts: TagCase;
}

/** Undefined when there is no such tag. @param bot the reconciler's own identity, `umd-bot[bot]` */
export async function tagFacts(
  access: ForgeAccess,
  mirror: Mirror,
  { tag, bot }: { readonly tag: string; readonly bot: string },
): Promise<TagFacts | undefined> {
  const { now, defaultBranch } = await repository(access);
  const refs = await mirror.refs();
  const [commit, main, candidate] = [`refs/tags/${tag}`, `refs/heads/${defaultBranch}`, `refs/heads/${CANDIDATE}`].map(
    (ref) => refs.get(ref),
  );
  const lane = parseTag(tag)?.lane;
  if (commit === undefined || main === undefined || candidate === undefined || lane === undefined) return undefined;
  const declared = await readDeclared(mirror, main);
  const tags = await releaseTags(mirror, refs, main);
  const before = tags.filter(
    (known) => known.merged && known.tag !== tag && laneName(parseTag(known.tag)?.lane ?? lane) === laneName(lane),
  );
  const locks = ofLane(await locksAt(mirror, commit), lane);
  const production = await Promise.all(
    before.map(async ({ tag: of, commit: at }) => ({ tag: of, commit: at, locks: await locksAt(mirror, at) })),
  );
  const former = ofLane(production.at(-1)?.locks ?? [], lane);
  const fresh = freshLocks(locks, lane, production);
  const file = textsPath({ lane, version: parseTag(tag)?.version ?? '' });
  const alone = await aloneAt({ access, mirror, bot }, refs, { commit, main, file });
  const creator = await creatorOf(access, tag, commit);
  const tested = await testOf(access, laneName(lane), commit, defaultBranch);
  const roles = await rolesOf(access, declared.distributions, await teamSlugs(access));
  const merged = tags.some((known) => known.tag === tag && known.merged);
  const released = tags.filter((known) => known.merged && known.tag !== tag).map((known) => known.tag);
  const histories = await Promise.all(before.map((known) => mirror.isAncestor(known.commit, commit)));
  return {
    ...{ commit, defaultBranch, merged },
    facts: {
      ...{ tag, locks, former, fresh: fresh.map(({ ppa }) => ppa) },
      texts: (await mirror.texts([`${commit}:${file}`])).get(`${commit}:${file}`),
      world: {
        now,
        org: access.owner,
        released,
        roles,
        distributions: declared.distributions,
        calendar: renumbered(declared.calendar, await aloneTags(mirror, declared.calendar, production)),
      },
      ...(alone === undefined ? {} : { alone }),
      ...(creator === undefined ? {} : { creator }),
      ...(tested === undefined ? {} : { tested }),
      atCandidate: (await mirror.folder(commit, 'repos')) === (await mirror.folder(candidate, 'repos')),
      holdsFormer: histories.every((held) => held),
      unrecorded: await unrecordedAt(mirror, commit, fresh),
    },
  };
}

/** Is the tag the head of an emergency's branch? Then what it is on the default branch. */
async function aloneAt(
  { access, mirror, bot }: { readonly access: ForgeAccess; readonly mirror: Mirror; readonly bot: string },
  refs: ReadonlyMap<string, string>,
  { commit, main, file }: { readonly commit: string; readonly main: string; readonly file: string },
): Promise<Alone | undefined> {
  const named = [...refs].find(([ref, at]) => at === commit && ref.startsWith('refs/heads/emergency/'));
  const ppa = named === undefined ? undefined : ppaOfEmergency(named[0].slice('refs/heads/'.length));
  if (ppa === undefined) return undefined;
  const paths = (await mirror.changed(commit, main)).map(({ path }) => path);
  const texts = await mirror.texts(paths.map((path) => `${commit}:${path}`));
  const at = (path: string) => texts.get(`${commit}:${path}`) ?? '';
  const lock = paths.find((path) => parseLock(at(path), { file: path }).value?.ppa === ppa) ?? '';
  const release = parseLock(at(lock), { file: lock }).value?.release ?? '';
  const rollout = rolloutPath(release, ppa);
  const own = [lock, file, `${release}/release.xml`, verificationPath(release, ppa), rollout];
  return {
    ppa,
    current: await mirror.isAncestor(main, commit),
    confirmed: await isAgreed(access, {
      ppa,
      bot,
      lock: lockDigest(at(lock)),
      head: refs.get(`refs/heads/ppa/${ppa}`),
    }),
    foreign: paths.filter((path) => !own.includes(path)),
  };
}

/** A branch is anybody's who may push; what was agreed on stands in the reconciler's own check-run on the PPA. */
async function isAgreed(
  access: ForgeAccess,
  {
    ppa,
    bot,
    lock,
    head,
  }: { readonly ppa: string; readonly bot: string; readonly lock: string; readonly head: string | undefined },
): Promise<boolean> {
  const { octokit, owner, repo } = access;
  if (head === undefined) return false;
  const { data } = await octokit.rest.pulls.list({ owner, repo, head: `${owner}:ppa/${ppa}`, state: 'open' });
  const pull = data.find((each) => each.head.sha === head)?.number;
  if (pull === undefined) return false;
  const standing = parseStanding((await checkOn(access, head, CHECK, bot))?.text ?? '', { ppa, pull });
  return standing !== undefined && standing.lock === lock && standing.state === 'umd-store' && isUrgent(standing);
}

/**
 * Who made the tag: the annotated tag's own "tagger" is whatever its author typed, so the forge is asked who pushed it. A
 * person who starts the workflow by hand vouches for the tag himself.
 */
async function creatorOf(access: ForgeAccess, tag: string, commit: string): Promise<string | undefined> {
  const starter = process.env.GITHUB_ACTOR ?? '';
  if (starter !== '' && !starter.endsWith('[bot]')) return starter;
  const pushed = (await runsOfTag(access, tag)).find(({ sha }) => sha === commit)?.actor;
  return pushed ?? (await createEventOf(access, tag));
}

/** The repository's events name who created a tag, also when no workflow heard of it. */
async function createEventOf({ octokit, owner, repo }: ForgeAccess, tag: string): Promise<string | undefined> {
  const pages = octokit.paginate.iterator(octokit.rest.activity.listRepoEvents, { owner, repo, per_page: 100 });
  for await (const { data } of pages) {
    const found = data.find(({ type, payload }) => {
      const { ref, ref_type } = payload as { ref?: string; ref_type?: string };
      return type === 'CreateEvent' && ref_type === 'tag' && ref === tag;
    });
    if (found !== undefined) return found.actor.login;
  }
  return undefined;
}

async function testOf(
  access: ForgeAccess,
  lane: string,
  commit: string,
  defaultBranch: string,
): Promise<CandidateEvidence | undefined> {
  const runs = await trustedRuns(access, 'compose-release', defaultBranch);
  const raw = await evidenceNamed(access, candidateArtifact(lane, commit), runs);
  const found = raw.map(({ value }) => candidateEvidence(value, { lane, commit }));
  return found.find((value) => value !== undefined && value.conclusion !== 'error');
}

/** PPAs new in this release that did not come into the candidate by the reconciler. */
async function unrecordedAt(mirror: Mirror, commit: string, fresh: readonly Lock[]): Promise<string[]> {
  const lockTexts = await lockTextsAt(mirror, commit);
  const records = await mirror.texts(fresh.map(({ release, ppa }) => `${commit}:${rolloutPath(release, ppa)}`));
  return fresh
    .filter(({ release, ppa }) => {
      const digest = lockDigest(lockTexts.get(ppa) ?? '');
      return !isRecordOf(records.get(`${commit}:${rolloutPath(release, ppa)}`) ?? '', { ppa, lock: digest });
    })
    .map(({ ppa }) => ppa);
}

/** Into the default branch; nothing happens when it is there already. */
export async function mergeTag(
  { octokit, owner, repo }: ForgeAccess,
  { tag, commit, base }: { tag: string; commit: string; base: string },
): Promise<void> {
  await octokit.rest.repos.merge({ owner, repo, base, head: commit, commit_message: `Release ${tag}` });
}

/** The forge's release; one that is there already stays. */
export async function createRelease({ octokit, owner, repo }: ForgeAccess, tag: string, body: string): Promise<void> {
  try {
    await octokit.rest.repos.getReleaseByTag({ owner, repo, tag });
  } catch (error) {
    if ((error as { status?: number }).status !== 404) throw error;
    await octokit.rest.repos.createRelease({ owner, repo, tag_name: tag, name: tag, body });
  }
}

/** What became of the tag, where people look: on its commit. The same word again is not said. */
export async function tellTag(
  { octokit, owner, repo }: ForgeAccess,
  {
    tag,
    commit,
    state,
    description,
  }: { tag: string; commit: string; state: 'success' | 'failure'; description: string },
): Promise<void> {
  const context = `release/${tag}`;
  const said = description.length <= 140 ? description : `${description.slice(0, 139)}…`;
  const { data } = await octokit.rest.repos.listCommitStatusesForRef({ owner, repo, ref: commit, per_page: 100 });
  const last = data.filter((status) => status.context === context).sort((a, b) => b.id - a.id)[0];
  if (last?.state === state && last.description === said) return;
  await octokit.rest.repos.createCommitStatus({ owner, repo, sha: commit, context, state, description: said });
}
