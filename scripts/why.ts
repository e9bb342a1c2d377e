import { Octokit } from '@octokit/rest';
import { parseTag } from '#core/calendar/tag.ts';
import { parseReleaseFolder } from '#core/ppa/folder.ts';
import { parsePpaName, ppaBranch } from '#core/ppa/ppa.ts';
import { CHECK } from '#core/rollout/ppa-plan.ts';
import { RELEASE_CHECK } from '#core/rollout/release-plan.ts';
import { WHY_FILE } from '#core/rollout/why-file.ts';
import { renderWhy, type Why } from '#core/why/why.ts';

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

/** In the check-run on its head. */
async function shown(): Promise<string | undefined> {
  const pull = await pullOf();
  if (pull === undefined) return undefined;
  for (const check_name of [CHECK, RELEASE_CHECK]) {
    const { data } = await rest.checks.listForRef({ owner, repo, ref: pull.head.sha, check_name });
    const output = data.check_runs.sort((a, b) => b.id - a.id)[0]?.output;
    // what was found follows below the first heading; why it stands where it stands comes before it
    const words = (output?.summary ?? '').split('\n\n#')[0] ?? '';
    if (words !== '') return `${pull.title} (#${pull.number}): ${output?.title}\n${words}`;
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

interface Published extends Why {
  readonly ppa?: string;
  readonly name?: string;
  readonly pull?: number;
  readonly state?: string;
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
    const { ppas = [], releases = [] } = (await answer.json()) as { ppas?: Published[]; releases?: Published[] };
    const found = [...ppas, ...releases].find(
      ({ ppa, name, pull }) => ppa === asked || name === asked || (number !== undefined && pull === Number(number)),
    );
    if (found === undefined) return undefined;
    const { ppa, name, pull, state, verdict } = found;
    const where = pull === undefined ? '' : ` (#${pull})`;
    return `${ppa ?? name}${where}: ${state === undefined ? '' : `${state}: `}${verdict}\n${renderWhy(found)}`;
  } catch (error) {
    console.error(`${site}/${WHY_FILE} cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}
