import type { Forge } from '#scripts/forge/forge.ts';
import type { Protection, Repo } from '#scripts/forge/state/work.ts';
import { encoded, repoUrl } from './basics.ts';
import { showApp, showTeam, showUser } from './people.ts';
import { teamsOf } from './pull.ts';

/** GitHub's `branch-protection`, as PUT and GET protection give it. */
export function showProtection(forge: Forge, repo: Repo, protection: Protection) {
  const url = repoUrl(forge, repo, `/branches/${encoded(protection.branch)}/protection`);
  const on = (enabled: boolean) => ({ enabled });
  return {
    url,
    ...(protection.checks === null ? {} : { required_status_checks: showChecks(url, protection.checks) }),
    ...(protection.reviews === null ? {} : { required_pull_request_reviews: showReviews(url, protection.reviews) }),
    ...(protection.restrictions === null
      ? {}
      : { restrictions: showRestrictions(forge, repo, url, protection.restrictions) }),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: on(false),
    allow_force_pushes: on(protection.allowForce),
    allow_deletions: on(protection.allowDelete),
    block_creations: on(false),
    required_conversation_resolution: on(false),
    lock_branch: on(false),
    allow_fork_syncing: on(false),
  };
}

/** What a branch tells everyone of its protection. */
export function protectedOnly(protection: Protection | undefined) {
  const contexts = protection?.checks?.contexts ?? [];
  const level = protection?.checks == null ? 'off' : protection.enforceAdmins ? 'everyone' : 'non_admins';
  const checks = contexts.map((context) => ({ context, app_id: null }));
  return { enabled: protection !== undefined, required_status_checks: { enforcement_level: level, contexts, checks } };
}

function showChecks(url: string, { strict, contexts }: NonNullable<Protection['checks']>) {
  const self = `${url}/required_status_checks`;
  return {
    url: self,
    strict,
    contexts,
    contexts_url: `${self}/contexts`,
    checks: contexts.map((context) => ({ context, app_id: null })),
  };
}

function showReviews(url: string, { count, dismissStale, codeOwners }: NonNullable<Protection['reviews']>) {
  return {
    url: `${url}/required_pull_request_reviews`,
    dismiss_stale_reviews: dismissStale,
    require_code_owner_reviews: codeOwners,
    required_approving_review_count: count,
    require_last_push_approval: false,
  };
}

function showRestrictions(
  forge: Forge,
  repo: Repo,
  url: string,
  { users, teams, apps }: NonNullable<Protection['restrictions']>,
) {
  const self = `${url}/restrictions`;
  const known = forge.db.apps.values().filter((app) => apps.includes(app.slug));
  return {
    ...{ url: self, users_url: `${self}/users`, teams_url: `${self}/teams`, apps_url: `${self}/apps` },
    users: users.map((login) => showUser(forge, login)),
    teams: teamsOf(forge, repo, teams).map((team) => showTeam(forge, team)),
    apps: known.map((app) => showApp(forge, app)),
  };
}
