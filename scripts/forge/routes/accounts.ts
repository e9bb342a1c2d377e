import { Hono } from 'hono';
import { actorOf } from '#scripts/forge/access/principal.ts';
import { isMember } from '#scripts/forge/access/roles.ts';
import type { Membership } from '#scripts/forge/state/people.ts';
import { apiUrl } from '#scripts/forge/views/basics.ts';
import { accountOf, showOrg, showOrgBriefly, showProfile, showUser } from '#scripts/forge/views/people.ts';
import { type Call, type ForgeEnv, param, principalOf } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound } from '#scripts/forge/web/faults.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** People and organisations. */
export const accounts = new Hono<ForgeEnv>();

accounts.get('/user', (c) => {
  const principal = principalOf(c);
  if (principal.kind === 'bot') throw new HttpFault(403, 'Resource not accessible by integration');
  return c.json(showProfile(c.get('forge'), accountOf(c.get('forge'), actorOf(principal).login), true));
});

accounts.get('/user/orgs', (c) => {
  const forge = c.get('forge');
  const { items, headers } = pageOf(c, forge.db.orgsOf(actorOf(principalOf(c)).login.toLowerCase()));
  return c.json(
    items.map(({ org }) => showOrgBriefly(forge, accountOf(forge, org))),
    200,
    headers,
  );
});

accounts.get('/users/:login', (c) => {
  principalOf(c);
  const account = c.get('forge').db.accounts.get(param(c, 'login').toLowerCase());
  if (account === undefined) throw notFound();
  return c.json(showProfile(c.get('forge'), account, false));
});

accounts.get('/orgs/:org', (c) => {
  principalOf(c);
  return c.json(showOrg(c.get('forge'), orgOf(c)));
});

accounts.get('/orgs/:org/members', (c) => {
  principalOf(c);
  const forge = c.get('forge');
  const { items, headers } = pageOf(c, forge.db.membersOf(orgOf(c).login.toLowerCase()));
  return c.json(
    items.map(({ login }) => showUser(forge, login)),
    200,
    headers,
  );
});

accounts.get('/orgs/:org/members/:login', (c) => {
  actorOf(principalOf(c));
  if (!isMember(c.get('forge'), orgOf(c).login, param(c, 'login'))) throw notFound();
  return c.body(null, 204);
});

accounts.get('/orgs/:org/memberships/:login', (c) => {
  actorOf(principalOf(c));
  const membership = c.get('forge').db.memberships.get(`${orgOf(c).login}/${param(c, 'login')}`.toLowerCase());
  if (membership === undefined) throw notFound();
  return c.json(showMembership(c, membership));
});

/** The organisation `:org`. @throws HttpFault 404 */
export function orgOf(c: Call) {
  const account = c.get('forge').db.accounts.get(param(c, 'org').toLowerCase());
  if (account?.type !== 'Organization') throw notFound();
  return account;
}

function showMembership(c: Call, { org, login, role }: Membership) {
  const forge = c.get('forge');
  return {
    url: apiUrl(forge, `/orgs/${org}/memberships/${login}`),
    state: 'active',
    role,
    organization_url: apiUrl(forge, `/orgs/${org}`),
    organization: showOrgBriefly(forge, accountOf(forge, org)),
    user: showUser(forge, login),
  };
}
