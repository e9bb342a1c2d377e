import type { Forge } from '#scripts/forge/forge.ts';
import type { Installation } from '#scripts/forge/state/people.ts';
import { apiUrl } from './basics.ts';
import { accountOf, showUser } from './people.ts';

export function showInstallation(forge: Forge, installation: Installation) {
  const app = forge.db.apps.get(installation.appId);
  const account = accountOf(forge, installation.account);
  return {
    id: installation.id,
    account: showUser(forge, account.login),
    repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
    access_tokens_url: apiUrl(forge, `/app/installations/${installation.id}/access_tokens`),
    repositories_url: apiUrl(forge, '/installation/repositories'),
    html_url: `${forge.origin}/organizations/${account.login}/settings/installations/${installation.id}`,
    app_id: installation.appId,
    client_id: app?.clientId ?? '',
    app_slug: app?.slug ?? '',
    target_id: account.id,
    target_type: account.type,
    permissions: app?.permissions ?? {},
    events: app?.events ?? [],
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  };
}
