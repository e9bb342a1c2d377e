import { parseLockPath } from '#core/ppa/folder.ts';
import type { Released } from '#core/rollout/fresh.ts';
import type { GovernedFacts, GovernedFile } from '#core/rollout/governed.ts';
import { ruleOf } from '#core/rollout/governed-rules.ts';
import type { ForgeAccess } from '#shell/github.ts';
import { locksAt } from '#shell/github-data.ts';
import type { Mirror } from '#shell/github-mirror.ts';
import { type ListedPull, pullFacts } from '#shell/github-pulls.ts';

interface Reading {
  readonly access: ForgeAccess;
  readonly mirror: Mirror;
  readonly bot: string;
  /** Heads of the two branches. */
  readonly heads: Readonly<Record<GovernedFacts['onto'], string>>;
  readonly production: readonly Released[];
}

/** One open pull request that changes a governed file; undefined when it changes none, or cannot be read yet. */
export async function governedFacts(
  { access, mirror, bot, heads, production }: Reading,
  listed: ListedPull,
  onto: GovernedFacts['onto'],
): Promise<GovernedFacts | undefined> {
  const base = heads[onto];
  if (!(await mirror.has(listed.head))) return undefined;
  const changed = await mirror.changed(listed.head, base);
  if (!changed.some(({ path }) => ruleOf(path) !== undefined)) return undefined;
  const files = await filesOf(mirror, changed, { base, left: await mirror.fork(listed.head, base), head: listed.head });
  const locks = changed.some(({ path }) => parseLockPath(path) !== undefined || /^repos\//.test(path));
  return {
    ...(await pullFacts(access, listed, { bot, checkName: 'rollout' })),
    ...{ onto, author: listed.author, files, production },
    locks: locks ? await locksAt(mirror, base) : [],
  };
}

async function filesOf(
  mirror: Mirror,
  changed: readonly { readonly path: string; readonly mode: string }[],
  at: { readonly base: string; readonly left: string; readonly head: string },
): Promise<GovernedFile[]> {
  const some = changed.slice(0, 300);
  const texts = await mirror.texts(some.flatMap(({ path }) => Object.values(at).map((commit) => `${commit}:${path}`)));
  return some.map(({ path, mode }) => {
    const [before, left, after] = [at.base, at.left, at.head].map((commit) => texts.get(`${commit}:${path}`));
    return {
      ...{ path, mode },
      ...(before === undefined ? {} : { before }),
      ...(left === undefined ? {} : { left }),
      ...(after === undefined ? {} : { after }),
    };
  });
}
