import { getInput, notice, setOutput } from '@actions/core';
import { parseTag } from '#core/calendar/tag.ts';
import { refusal, throwAll } from '#core/fault-codes.ts';
import { releaseNotes } from '#core/rollout/release-notes.ts';
import { judgeTag } from '#core/rollout/tag-judgement.ts';
import { runAction } from '#shell/action.ts';
import { forgeAccess } from '#shell/github.ts';
import { openMirror } from '#shell/github-mirror.ts';
import { createRelease, mergeTag, tagFacts, tellTag } from '#shell/github-release.ts';

/** Publish release: a tag in; judged, merged into production and announced, or refused with every reason. The judgement lives in #core/rollout. */
runAction(async () => {
  const token = getInput('github-token', { required: true });
  const tag = getInput('tag', { required: true });
  if (parseTag(tag) === undefined) throw refusal('TAG_REFUSED', `"${tag}" is no release tag such as umd-5.1.0.`);
  const access = forgeAccess(token);
  const mirror = await openMirror(access, token);
  try {
    await mirror.refresh();
    const found = await tagFacts(access, mirror, { tag, bot: `${getInput('app-slug') || 'umd-bot'}[bot]` });
    if (found === undefined) throw refusal('TAG_REFUSED', `There is no tag ${tag}.`);
    const { commit, facts, merged, defaultBranch } = found;
    if (!merged) {
      const against = judgeTag(facts);
      if (against.length > 0)
        await tellTag(access, {
          tag,
          commit,
          state: 'failure',
          description: against.map(({ sentence }) => sentence).join(' '),
        });
      throwAll(against);
      await mergeTag(access, { tag, commit, base: defaultBranch });
    }
    await createRelease(access, tag, releaseNotes(tag, facts));
    await tellTag(access, { tag, commit, state: 'success', description: 'Released.' });
    notice(`${tag} is released: ${getInput('public-url')} follows with the next publication.`);
    setOutput('released', true);
  } finally {
    await mirror.close();
  }
});
