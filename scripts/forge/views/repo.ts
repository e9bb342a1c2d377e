import type { Forge } from '#scripts/forge/forge.ts';
import { ROLES, type Role } from '#scripts/forge/state/people.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { fullName, nodeId, repoUrl } from './basics.ts';
import { accountOf, showUser } from './people.ts';

const PLAIN_LINKS = [
  'contributors',
  'deployments',
  'downloads',
  'events',
  'forks',
  'hooks',
  'languages',
  'merges',
  'stargazers',
  'subscribers',
  'subscription',
  'tags',
  'teams',
];
const TEMPLATE_LINKS: Readonly<Record<string, string>> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  statuses_url: '/statuses/{sha}',
  trees_url: '/git/trees{/sha}',
};

/** `minimal-repository`. */
export function showRepoBriefly(forge: Forge, repo: Repo) {
  const url = repoUrl(forge, repo);
  return {
    id: repo.id,
    node_id: nodeId('Repository', repo.id),
    name: repo.name,
    full_name: fullName(repo),
    private: repo.private,
    owner: showUser(forge, repo.owner),
    html_url: `${forge.origin}/${fullName(repo)}`,
    description: repo.description,
    fork: repo.parentId !== null,
    url,
    ...Object.fromEntries(PLAIN_LINKS.map((name) => [`${name}_url`, `${url}/${name}`])),
    ...Object.fromEntries(Object.entries(TEMPLATE_LINKS).map(([name, path]) => [name, url + path])),
  };
}

/** `repository`, as lists, pull requests and webhooks show it. */
export function showRepo(forge: Forge, repo: Repo) {
  const open = forge.db.openCount(repo.id);
  const forks = forge.db.forkCount(repo.id);
  return {
    ...showRepoBriefly(forge, repo),
    git_url: `git://${new URL(forge.origin).host}/${fullName(repo)}.git`,
    ssh_url: `ssh://git@${new URL(forge.origin).hostname}/${fullName(repo)}.git`,
    clone_url: `${forge.origin}/${fullName(repo)}.git`,
    svn_url: `${forge.origin}/${fullName(repo)}`,
    ...{ mirror_url: null, homepage: null, language: null, license: null, topics: [] },
    ...{ forks_count: forks, forks, stargazers_count: 0, watchers_count: 0, watchers: 0, size: 0 },
    ...{ open_issues_count: open, open_issues: open },
    default_branch: repo.defaultBranch,
    visibility: repo.private ? 'private' : 'public',
    ...{
      has_issues: true,
      has_projects: false,
      has_wiki: false,
      has_pages: false,
      has_discussions: false,
      has_downloads: true,
    },
    ...{
      archived: false,
      disabled: false,
      allow_forking: true,
      is_template: false,
      web_commit_signoff_required: false,
    },
    ...{ pushed_at: repo.pushedAt, created_at: repo.createdAt, updated_at: repo.updatedAt },
  };
}

/** `full-repository`, with the merge settings and, for someone signed in, what they may. */
export function showRepoFully(forge: Forge, repo: Repo, role?: Role) {
  const parent = repo.parentId === null ? undefined : forge.db.repos.get(repo.parentId);
  const source = repo.rootId === repo.id ? undefined : forge.db.repos.get(repo.rootId);
  return {
    ...showRepo(forge, repo),
    ...{ subscribers_count: 0, network_count: forge.db.forkCount(repo.id) },
    ...{ allow_merge_commit: true, allow_squash_merge: true, allow_rebase_merge: false, allow_auto_merge: false },
    ...{ delete_branch_on_merge: false, allow_update_branch: false },
    ...(accountOf(forge, repo.owner).type === 'Organization' ? { organization: showUser(forge, repo.owner) } : {}),
    ...(parent === undefined ? {} : { parent: showRepo(forge, parent) }),
    ...(source === undefined ? {} : { source: showRepo(forge, source) }),
    ...(role === undefined ? {} : { permissions: showPermissions(role) }),
  };
}

/** GitHub's five booleans of a role. */
export function showPermissions(role: Role) {
  const has = (wanted: Role) => ROLES.indexOf(role) >= ROLES.indexOf(wanted);
  return {
    admin: has('admin'),
    maintain: has('maintain'),
    push: has('write'),
    triage: has('triage'),
    pull: has('read'),
  };
}
