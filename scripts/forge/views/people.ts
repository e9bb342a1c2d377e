import type { Forge } from '#scripts/forge/forge.ts';
import type { Account, App, Team } from '#scripts/forge/state/people.ts';
import { apiUrl, nodeId } from './basics.ts';

/** An account that is gone, as GitHub calls it. */
const GHOST: Account = {
  id: 10137,
  login: 'ghost',
  type: 'User',
  name: null,
  email: null,
  description: null,
  createdAt: '2008-01-01T00:00:00Z',
};

export function accountOf(forge: Forge, login: string): Account {
  return forge.db.accounts.get(login.toLowerCase()) ?? GHOST;
}

/** GitHub's `simple-user`. */
export function showUser(forge: Forge, login: string) {
  const account = accountOf(forge, login);
  const url = apiUrl(forge, `/users/${encodeURIComponent(account.login)}`);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('User', account.id),
    avatar_url: `${forge.origin}/avatars/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${forge.origin}/${account.login.replace(/^(.+)\[bot\]$/, 'apps/$1')}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** `public-user`; the account's own view adds `private-user`'s counts. */
export function showProfile(forge: Forge, account: Account, own: boolean) {
  const repos = forge.db.reposOf(account.login.toLowerCase());
  const hidden = repos.filter((repo) => repo.private).length;
  return {
    ...showUser(forge, account.login),
    ...{
      name: account.name,
      company: null,
      blog: '',
      location: null,
      email: account.email,
      hireable: null,
      bio: account.description,
    },
    ...{ public_repos: repos.length - hidden, public_gists: 0, followers: 0, following: 0 },
    created_at: account.createdAt,
    updated_at: account.createdAt,
    ...(own
      ? {
          private_gists: 0,
          total_private_repos: hidden,
          owned_private_repos: hidden,
          disk_usage: 0,
          collaborators: 0,
          two_factor_authentication: true,
        }
      : {}),
  };
}

/** `organization-simple`. */
export function showOrgBriefly(forge: Forge, account: Account) {
  const url = apiUrl(forge, `/orgs/${account.login}`);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('Organization', account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${forge.origin}/avatars/${account.id}`,
    description: account.description,
  };
}

/** `organization-full`. */
export function showOrg(forge: Forge, account: Account) {
  const repos = forge.db.reposOf(account.login.toLowerCase());
  return {
    ...showOrgBriefly(forge, account),
    ...(account.name === null ? {} : { name: account.name }),
    has_organization_projects: false,
    has_repository_projects: false,
    ...{ public_repos: repos.filter((repo) => !repo.private).length, public_gists: 0, followers: 0, following: 0 },
    html_url: `${forge.origin}/${account.login}`,
    type: 'Organization',
    created_at: account.createdAt,
    updated_at: account.createdAt,
    archived_at: null,
  };
}

export function showTeam(forge: Forge, team: Team, permission = 'pull') {
  const org = accountOf(forge, team.org);
  const url = apiUrl(forge, `/organizations/${org.id}/team/${team.id}`);
  return {
    id: team.id,
    node_id: nodeId('Team', team.id),
    name: team.name,
    slug: team.slug,
    description: team.description,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission,
    url,
    html_url: `${forge.origin}/orgs/${team.org}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    parent: null,
  };
}

export function showTeamFully(forge: Forge, team: Team) {
  return {
    ...showTeam(forge, team),
    members_count: Object.keys(team.members).length,
    repos_count: Object.keys(team.repos).length,
    created_at: team.createdAt,
    updated_at: team.updatedAt,
    organization: showOrg(forge, accountOf(forge, team.org)),
  };
}

/** `integration`: the app itself. */
export function showApp(forge: Forge, app: App) {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    owner: showUser(forge, app.owner),
    name: app.name,
    description: '',
    external_url: forge.origin,
    html_url: `${forge.origin}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

/** The app that did something, null for a person. */
export function showMaybeApp(forge: Forge, appId: number | null) {
  const app = appId === null ? undefined : forge.db.apps.get(appId);
  return app === undefined ? null : showApp(forge, app);
}
