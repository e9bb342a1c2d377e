import { getOctokit } from '@actions/github';

export type Octokit = ReturnType<typeof getOctokit>;

/** Repository on a forge, with the hands of one token. Extended by feature files beside this one; no decisions. */
export interface ForgeAccess {
  readonly octokit: Octokit;
  readonly owner: string;
  readonly repo: string;
}

/**
 * @param repository `owner/name`
 * @param token workflow token, app installation token or a person's
 * The API's address comes from GITHUB_API_URL, as on a runner.
 */
export function forgeAccess(token: string, repository = process.env.GITHUB_REPOSITORY ?? ''): ForgeAccess {
  const [owner = '', repo = ''] = repository.split('/');
  const baseUrl = process.env.GITHUB_API_URL;
  return { octokit: getOctokit(token, baseUrl === undefined ? {} : { baseUrl }), owner, repo };
}

/** The forge's clock: the `Date` header of its answer, so that every decision uses one clock, wherever the runner stands. Seconds. */
export async function forgeNow({ octokit, owner, repo }: ForgeAccess): Promise<Date> {
  const { headers } = await octokit.rest.repos.get({ owner, repo });
  const now = new Date(headers.date ?? '');
  if (Number.isNaN(now.getTime())) throw new Error('The forge sent no Date header.');
  return now;
}

/** Text of a file at a ref, undefined when it is not there. */
export async function textAt(
  { octokit, owner, repo }: ForgeAccess,
  path: string,
  ref: string,
): Promise<string | undefined> {
  try {
    const { data } = await octokit.rest.repos.getContent({ owner, repo, path, ref, mediaType: { format: 'raw' } });
    return data as unknown as string;
  } catch (cause) {
    if ((cause as { status?: number }).status === 404) return undefined;
    throw cause;
  }
}
