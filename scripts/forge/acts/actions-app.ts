import type { Forge } from '#scripts/forge/forge.ts';

/** The app behind every workflow token, with GitHub's own number and name. */
export const ACTIONS_APP = 15368;
export const ACTIONS_BOT = 'github-actions[bot]';

/** Accounts that are there from the start. */
export function addFirstAccounts(forge: Forge): void {
  if (forge.db.apps.get(ACTIONS_APP) !== undefined) return;
  const createdAt = forge.clock.stamp();
  const shared = { name: null, email: null, description: null, createdAt };
  forge.db.accounts.put('github', { ...shared, id: forge.db.nextId(), login: 'github', type: 'Organization' });
  forge.db.accounts.put(ACTIONS_BOT, { ...shared, id: 41_898_282, login: ACTIONS_BOT, type: 'Bot' });
  forge.db.apps.put(ACTIONS_APP, {
    ...{
      id: ACTIONS_APP,
      slug: 'github-actions',
      name: 'GitHub Actions',
      owner: 'github',
      clientId: 'Iv1.05c79e9ad1f6bdfa',
    },
    ...{ publicKey: '', permissions: {}, events: [], createdAt },
  });
}
