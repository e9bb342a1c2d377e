import type { ForgeAccess } from '#shell/github.ts';

/** Titles of all issues with a label, open or closed; pull requests are none. */
export async function issueTitles({ octokit, owner, repo }: ForgeAccess, label: string): Promise<string[]> {
  const params = { owner, repo, labels: label, state: 'all', per_page: 100 } as const;
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, params);
  return issues.filter(({ pull_request }) => pull_request === undefined).map(({ title }) => title);
}

/** @returns its number */
export async function openIssue(
  { octokit, owner, repo }: ForgeAccess,
  { title, body, labels }: { readonly title: string; readonly body: string; readonly labels: readonly string[] },
): Promise<number> {
  const { data } = await octokit.rest.issues.create({ owner, repo, title, body, labels: [...labels] });
  return data.number;
}
