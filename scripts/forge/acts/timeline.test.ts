import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench } from '#scripts/forge/conformance/bench.ts';
import { furnish, propose, told, write } from '#scripts/forge/conformance/hands.ts';

let bench: Bench;
let set: Awaited<ReturnType<typeof furnish>>;
beforeAll(async () => {
  bench = openBench();
  set = await furnish(bench);
});
afterAll(() => bench.close());

const HOUR = 3_600_000;

test('all that happens to a pull request is on its timeline with who and when, and was told', async () => {
  const { at, owner, writer, triager, outsider, fork } = set;
  const issue_number = await propose(outsider, at, 'story', { from: fork });
  const of = { ...at, issue_number };
  const before = bench.forge.events.sequence;
  const acts = [
    () => triager.rest.issues.addLabels({ ...of, labels: ['RolloutProgress: Unverified'] }),
    () => triager.rest.issues.addAssignees({ ...of, assignees: ['writer'] }),
    () => outsider.rest.issues.createComment({ ...of, body: 'please' }),
    () => writer.rest.pulls.createReview({ ...at, pull_number: issue_number, event: 'APPROVE', body: 'fine' }),
    () => triager.rest.issues.setLabels({ ...of, labels: ['RolloutProgress: In Verification'] }),
    () =>
      owner.rest.issues.create({ ...at, title: 'UMD Verification: slow', body: `blocks umd/release#${issue_number}` }),
    () => outsider.rest.issues.update({ ...of, state: 'closed' }),
    () => outsider.rest.issues.update({ ...of, state: 'open' }),
    () => write(outsider, fork, 'story', 'again.txt', 'again\n'),
    () => owner.rest.pulls.merge({ ...at, pull_number: issue_number }),
  ];
  const start = Math.floor(bench.forge.clock.now().getTime() / 1000) * 1000;
  for (const [hour, act] of acts.entries()) {
    bench.admin.set(new Date(start + (hour + 1) * HOUR));
    await act();
  }
  const { data } = await owner.rest.issues.listEventsForTimeline({ ...of, per_page: 100 });
  const lines = data.map((item) => {
    const { actor, user, created_at, submitted_at, event } = item as {
      actor?: { login: string };
      user?: { login: string };
      created_at?: string;
      submitted_at?: string;
      event: string;
    };
    const time = created_at ?? submitted_at;
    const hour = time === undefined ? '' : Math.floor((new Date(time).getTime() - start) / HOUR);
    return [event, actor?.login ?? user?.login ?? '', hour].join(' ').trim();
  });
  expect(lines).toEqual([
    'committed',
    'labeled triager 1',
    'assigned triager 2',
    'commented outsider 3',
    'reviewed writer 4',
    'labeled triager 5',
    'unlabeled triager 5',
    'cross-referenced owner 6',
    'closed outsider 7',
    'reopened outsider 8',
    'committed',
    'merged owner 10',
    'closed owner 10',
  ]);
  expect(told(bench, before).filter((line) => !/^(clock|push)/.test(line))).toEqual([
    'pull_request labeled user',
    'pull_request assigned user',
    'issue_comment created user',
    'pull_request_review submitted user',
    'pull_request labeled user',
    'pull_request unlabeled user',
    'issues opened user',
    'pull_request closed user',
    'pull_request reopened user',
    'pull_request synchronize user',
    'pull_request closed user',
  ]);
});
