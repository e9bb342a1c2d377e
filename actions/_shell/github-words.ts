import { SPLIT_CHECK } from '#core/rollout/injection.ts';
import type { Memory } from '#core/rollout/memory.ts';
import { type Words, type WordsPlace, wordsDigest } from '#core/rollout/words.ts';
import type { ForgeAccess } from '#shell/github.ts';
import { checkOn } from '#shell/github-pulls.ts';

interface Looking {
  readonly memory: Memory | undefined;
  /** Heads of merged release pull requests, looked at when nothing is remembered. */
  readonly parents: readonly string[];
  /** `YYYY-MM-DD` */
  readonly day: string;
}

/**
 * Our check-runs that say why releases stand where they stand: as remembered, else as they are. One that is remembered
 * and wanted no more is read until it was seen to say so.
 */
export async function wordsOn(
  access: ForgeAccess,
  bot: string,
  places: readonly WordsPlace[],
  { memory, parents, day }: Looking,
): Promise<Words[]> {
  const known = new Map((memory?.words ?? []).map((each) => [keyOf(each), each]));
  const former = memory === undefined ? parents.map((sha) => ({ name: SPLIT_CHECK, sha })) : [...known.values()];
  const splits = former.filter(({ name }) => name === SPLIT_CHECK);
  const wanted = new Map([...splits, ...places].map((each) => [keyOf(each), each]));
  return Promise.all(
    [...wanted].map(async ([key, { name, sha }]): Promise<Words> => {
      const remembered = known.get(key);
      if (remembered !== undefined && remembered.digest !== '' && remembered.seen === day) return remembered;
      const check = await checkOn(access, sha, name, bot);
      const seen = { name, sha, seen: day };
      return check === undefined ? { ...seen, digest: '' } : { ...seen, id: check.id, digest: wordsDigest(check) };
    }),
  );
}

function keyOf({ name, sha }: WordsPlace): string {
  return `${name} ${sha}`;
}
