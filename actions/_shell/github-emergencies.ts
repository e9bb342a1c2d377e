import { parseLockPath } from '#core/ppa/folder.ts';
import { ppaOfEmergency } from '#core/rollout/emergency.ts';
import type { EmergencyFacts, Heads } from '#core/rollout/emergency-plan.ts';
import type { LaneFacts } from '#core/rollout/lane-plan.ts';
import type { Mirror } from '#shell/github-mirror.ts';

const HEADS = 'refs/heads/';

type Tested = (lane: LaneFacts['lane'], commit: string, branch: string) => Promise<Omit<LaneFacts, 'published'>>;

/** Branches of emergencies; while there is none, nothing is read. */
export async function emergencyFacts(
  mirror: Mirror,
  refs: ReadonlyMap<string, string>,
  heads: Heads,
  tested: Tested,
): Promise<EmergencyFacts[]> {
  const branches = [...refs].flatMap(([ref, commit]) => {
    const branch = ref.startsWith(HEADS) ? ref.slice(HEADS.length) : '';
    const ppa = ppaOfEmergency(branch);
    return ppa === undefined ? [] : [{ ppa, branch, commit }];
  });
  return Promise.all(
    branches.map(async ({ ppa, branch, commit }) => {
      const released = await mirror.isAncestor(commit, heads.main);
      const apart = released ? await apartOf(mirror, commit, heads) : {};
      if (released) return { ppa, commit, released, current: false, files: new Map(), ...apart };
      const files = await textsOf(mirror, commit, heads.main);
      const lane = [...files.keys()].map(parseLockPath).find((place) => place !== undefined)?.lane;
      return {
        ...{ ppa, commit, released, files },
        current: await mirror.isAncestor(heads.main, commit),
        ...(lane === undefined ? {} : { test: await tested(lane, commit, branch) }),
      };
    }),
  );
}

async function apartOf(mirror: Mirror, commit: string, { candidate }: Heads): Promise<Pick<EmergencyFacts, 'apart'>> {
  if (await mirror.isAncestor(commit, candidate)) return {};
  return {
    apart: { theirs: await textsOf(mirror, commit, candidate), ours: await textsOf(mirror, candidate, commit) },
  };
}

/** What a branch changes since it left another: path → its text; undefined: gone, or no plain file. */
async function textsOf(mirror: Mirror, head: string, base: string): Promise<ReadonlyMap<string, string | undefined>> {
  const paths = (await mirror.changed(head, base)).map(({ path }) => path);
  const texts = await mirror.texts(paths.map((path) => `${head}:${path}`));
  return new Map(paths.map((path) => [path, texts.get(`${head}:${path}`)]));
}
