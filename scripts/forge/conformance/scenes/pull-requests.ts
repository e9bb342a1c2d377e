import type { Stage } from '#scripts/forge/conformance/stage.ts';

export async function pullRequests({ maintainer, outsider, owner, app, at }: Stage): Promise<void> {
  const { pulls } = maintainer.rest;
  const own = { owner: 'outsider', repo: 'release' };
  await outsider.rest.repos.createOrUpdateFileContents({
    ...own,
    path: 'new.txt',
    message: 'Add',
    content: 'bmV3Cg==',
  });
  const { data: pull } = await outsider.rest.pulls.create({
    ...at,
    head: 'outsider:main',
    base: 'main',
    title: 'A release',
    body: 'Please.',
  });
  const of = { ...at, pull_number: pull.number };
  await pulls.list({ ...at, state: 'all' });
  await pulls.get(of);
  await outsider.rest.pulls.update({ ...of, title: 'A better release' });
  await outsider.rest.repos.createOrUpdateFileContents({
    ...own,
    path: 'more.txt',
    message: 'More',
    content: 'bW9yZQo=',
  });
  await pulls.listFiles(of);
  await pulls.listCommits(of);
  await owner.rest.pulls.requestReviewers({ ...of, reviewers: ['maintainer'], team_reviewers: ['release-team'] });
  await pulls.listRequestedReviewers(of);
  await owner.rest.pulls.removeRequestedReviewers({ ...of, reviewers: [], team_reviewers: ['release-team'] });
  const { data: pending } = await pulls.createReview({ ...of, body: 'Hm' });
  await pulls.updateReview({ ...of, review_id: pending.id, body: 'Hm hm' });
  await pulls.deletePendingReview({ ...of, review_id: pending.id });
  const { data: draft } = await pulls.createReview({ ...of, body: 'No' });
  const { data: objection } = await pulls.submitReview({
    ...of,
    review_id: draft.id,
    event: 'REQUEST_CHANGES',
    body: 'No',
  });
  await pulls.getReview({ ...of, review_id: objection.id });
  await owner.rest.pulls.dismissReview({ ...of, review_id: objection.id, message: 'Was solved' });
  await pulls.createReview({ ...of, event: 'APPROVE', body: 'Good' });
  await pulls.listReviews(of);
  await app.rest.issues.addLabels({ ...at, issue_number: pull.number, labels: ['ReleaseType: Minor'] });
  const { data: now } = await pulls.get(of);
  await pulls.merge({ ...of, sha: now.head.sha });
  await pulls.checkIfMerged(of);
  await maintainer.rest.issues.listEventsForTimeline({ ...at, issue_number: pull.number });
  await pulls.list({ ...at, state: 'closed' });
  await pulls.get(of);
}
