import { PARTIAL, ROLES } from './people.ts';

/** What was said of an emergency, about which lock. */
export interface Agreed {
  readonly by: string;
  readonly word: 'emergency' | 'confirm';
  readonly lock: string;
  readonly seq: number;
}

/** The release team asked, then somebody else of the vulnerability group, and of no provider, confirmed this very lock. */
export function isAgreed(
  distribution: string,
  words: readonly Agreed[],
  about: { readonly lock: string; readonly after: number; readonly upTo: number },
): boolean {
  const of = (role: 'release-team' | 'vulnerability-group', login: string) =>
    (ROLES[distribution]?.[role] ?? []).includes(login);
  const asked = words.filter(({ word, by }) => word === 'emergency' && of('release-team', by));
  return words.some(
    ({ word, by, lock, seq }) =>
      word === 'confirm' &&
      of('vulnerability-group', by) &&
      by !== PARTIAL &&
      lock === about.lock &&
      seq > about.after &&
      seq <= about.upTo &&
      asked.some((each) => each.seq < seq && each.by !== by),
  );
}
