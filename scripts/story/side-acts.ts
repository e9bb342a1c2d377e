import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { run } from '#scripts/world/process.ts';
import { REPO } from './cast.ts';
import { pullState } from './look.ts';
import { commitFiles, openPull, type Person } from './person.ts';
import { pullOf, type Story, StoryFault } from './story.ts';
import { until } from './wait.ts';

/** What people do beside the usual way of a release. */

const CHECKOUT = resolve(import.meta.dirname, '../..');

export async function textOn(story: Story, path: string, ref: string): Promise<string | undefined> {
  const { octokit } = story.local.people.outsider;
  return octokit.rest.repos.getContent({ ...story.local.place, path, ref, mediaType: { format: 'raw' } }).then(
    ({ data }) => String(data),
    () => undefined,
  );
}

/** sha256 of the lock's bytes as the PPA's branch has them. */
export async function lockDigestOf(story: Story, ppa: string): Promise<string> {
  const { octokit } = story.local.people.outsider;
  const { data } = await octokit.rest.pulls.listFiles({ ...story.local.place, pull_number: pullOf(story, ppa) });
  const path = data.find(({ filename }) => filename.startsWith('repos/'))?.filename ?? '';
  const text = await textOn(story, path, `ppa/${ppa}`);
  if (text === undefined) throw new StoryFault(`The pull request of ${ppa} has no lock.`);
  return createHash('sha256').update(text).digest('hex');
}

/** Somebody proposes other words in files that govern the house, on a branch of the release repo. */
export async function propose(
  story: Story,
  who: Person,
  change: { branch: string; title: string; files: Readonly<Record<string, string>> },
): Promise<number> {
  const { branch, title, files } = change;
  await commitFiles(who, story.local.place, { branch, from: 'main', message: title, files });
  const body = 'Please review.';
  const pull = await openPull(who, story.local.place, { head: branch, base: 'main', title, body });
  story.pulls.set(title, pull);
  return pull;
}

export async function mustBeTaken(story: Story, title: string): Promise<void> {
  const pull = pullOf(story, title);
  await until(story, `"${title}" merged into main`, async () => (await pullState(story, pull)).merged);
}

/** The issue of a release, which the reconciler opens when the date is fixed. */
export async function checklistOf(story: Story, tag: string): Promise<number> {
  const { octokit } = story.local.people.outsider;
  return until(story, `the checklist of ${tag}`, async () => {
    const { data } = await octokit.rest.issues.listForRepo({ ...story.local.place, labels: 'ReleaseChecklist' });
    return data.find(({ title }) => title === `Release ${tag}`)?.number;
  });
}

/** `npm run rollback`, as a person types it. @returns number of the pull request that it opened */
export async function rollBack(story: Story, who: Person, tag: string, reason: string): Promise<number> {
  const { forge, place } = story.local;
  const { token } = (await who.octokit.auth()) as { token: string };
  const env = {
    GITHUB_REPOSITORY: `${place.owner}/${REPO}`,
    GITHUB_API_URL: `${forge.url}/api/v3`,
    GITHUB_SERVER_URL: forge.url,
    GITHUB_TOKEN: token,
  };
  const args = ['run', '--silent', 'rollback', '--', tag, '--reason', reason];
  const pull = Number(/\/pull\/(\d+)/.exec(await run('npm', args, { cwd: CHECKOUT, env }))?.[1]);
  story.pulls.set(`Roll back ${tag}`, pull);
  return pull;
}
