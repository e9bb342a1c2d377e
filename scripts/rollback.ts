import { parseArgs } from 'node:util';
import { parseTag } from '#core/calendar/tag.ts';
import { ProvisioningError, showFault } from '#core/faults.ts';
import { planRollback, type Rollback } from '#core/rollout/rollback.ts';
import { type ForgeAccess, forgeAccess } from '#shell/github.ts';
import { locksAt, releaseTags } from '#shell/github-data.ts';
import { openMirror } from '#shell/github-mirror.ts';

/**
 * `npm run rollback -- umd-5.1.0 [--reason …]`: opens the pull request that puts production back to what it was before
 * that release. Repository, forge and token come as on a runner: GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_SERVER_URL,
 * GITHUB_TOKEN (of somebody who may push a branch).
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { reason: { type: 'string', default: '' } },
});
const [tag = ''] = positionals;
const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository } = process.env;
if (parseTag(tag) === undefined || token === undefined || repository === undefined) {
  console.error('GITHUB_REPOSITORY=owner/name GITHUB_TOKEN=… npm run rollback -- umd-5.1.0 [--reason "what is wrong"]');
  process.exit(2);
}
try {
  console.log(await open(forgeAccess(token, repository), token));
} catch (cause) {
  if (!(cause instanceof ProvisioningError)) throw cause;
  for (const each of cause.faults) console.error(showFault(each));
  process.exitCode = 1;
}

/** @returns address of the pull request */
async function open(access: ForgeAccess, secret: string): Promise<string> {
  const { octokit, owner, repo } = access;
  const { data: about } = await octokit.rest.repos.get({ owner, repo });
  const mirror = await openMirror(access, secret);
  try {
    await mirror.refresh();
    const refs = await mirror.refs();
    const main = refs.get(`refs/heads/${about.default_branch}`) ?? '';
    const merged = (await releaseTags(mirror, refs, main)).filter((each) => each.merged);
    const production = await Promise.all(
      merged.map(async (each) => ({ tag: each.tag, locks: await locksAt(mirror, each.commit) })),
    );
    const path = `repos/${parseTag(tag)?.lane.distribution}.yml`;
    const distribution = (await mirror.texts([`${main}:${path}`])).get(`${main}:${path}`) ?? '';
    const plan = planRollback({ tag, production, locks: await locksAt(mirror, main), distribution });
    return await propose(access, plan, { main, base: about.default_branch });
  } finally {
    await mirror.close();
  }
}

async function propose(
  { octokit, owner, repo }: ForgeAccess,
  { withdrawn, files }: Rollback,
  { main, base }: { readonly main: string; readonly base: string },
): Promise<string> {
  const { git, pulls } = octokit.rest;
  const at = { owner, repo };
  const { data: parent } = await git.getCommit({ ...at, commit_sha: main });
  const tree = [...files].map(([path, content]) => {
    const entry = { path, mode: '100644' as const, type: 'blob' as const };
    return content === undefined ? { ...entry, sha: null } : { ...entry, content };
  });
  const { data: made } = await git.createTree({ ...at, base_tree: parent.tree.sha, tree });
  const message = `${tag} is taken back: ${withdrawn.join(', ')}`;
  const { data: commit } = await git.createCommit({ ...at, message, tree: made.sha, parents: [main] });
  const head = `rollback/${tag}`;
  await git.createRef({ ...at, ref: `refs/heads/${head}`, sha: commit.sha });
  const body = [
    `Puts production back to what it was before **${tag}**.${values.reason === '' ? '' : ` ${values.reason}`}`,
    `Withdrawn:\n${withdrawn.map((ppa) => `- \`${ppa}\``).join('\n')}`,
    'When a release manager or the release team (not the author) has approved exactly this commit, the reconciler merges it and the publisher follows. What is withdrawn leaves the candidate, too, and does not come back; a new version may.',
  ].join('\n\n');
  const { data: pull } = await pulls.create({ ...at, head, base, title: `Roll back ${tag}`, body });
  return pull.html_url;
}
