import { ppaOfBranch } from '#core/intake/unsplit.ts';
import { parseReleasePath } from '#core/ppa/folder.ts';
import { ppaName } from '#core/ppa/ppa.ts';
import { CHECK } from '#core/rollout/ppa-plan.ts';
import { type Rejection, rejectionOf } from '#core/rollout/rejection.ts';
import { parseStanding } from '#core/rollout/standing.ts';
import { stateLabel } from '#core/rollout/state.ts';
import { type Referred, referredPaths } from '#core/verification/referred.ts';
import { type ForgeAccess, textAt } from '#shell/github.ts';
import { checkOn } from '#shell/github-pulls.ts';

/** A closed pull request that bears the label of rejected PPAs, and when it was last touched (ISO). */
export interface RejectedPull {
  readonly pull: number;
  readonly updatedAt: string;
}

/** The label only says where to look: the reconciler's own check-run says what is so. */
export async function rejectedPulls({ octokit, owner, repo }: ForgeAccess): Promise<readonly RejectedPull[]> {
  const params = { owner, repo, state: 'closed', labels: stateLabel('rejected'), per_page: 100 } as const;
  const found = await octokit.paginate(octokit.rest.issues.listForRepo, params);
  return found
    .filter(({ pull_request }) => pull_request !== undefined)
    .map(({ number, updated_at }) => ({ pull: number, updatedAt: updated_at }));
}

/**
 * What is kept of a rejected PPA, from the head its pull request was closed with.
 * @param bot `umd-bot[bot]`
 * @returns undefined when the reconciler did not reject it, or it has no verification.yml that can be read
 */
export async function readRejection(
  forge: ForgeAccess,
  pull: number,
  { pullUrl, bot, branch }: { readonly pullUrl: string; readonly bot: string; readonly branch: string },
): Promise<Rejection | undefined> {
  const { octokit, owner, repo } = forge;
  const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: pull });
  const id = data.head.repo?.full_name === `${owner}/${repo}` ? ppaOfBranch(data.head.ref) : undefined;
  if (id === undefined || data.merged) return undefined;
  const ppa = ppaName(id);
  const check = await checkOn(forge, data.head.sha, CHECK, bot);
  const standing = parseStanding(check?.text ?? '', { ppa, pull });
  if (standing === undefined) return undefined;
  const params = { owner, repo, pull_number: pull, per_page: 100 };
  const files = await octokit.paginate(octokit.rest.pulls.listFiles, params);
  const path = files.map(({ filename }) => filename).find((name) => isVerificationOf(name, ppa));
  const text = path === undefined ? undefined : await textAt(forge, path, data.head.sha);
  if (text === undefined) return undefined;
  return rejectionOf(standing, text, { pullUrl, referred: await referredBy(forge, text, branch) });
}

/** Earlier reports that a verification.yml refers to, as they stand on a branch or at a commit. */
export async function referredBy(forge: ForgeAccess, verification: string, ref: string): Promise<Referred> {
  const found = new Map<string, string>();
  for (const path of referredPaths(verification)) {
    const text = await textAt(forge, path, ref);
    if (text !== undefined) found.set(path, text);
  }
  return found;
}

function isVerificationOf(path: string, ppa: string): boolean {
  const file = parseReleasePath(path);
  return file?.kind === 'verification' && ppaName(file.ppa) === ppa;
}
