import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, openBench, refusal } from '#scripts/forge/conformance/bench.ts';
import { branch, furnish, headOf, propose, write } from '#scripts/forge/conformance/hands.ts';
import { gitText } from '#scripts/forge/git/run.ts';

let bench: Bench;
let set: Awaited<ReturnType<typeof furnish>>;
beforeEach(async () => {
  bench = openBench();
  set = await furnish(bench);
});
afterEach(() => bench.close());

const protect = (rules: object) =>
  bench.admin.protectBranch({ repository: 'umd/release', branch: 'candidate', enforceAdmins: true, ...rules });
const dirOf = () => bench.forge.repositories.of(bench.forge.db.reposNamed('umd/release')[0]!).dir;

test('a merge keeps the files of both sides, with both as parents', async () => {
  const { at, writer, outsider, fork } = set;
  const number = await propose(outsider, at, 'theirs', { from: fork });
  const ours = await write(writer, at, 'candidate', 'ours.txt', 'ours\n');
  const { data: pull } = await writer.rest.pulls.get({ ...at, pull_number: number });
  const { data: merged } = await writer.rest.pulls.merge({ ...at, pull_number: number });
  expect(await gitText(dirOf(), ['ls-tree', '--name-only', 'refs/heads/candidate'])).toBe(
    'a.txt\nours.txt\ntheirs.txt',
  );
  expect(await gitText(dirOf(), ['log', '-1', '--format=%H %P', 'refs/heads/candidate'])).toBe(
    `${merged.sha} ${ours} ${pull.head.sha}`,
  );
  expect(await gitText(dirOf(), ['fsck', '--strict', '--no-dangling'])).toBe('');
});

test('a squash has one parent', async () => {
  const { at, writer } = set;
  const number = await propose(writer, at, 'topic');
  const base = await headOf(writer, at, 'candidate');
  await writer.rest.pulls.merge({ ...at, pull_number: number, merge_method: 'squash' });
  expect(await gitText(dirOf(), ['log', '-1', '--format=%P %s', 'refs/heads/candidate'])).toBe(
    `${base} topic (#${number})`,
  );
});

test('an unmergeable pull request is refused with 405', async () => {
  const { at, writer } = set;
  const number = await propose(writer, at, 'one', { path: 'same.txt', text: 'one\n' });
  await write(writer, at, 'candidate', 'same.txt', 'two\n');
  const { data } = await writer.rest.pulls.get({ ...at, pull_number: number });
  expect([data.mergeable, data.mergeable_state]).toEqual([false, 'dirty']);
  expect(await refusal(writer.rest.pulls.merge({ ...at, pull_number: number }))).toBe(
    '405 Pull Request is not mergeable',
  );
});

test('a stale sha is refused with 409', async () => {
  const { at, writer } = set;
  const number = await propose(writer, at, 'topic');
  const sha = await headOf(writer, at, 'topic');
  await write(writer, at, 'topic', 'later.txt', 'later\n');
  expect(await refusal(writer.rest.pulls.merge({ ...at, pull_number: number, sha }))).toBe(
    '409 Head branch was modified. Review and try the merge again.',
  );
});

test('a rebase is refused, for this repository allows none', async () => {
  const { at, writer } = set;
  const number = await propose(writer, at, 'topic');
  expect(await refusal(writer.rest.pulls.merge({ ...at, pull_number: number, merge_method: 'rebase' }))).toBe(
    '405 Rebase merges are not allowed on this repository.',
  );
});

test('required checks and reviews block a merge, all reasons at once, until they are there', async () => {
  const { at, writer, owner } = set;
  protect({ checks: ['check-release'], reviews: 1 });
  const number = await propose(writer, at, 'topic');
  const merge = () => writer.rest.pulls.merge({ ...at, pull_number: number });
  const missing = 'At least 1 approving review is required by reviewers with write access.';
  expect(await refusal(merge())).toBe(`405 Required status check "check-release" is expected.\n${missing}`);
  const sha = await headOf(writer, at, 'topic');
  await writer.rest.repos.createCommitStatus({ ...at, sha, state: 'failure', context: 'check-release' });
  await owner.rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });
  expect(await refusal(merge())).toBe('405 Required status check "check-release" is failing.');
  expect((await writer.rest.pulls.get({ ...at, pull_number: number })).data.mergeable_state).toBe('blocked');
  await writer.rest.repos.createCommitStatus({ ...at, sha, state: 'success', context: 'check-release' });
  expect((await merge()).data.merged).toBe(true);
});

test('an approval of someone who may not push does not count, an objection of one who may blocks', async () => {
  const { at, writer, owner, outsider } = set;
  protect({ reviews: 1 });
  const number = await propose(writer, at, 'topic');
  const merge = () => writer.rest.pulls.merge({ ...at, pull_number: number });
  await outsider.rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });
  expect(await refusal(merge())).toMatch(/^405 At least 1 approving review/);
  await owner.rest.pulls.createReview({ ...at, pull_number: number, event: 'REQUEST_CHANGES', body: 'no' });
  expect(await refusal(merge())).toMatch(/Changes were requested/);
});

test('a push dismisses approvals where the branch asks for it', async () => {
  const { at, writer, owner } = set;
  protect({ reviews: 1, dismissStale: true });
  const number = await propose(writer, at, 'topic');
  await owner.rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });
  await write(writer, at, 'topic', 'later.txt', 'later\n');
  const { data } = await writer.rest.pulls.listReviews({ ...at, pull_number: number });
  expect(data.map(({ state }) => state)).toEqual(['DISMISSED']);
  expect(await refusal(writer.rest.pulls.merge({ ...at, pull_number: number }))).toMatch(/^405 At least 1/);
});

test('only whom the restrictions name may merge, administrators included', async () => {
  const { at, writer, owner } = set;
  protect({ restrictions: { users: [], teams: ['writers'], apps: [] } });
  const number = await propose(writer, at, 'topic');
  expect(await refusal(owner.rest.pulls.merge({ ...at, pull_number: number }))).toMatch(
    /^405 You're not authorized to push to this branch/,
  );
  expect((await writer.rest.pulls.merge({ ...at, pull_number: number })).data.merged).toBe(true);
});

test('an app that the restrictions name may merge, another may not', async () => {
  const { at, writer } = set;
  protect({ restrictions: { users: [], teams: [], apps: ['umd-bot'] } });
  const number = await propose(writer, at, 'topic');
  const [bot, other] = ['umd-bot', 'other-bot'].map((slug) => bench.appClient(slug, { contents: 'write' }));
  expect(await refusal(other!.rest.pulls.merge({ ...at, pull_number: number }))).toMatch(/^405 You're not authorized/);
  expect((await bot!.rest.pulls.merge({ ...at, pull_number: number })).data.merged).toBe(true);
});

test('nobody approves their own pull request, nor objects to it', async () => {
  const { at, writer } = set;
  const number = await propose(writer, at, 'topic');
  const review = (event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT') =>
    writer.rest.pulls.createReview({ ...at, pull_number: number, event, body: 'mine' });
  expect(await refusal(review('APPROVE'))).toBe('422 Unprocessable Entity Can not approve your own pull request');
  expect(await refusal(review('REQUEST_CHANGES'))).toBe(
    '422 Unprocessable Entity Can not request changes on your own pull request',
  );
  expect(await refusal(review('COMMENT'))).toBe('it was allowed');
});

test('what a push to the base brings along is merged too, and a deleted head branch closes', async () => {
  const { at, writer } = set;
  const [one, two] = [await propose(writer, at, 'one'), await propose(writer, at, 'two')];
  await writer.rest.git.updateRef({ ...at, ref: 'heads/candidate', sha: await headOf(writer, at, 'one') });
  await writer.rest.git.deleteRef({ ...at, ref: 'heads/two' });
  const states = await Promise.all(
    [one, two].map(async (pull_number) => (await writer.rest.pulls.get({ ...at, pull_number })).data),
  );
  expect(states.map(({ state, merged }) => [state, merged])).toEqual([
    ['closed', true],
    ['closed', false],
  ]);
});

test('a closed pull request comes back with its branch as it is now, and not when that is gone', async () => {
  const { at, writer } = set;
  const pull_number = await propose(writer, at, 'topic');
  const turn = (state: 'open' | 'closed') => writer.rest.pulls.update({ ...at, pull_number, state });
  await turn('closed');
  const sha = await write(writer, at, 'topic', 'later.txt', 'later\n');
  expect((await writer.rest.pulls.get({ ...at, pull_number })).data.head.sha).not.toBe(sha);
  expect((await turn('open')).data).toMatchObject({ state: 'open', head: { sha }, changed_files: 2, mergeable: true });
  await writer.rest.git.deleteRef({ ...at, ref: 'heads/topic' });
  expect(await refusal(turn('open'))).toMatch(/^422 .*The topic branch has been deleted/);
});

test('POST /merges: a tag into main, nothing the second time, 409 on conflict', async () => {
  const { at, writer } = set;
  await write(writer, at, 'candidate', 'b.txt', 'b\n');
  await writer.rest.git.createRef({ ...at, ref: 'refs/tags/umd-5.0.0', sha: await headOf(writer, at, 'candidate') });
  const merge = (head: string) => writer.rest.repos.merge({ ...at, base: 'main', head });
  expect((await merge('umd-5.0.0')).status).toBe(201);
  expect((await merge('umd-5.0.0')).status).toBe(204);
  await branch(writer, at, 'other');
  await write(writer, at, 'other', 'b.txt', 'c\n');
  await write(writer, at, 'main', 'b.txt', 'd\n');
  expect(await refusal(merge('other'))).toBe('409 Merge conflict');
});
