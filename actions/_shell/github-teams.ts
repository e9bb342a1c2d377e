import type { Distribution, Role } from '#core/distribution/distribution.ts';
import type { World } from '#core/rollout/facts.ts';
import type { ForgeAccess } from '#shell/github.ts';

/** Who is in which team, as lower-case logins. */

async function members({ octokit, owner }: ForgeAccess, team: string): Promise<string[]> {
  const params = { org: owner, team_slug: team, per_page: 100 };
  const people = await octokit.paginate(octokit.rest.teams.listMembersInOrg, params);
  return people.map(({ login }) => login.toLowerCase());
}

/** Slugs of all teams; none when the owner is no organisation. */
export async function teamSlugs({ octokit, owner }: ForgeAccess): Promise<string[]> {
  try {
    const teams = await octokit.paginate(octokit.rest.teams.list, { org: owner, per_page: 100 });
    return teams.map(({ slug }) => slug);
  } catch (error) {
    if ((error as { status?: number }).status === 404) return [];
    throw error;
  }
}

/** Roles that decide something about a PPA; a team that is not there has no members. */
const DECIDING: readonly Role[] = [
  'verifier',
  'staged-rollout-manager',
  'release-manager',
  'release-team',
  'vulnerability-group',
];

export async function rolesOf(
  access: ForgeAccess,
  distributions: readonly Distribution[],
  slugs: readonly string[],
): Promise<World['roles']> {
  const wanted = new Set(distributions.flatMap(({ teams }) => DECIDING.map((role) => teams[role])));
  const there = [...wanted].filter((slug) => slugs.includes(slug));
  const read = new Map(await Promise.all(there.map(async (slug) => [slug, await members(access, slug)] as const)));
  return Object.fromEntries(
    distributions.map(({ distribution, teams }) => [
      distribution,
      Object.fromEntries(DECIDING.map((role) => [role, read.get(teams[role]) ?? []])),
    ]),
  );
}

/** Early adopter teams (`ea-<name>`) that are there; members only of the `named` ones. */
export async function eaMembersOf(
  access: ForgeAccess,
  slugs: readonly string[],
  named: readonly string[],
): Promise<World['eaMembers']> {
  const teams = slugs.filter((slug) => slug.startsWith('ea-')).map((slug) => slug.slice('ea-'.length));
  const read = teams.map(
    async (team) => [team, named.includes(team) ? await members(access, `ea-${team}`) : []] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}
