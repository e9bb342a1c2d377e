import type { Distribution } from '#core/distribution/distribution.ts';
import { fetchRefs } from '#shell/git.ts';
import type { ForgeAccess } from '#shell/github.ts';
import { readAdvisories } from '#shell/publish-advisories.ts';
import { openPulls, readRefs } from '#shell/publish-refs.ts';
import { vouchedBy } from '#shell/publish-voucher.ts';

/** Pull requests first, then Git: what is merged in between shows on candidate, and never nowhere. */
/** @param bot the reconciler's own identity, `umd-bot[bot]` */
export async function readWanted(
  forge: ForgeAccess,
  token: string,
  distributions: readonly Distribution[],
  bot: string,
) {
  const pulls = await openPulls(forge);
  const server = process.env.GITHUB_SERVER_URL ?? 'https://github.com';
  const git = await fetchRefs(`${server}/${forge.owner}/${forge.repo}.git`, token);
  try {
    const { refs, unread } = await readRefs(git, pulls, distributions, (pull) => vouchedBy(forge, bot, pull));
    return { refs, unread, advisories: await readAdvisories(git, refs) };
  } finally {
    await git.close();
  }
}
