import { getInput, info, setOutput } from '@actions/core';
import { dueReviews, REVIEW_LABEL } from '#core/criteria/reviews.ts';
import { runAction } from '#shell/action.ts';
import { readCriteria } from '#shell/criteria.ts';
import { forgeAccess, forgeNow } from '#shell/github.ts';
import { issueTitles, openIssue } from '#shell/github-issues.ts';

/** Open reviews: the public drafts of the criteria that are due today have an issue each. Which those are, says #core/criteria. */
runAction(async () => {
  const forge = forgeAccess(getInput('github-token', { required: true }));
  const [now, criteria, titles] = await Promise.all([
    forgeNow(forge),
    readCriteria(process.env.GITHUB_WORKSPACE ?? '.'),
    issueTitles(forge, REVIEW_LABEL),
  ]);
  const due = dueReviews(criteria, now.toISOString().slice(0, 10), titles);
  const opened: number[] = [];
  for (const issue of due) {
    opened.push(await openIssue(forge, issue));
    info(`#${opened.at(-1)}: ${issue.title}`);
  }
  if (due.length === 0) info('No review is due.');
  setOutput('opened', JSON.stringify(opened));
});
