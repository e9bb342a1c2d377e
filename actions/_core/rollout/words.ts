import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { renderWhy, type Why } from '#core/why/why.ts';
import type { WordsEffect } from './effects.ts';

/** Check-runs that show the why record of what is no open pull request: a lane's next release, a release that is being split. */

/** One that is wanted: where, and how it is called there. */
export interface WordsPlace {
  readonly name: string;
  readonly sha: string;
}

/** One of ours as it stands on the forge. */
export interface Words extends WordsPlace {
  /** Absent: there is none. */
  readonly id?: number;
  /** Of what it says; empty: there is none, or nobody has seen it since it was written. */
  readonly digest: string;
  /** Day on which it was seen; another day it is looked at again. */
  readonly seen: string;
}

/** What a check-run says: compared, and remembered by its digest from one look to the next. */
export function wordsDigest(said: {
  readonly conclusion?: string | null;
  readonly title: string;
  readonly summary: string;
}) {
  const text = JSON.stringify([said.conclusion ?? '', said.title, said.summary.trim()]);
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, 32);
}

/** The check-run that says this; none when it is said already, or when nobody looked what is said. */
export function sayWhy(
  about: WordsPlace & { readonly title: string },
  why: Why,
  known: readonly Words[],
): WordsEffect[] {
  const { name, sha, title } = about;
  const shown = known.find((each) => each.name === name && each.sha === sha);
  const wanted = { conclusion: conclusionOf(why), title: `${title}: ${why.verdict}`, summary: renderWhy(why) } as const;
  if (shown === undefined || shown.digest === wordsDigest(wanted)) return [];
  return [{ kind: 'words', ...(shown.id === undefined ? {} : { id: shown.id }), sha, name, ...wanted }];
}

function conclusionOf({ verdict }: Why): NonNullable<WordsEffect['conclusion']> {
  if (verdict === 'pass') return 'success';
  if (verdict === 'temporarily') return 'neutral';
  return verdict === 'permanently' || verdict === 'cannot tell' ? 'failure' : 'action_required';
}
