import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Octokit } from '@octokit/rest';
import { load } from 'js-yaml';

/**
 * Makes a repository on GitHub (or the local forge) ready for the pipeline: the labels of `.github/labels.yml`, the
 * branch `candidate`, the environments that only the default branch may use, protected branches. Running it again
 * mends what has changed. `npm run setup-repository -- owner/name --app umd-bot`, with an administrator's GITHUB_TOKEN.
 */
export interface SetUp {
  readonly octokit: Octokit;
  readonly owner: string;
  readonly repo: string;
  /** Slug of the App that acts for the pipeline. */
  readonly app: string;
  /** Team that merges release pull requests. */
  readonly releaseTeam: string;
}

interface Label {
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

const CHECKOUT = resolve(import.meta.dirname, '..');
const ENVIRONMENTS = ['automation', 'publish'] as const;

/** @returns what was done, a line each */
export async function setUpRepository(setUp: SetUp): Promise<string[]> {
  return [
    ...(await putLabels(setUp)),
    ...(await putCandidate(setUp)),
    ...(await putEnvironments(setUp)),
    ...(await protect(setUp)),
  ];
}

async function putLabels({ octokit, owner, repo }: SetUp): Promise<string[]> {
  const wanted = load(readFileSync(join(CHECKOUT, '.github/labels.yml'), 'utf8')) as Label[];
  const present = await octokit.paginate(octokit.rest.issues.listLabelsForRepo, { owner, repo, per_page: 100 });
  const done: string[] = [];
  for (const label of wanted) {
    const found = present.find(({ name }) => name.toLowerCase() === label.name.toLowerCase());
    if (found === undefined) await octokit.rest.issues.createLabel({ owner, repo, ...label });
    else if (found.color !== label.color || found.description !== label.description)
      await octokit.rest.issues.updateLabel({ owner, repo, ...label });
    else continue;
    done.push(`label ${label.name}`);
  }
  return done;
}

/** `candidate` begins where the default branch stands. */
async function putCandidate({ octokit, owner, repo }: SetUp): Promise<string[]> {
  const { data: branches } = await octokit.rest.repos.listBranches({ owner, repo, per_page: 100 });
  if (branches.some(({ name }) => name === 'candidate')) return [];
  const { data: about } = await octokit.rest.repos.get({ owner, repo });
  const { data: head } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${about.default_branch}` });
  await octokit.rest.git.createRef({ owner, repo, ref: 'refs/heads/candidate', sha: head.object.sha });
  return ['branch candidate'];
}

/** Secrets are at hand for the default branch's workflow files only (.github/decisions/0003). */
async function putEnvironments({ octokit, owner, repo }: SetUp): Promise<string[]> {
  for (const environment_name of ENVIRONMENTS) {
    await octokit.rest.repos.createOrUpdateEnvironment({
      ...{ owner, repo, environment_name },
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    const { data } = await octokit.rest.repos.listDeploymentBranchPolicies({ owner, repo, environment_name });
    if (data.branch_policies.some(({ name }) => name === 'main')) continue;
    await octokit.rest.repos.createDeploymentBranchPolicy({ owner, repo, environment_name, name: 'main' });
  }
  return ENVIRONMENTS.map((name) => `environment ${name}`);
}

/** `candidate` takes what the release team and the bot merge; `main` moves by the bot alone. Nobody is above it. */
async function protect({ octokit, owner, repo, app, releaseTeam }: SetUp): Promise<string[]> {
  const rules = [
    { branch: 'candidate', teams: [releaseTeam] },
    { branch: 'main', teams: [] },
  ];
  for (const { branch, teams } of rules) {
    await octokit.rest.repos.updateBranchProtection({
      ...{ owner, repo, branch },
      required_status_checks: null,
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: { users: [], teams, apps: [app] },
    });
  }
  return rules.map(({ branch }) => `protection of ${branch}`);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      app: { type: 'string', default: 'umd-bot' },
      'release-team': { type: 'string', default: 'release-team' },
    },
  });
  const [owner, repo] = (positionals[0] ?? '').split('/');
  const token = process.env.GITHUB_TOKEN;
  if (owner === undefined || repo === undefined || repo === '' || token === undefined) {
    console.error(
      'Usage: GITHUB_TOKEN=… npm run setup-repository -- owner/name [--app umd-bot] [--release-team release-team]',
    );
    process.exit(2);
  }
  const octokit = new Octokit({ auth: token, baseUrl: process.env.GITHUB_API_URL ?? 'https://api.github.com' });
  for (const line of await setUpRepository({
    octokit,
    owner,
    repo,
    app: values.app,
    releaseTeam: values['release-team'],
  }))
    console.log(line);
}
