import type { Forge } from '#scripts/forge/forge.ts';
import type { Person } from '#scripts/forge/git/objects.ts';
import { accountOf } from '#scripts/forge/views/people.ts';

/** What the forge writes as author for an account, at its own time. */
export function signatureOf(forge: Forge, login: string): Person {
  const { id, name, email } = accountOf(forge, login);
  return { name: name ?? login, email: email ?? `${id}+${login}@users.noreply.github.com`, date: forge.clock.stamp() };
}

/** GitHub commits merges of people in its own name. */
export function forgeSignature(forge: Forge): Person {
  return { name: 'GitHub', email: 'noreply@github.com', date: forge.clock.stamp() };
}
