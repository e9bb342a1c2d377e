import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { actorOf, type Principal } from '#scripts/forge/access/principal.ts';
import { isMember } from '#scripts/forge/access/roles.ts';
import type { Team } from '#scripts/forge/state/people.ts';
import { apiUrl } from '#scripts/forge/views/basics.ts';
import { showTeam, showTeamFully, showUser } from '#scripts/forge/views/people.ts';
import { type Call, type ForgeEnv, param, principalOf, reading } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound } from '#scripts/forge/web/faults.ts';
import { pageOf } from '#scripts/forge/web/page.ts';
import { orgOf } from './accounts.ts';

/** Teams of an organisation: seen by its members and by apps with `members: read`. */
export const teams = new Hono<ForgeEnv>();

teams.get('/orgs/:org/teams', (c) => {
  const forge = c.get('forge');
  const org = visibleOrg(c);
  const { items, headers } = pageOf(c, forge.db.teamsOf(org.login.toLowerCase()));
  return c.json(
    items.map((team) => showTeam(forge, team)),
    200,
    headers,
  );
});

teams.get('/orgs/:org/teams/:slug', (c) => c.json(showTeamFully(c.get('forge'), teamOf(c))));

teams.get('/orgs/:org/teams/:slug/members', (c) => {
  const forge = c.get('forge');
  const role = c.req.query('role') ?? 'all';
  const members = Object.entries(teamOf(c).members).filter(([, held]) => role === 'all' || held === role);
  const { items, headers } = pageOf(c, members);
  return c.json(
    items.map(([login]) => showUser(forge, login)),
    200,
    headers,
  );
});

teams.get('/orgs/:org/teams/:slug/memberships/:login', (c) => {
  const team = teamOf(c);
  const login = param(c, 'login').toLowerCase();
  const [found] = Object.entries(team.members).filter(([member]) => member.toLowerCase() === login);
  if (found === undefined) throw notFound();
  const url = apiUrl(c.get('forge'), `/organizations/${orgOf(c).id}/team/${team.id}/memberships/${found[0]}`);
  return c.json({ url, role: found[1], state: 'active' });
});

teams.get('/repos/:owner/:repo/teams', (c) => {
  const { forge, repo } = reading(c, NEEDS.metadata);
  const having = forge.db.teamsOf(repo.owner.toLowerCase()).filter((team) => String(repo.id) in team.repos);
  const { items, headers } = pageOf(c, having);
  return c.json(
    items.map((team) => showTeam(forge, team, team.repos[repo.id] === 'write' ? 'push' : 'pull')),
    200,
    headers,
  );
});

function teamOf(c: Call): Team {
  const team = c.get('forge').db.teams.get(`${visibleOrg(c).login}/${param(c, 'slug')}`.toLowerCase());
  if (team === undefined) throw notFound();
  return team;
}

/** @throws HttpFault 401 for nobody, 403 for a bot without `members`, 404 for strangers: GitHub hides teams from them. */
function visibleOrg(c: Call) {
  const org = orgOf(c);
  const principal: Principal = principalOf(c);
  const actor = actorOf(principal);
  if (principal.kind === 'bot') {
    const held = principal.permissions.members ?? 'none';
    const own = principal.account?.toLowerCase() === org.login.toLowerCase();
    if (held === 'none' || !own) throw new HttpFault(403, 'Resource not accessible by integration');
    return org;
  }
  if (!isMember(c.get('forge'), org.login, actor.login)) throw notFound();
  return org;
}
