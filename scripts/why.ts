import { Octokit } from '@octokit/rest';
import { parsePpaName, ppaBranch } from '#core/ppa/ppa.ts';

/** `npm run why -- <PPA>`: what a PPA waits for, in the words of the reconciler's own check-run. Forge, repository and token come as on a runner. */
const [name = ''] = process.argv.slice(2);
const id = parsePpaName(name);
if (id === undefined) {
  console.error(`"${name}" is no PPA name such as INFN.storm.al9.x86_64-1.11.15.`);
  process.exit(2);
}
const { GITHUB_API_URL: baseUrl, GITHUB_REPOSITORY: repository = 'umd/release', GITHUB_TOKEN: auth } = process.env;
const [owner = '', repo = ''] = repository.split('/');
const { rest } = new Octokit({
  ...(baseUrl === undefined ? {} : { baseUrl }),
  ...(auth === undefined ? {} : { auth }),
});
const { data: pulls } = await rest.pulls.list({ owner, repo, head: `${owner}:${ppaBranch(id)}`, state: 'all' });
const [pull] = pulls;
if (pull === undefined) {
  console.error(`There is no pull request of ${name}.`);
  process.exit(1);
}
const { data: checks } = await rest.checks.listForRef({ owner, repo, ref: pull.head.sha, check_name: 'rollout' });
const output = checks.check_runs[0]?.output;
console.log(`${name} (#${pull.number}): ${output?.title ?? 'not looked at yet'}\n${output?.summary ?? ''}`);
