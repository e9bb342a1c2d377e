import { Octokit } from '@octokit/rest';
import { parseTag } from '#core/calendar/tag.ts';
import { parseReleaseFolder } from '#core/ppa/folder.ts';
import { parsePpaName, ppaBranch } from '#core/ppa/ppa.ts';
import { SPLIT_CHECK } from '#core/rollout/injection.ts';
import { laneCheck } from '#core/rollout/open-releases.ts';
import { CHECK } from '#core/rollout/ppa-plan.ts';
import { RELEASE_CHECK } from '#core/rollout/release-plan.ts';
import { saidOf, WHY_FILE } from '#core/rollout/why-file.ts';

/**
 * `npm run why -- <PPA | #pull request | release folder | tag>`: what it waits for and who must act, in the reconciler's own
 * words: from its check-run, else from the published `why.json`. Forge, repository and token come as on a runner
 * (GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN), the site as PUBLIC_URL.
 */
const [asked = ''] = process.argv.slice(2);
const id = parsePpaName(asked);
const number = /^#?([1-9]\d{0,8})$/.exec(asked)?.[1];
if (
  id === undefined &&
  number === undefined &&
  parseTag(asked) === undefined &&
  parseReleaseFolder(asked) === undefined
) {
  console.error(
    `"${asked}" is no PPA (INFN.storm.al9.x86_64-1.11.15), no pull request (#12), no release (releases/umd/5/INFN/storm-1.11.15, umd-5.1.0).`,
  );
  process.exit(2);
}
const { GITHUB_API_URL: baseUrl, GITHUB_REPOSITORY: repository = 'umd/release', GITHUB_TOKEN: auth } = process.env;
const [owner = '', repo = ''] = repository.split('/');
const { rest } = new Octokit({
  ...(baseUrl === undefined ? {} : { baseUrl }),
  ...(auth === undefined ? {} : { auth }),
});

const said = (await shown().catch(unread)) ?? (await published());
if (said === undefined) {
  console.error(`Nothing is said about ${asked}: it is not there, or was not looked at yet.`);
  process.exit(1);
}
console.log(said);

/** In the check-run on its head; a lane's next release in the one on the candidate's. */
async function shown(): Promise<string | undefined> {
  const tag = parseTag(asked);
  if (tag !== undefined) return wordsAt('candidate', [laneCheck(tag.lane)], (title) => title, `${asked}: `);
  const pull = await pullOf();
  if (pull === undefined) return undefined;
  return wordsAt(
    pull.head.sha,
    [CHECK, SPLIT_CHECK, RELEASE_CHECK],
    (title) => `${pull.title} (#${pull.number}): ${title}`,
  );
}

/** @param begins of its title, when another one's words may stand there */
async function wordsAt(ref: string, names: readonly string[], titled: (title: string) => string, begins = '') {
  for (const check_name of names) {
    const { data } = await rest.checks.listForRef({ owner, repo, ref, check_name });
    const output = data.check_runs.sort((a, b) => b.id - a.id)[0]?.output;
    // what was found follows below the first heading; why it stands where it stands comes before it
    const words = (output?.summary ?? '').split('\n\n#')[0] ?? '';
    const title = output?.title ?? '';
    if (words !== '' && title.startsWith(begins)) return `${titled(title)}\n${words}`;
  }
  return undefined;
}

async function pullOf() {
  if (number !== undefined) return (await rest.pulls.get({ owner, repo, pull_number: Number(number) })).data;
  if (id === undefined) return undefined;
  return (await rest.pulls.list({ owner, repo, head: `${owner}:${ppaBranch(id)}`, state: 'all' })).data[0];
}

function unread(error: { status?: number; message?: string }): undefined {
  if (error.status !== 404) console.error(`The forge cannot be asked: ${error.message}`);
}

async function published(): Promise<string | undefined> {
  const site = process.env.PUBLIC_URL?.replace(/\/$/, '');
  if (site === undefined) {
    console.error('The published site is not asked: PUBLIC_URL is not set.');
    return undefined;
  }
  try {
    const answer = await fetch(`${site}/${WHY_FILE}`, { signal: AbortSignal.timeout(15_000) });
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    return saidOf(await answer.text(), asked);
  } catch (error) {
    console.error(`${site}/${WHY_FILE} cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}
