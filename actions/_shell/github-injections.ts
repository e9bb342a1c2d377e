import type { Injection } from '#core/rollout/injection.ts';
import type { ForgeAccess } from '#shell/github.ts';
import type { ListedPull } from '#shell/github-pulls.ts';
import { timelineOf } from '#shell/github-timeline.ts';
import { pullOfFile } from '#shell/intake-forge.ts';

/** Releases on the candidate that lack PPAs, with the pull request each came by; nothing is asked while there is none. */
export async function injectionsOf(
  access: ForgeAccess,
  folders: readonly string[],
  { pulls, branch, bot }: { readonly pulls: readonly ListedPull[]; readonly branch: string; readonly bot: string },
): Promise<Injection[]> {
  const found = folders.map(async (folder): Promise<Injection[]> => {
    const number = await pullOfFile(access, `${folder}/release.xml`, branch, pulls);
    const { mergedAt, head } = pulls.find((each) => each.number === number) ?? {};
    if (number === undefined || mergedAt === undefined || head === undefined) return [];
    return [{ folder, pull: number, mergedAt, head, ...(await timelineOf(access, number, bot)) }];
  });
  return (await Promise.all(found)).flat();
}
