import type { Stage } from '#scripts/forge/conformance/stage.ts';

export async function issues({ maintainer, outsider, owner, at }: Stage): Promise<void> {
  const { issues: desk } = maintainer.rest;
  await desk.createLabel({ ...at, name: 'RolloutProgress: Unverified', color: 'ededed', description: 'waits' });
  await desk.createLabel({ ...at, name: 'hold: x', color: '000000' });
  await desk.listLabelsForRepo(at);
  await desk.getLabel({ ...at, name: 'hold: x' });
  await desk.updateLabel({ ...at, name: 'hold: x', new_name: 'hold: y', color: 'ff0000' });
  const { data: issue } = await outsider.rest.issues.create({
    ...at,
    title: 'UMD Verification: broken',
    body: 'It does not start.',
  });
  const of = { ...at, issue_number: issue.number };
  await desk.addLabels({ ...of, labels: ['RolloutProgress: Unverified'] });
  await desk.setLabels({ ...of, labels: ['hold: y', 'new one'] });
  await desk.listLabelsOnIssue(of);
  await desk.removeLabel({ ...of, name: 'new one' });
  await desk.removeAllLabels(of);
  await desk.deleteLabel({ ...at, name: 'hold: y' });
  await desk.addAssignees({ ...of, assignees: ['maintainer'] });
  await desk.listAssignees(at);
  await desk.checkUserCanBeAssigned({ ...at, assignee: 'maintainer' });
  await desk.removeAssignees({ ...of, assignees: ['maintainer'] });
  const { data: comment } = await outsider.rest.issues.createComment({ ...of, body: 'Again today.' });
  await outsider.rest.issues.updateComment({ ...at, comment_id: comment.id, body: `Again, as in #${issue.number}.` });
  await desk.getComment({ ...at, comment_id: comment.id });
  await desk.listComments(of);
  await desk.listCommentsForRepo(at);
  await owner.rest.issues.update({ ...of, title: 'Broken', state: 'closed', state_reason: 'completed' });
  await owner.rest.issues.update({ ...of, state: 'open' });
  const { data: other } = await outsider.rest.issues.create({ ...at, title: 'The same', body: `See #${issue.number}` });
  await desk.deleteComment({ ...at, comment_id: comment.id });
  await desk.get({ ...at, issue_number: other.number });
  await desk.listForRepo({ ...at, state: 'all' });
  await desk.listEventsForTimeline(of);
  await desk.listEvents(of);
  const { data: events } = await desk.listEventsForRepo(at);
  await desk.getEvent({ ...at, event_id: events[0]?.id ?? 0 });
}
