import { LANE } from './cast.ts';
import { headOf, published } from './look.ts';
import { tagBranch } from './person.ts';
import type { Story } from './story.ts';
import { until } from './wait.ts';

/** What release managers do and wait for, and what a release must have led to. */

/** The status that reconcile puts on a branch's head when compose-release installed it whole on throw-away systems. */
export async function testedWhole(story: Story, branch = 'candidate'): Promise<void> {
  const { octokit } = story.local.people.outsider;
  await until(story, `${branch} tested whole`, async () => {
    const ref = await headOf(story, branch);
    const { data } = await octokit.rest.repos.getCombinedStatusForRef({ ...story.local.place, ref });
    return data.statuses.some(({ context, state }) => context === `release-candidate/${LANE}` && state === 'success');
  });
}

/** The release manager tags the head of a branch; it is released when `main` holds it. */
export async function release(story: Story, tag: string, branch = 'candidate'): Promise<void> {
  const commit = await tagBranch(story.local.people.releaseManager, story.local.place, tag, branch);
  const { octokit } = story.local.people.outsider;
  await until(story, `${tag} in main`, async () => {
    const { data } = await octokit.rest.repos.compareCommits({ ...story.local.place, base: 'main', head: commit });
    return data.ahead_by === 0;
  });
}

/** The version that production must give for a package, as its published state says. */
export async function servedVersion(story: Story, os: string, part: string, name: string): Promise<string> {
  const found = (await published(story)).find((one) => one.area === 'production' && one.os === os && one.part === part);
  return found?.packages.find((each) => each.name === name)?.version ?? '';
}
