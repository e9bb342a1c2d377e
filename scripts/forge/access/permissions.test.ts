import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, openBench, refusal } from '#scripts/forge/conformance/bench.ts';
import { branch, furnish, headOf, propose, startJob, write } from '#scripts/forge/conformance/hands.ts';
import { jwt } from '#scripts/forge/conformance/stage.ts';

let bench: Bench;
let set: Awaited<ReturnType<typeof furnish>>;
beforeEach(async () => {
  bench = openBench();
  set = await furnish(bench);
});
afterEach(() => bench.close());

test('labels are changed by those with triage rights, not by outsiders', async () => {
  const { at, triager, outsider, fork } = set;
  const issue_number = await propose(outsider, at, 'topic', { from: fork });
  const labelling = { ...at, issue_number, labels: ['RolloutProgress: UMDStore'] };
  expect(await refusal(outsider.rest.issues.addLabels(labelling))).toBe('403 Must have triage access to Repository.');
  expect((await triager.rest.issues.addLabels(labelling)).data.map(({ name }) => name)).toEqual([
    'RolloutProgress: UMDStore',
  ]);
  expect(await refusal(outsider.rest.issues.createComment({ ...at, issue_number, body: '/report accept' }))).toBe(
    'it was allowed',
  );
});

test('merging and tagging need write access', async () => {
  const { at, triager, writer } = set;
  const pull_number = await propose(writer, at, 'topic');
  const sha = await headOf(writer, at, 'main');
  expect(await refusal(triager.rest.pulls.merge({ ...at, pull_number }))).toMatch(/^403 /);
  expect(await refusal(triager.rest.git.createRef({ ...at, ref: 'refs/tags/umd-5.0.0', sha }))).toMatch(/^403 /);
  expect(await refusal(writer.rest.git.createRef({ ...at, ref: 'refs/tags/umd-5.0.0', sha }))).toBe('it was allowed');
});

test('a workflow token may what its permissions say, per route', async () => {
  const { at, writer } = set;
  const issue_number = await propose(writer, at, 'topic');
  const head_sha = await headOf(writer, at, 'main');
  const { job } = await startJob(
    bench,
    { event: 'workflow_dispatch', head_sha },
    { permissions: { contents: 'read', 'pull-requests': 'write' } },
  );
  const token = bench.client(job.token);
  const denied = '403 Resource not accessible by integration';
  expect(await refusal(token.rest.issues.createComment({ ...at, issue_number, body: 'hi' }))).toBe('it was allowed');
  expect(await refusal(token.rest.checks.create({ ...at, name: 'x', head_sha }))).toBe(denied);
  expect(await refusal(token.rest.actions.createWorkflowDispatch({ ...at, workflow_id: 'x.yml', ref: 'main' }))).toBe(
    denied,
  );
  expect(await refusal(write(token, at, 'main', 'x.txt', 'x'))).toBe(denied);
  expect(await refusal(token.rest.users.getAuthenticated())).toBe(denied);
});

test('a workflow token neither opens nor approves pull requests', async () => {
  const { at, writer } = set;
  const pull_number = await propose(writer, at, 'topic');
  await branch(writer, at, 'second', 'topic');
  const { job } = await startJob(
    bench,
    { event: 'push', head_sha: await headOf(writer, at, 'main') },
    { permissions: { contents: 'write', 'pull-requests': 'write' } },
  );
  const token = bench.client(job.token);
  expect(await refusal(token.rest.pulls.create({ ...at, head: 'second', base: 'main', title: 'x' }))).toBe(
    '403 GitHub Actions is not permitted to create or approve pull requests.',
  );
  expect(await refusal(token.rest.pulls.createReview({ ...at, pull_number, event: 'APPROVE' }))).toMatch(
    /^422 .*not permitted to approve/,
  );
});

test('on a private repository a bot reads only what it was given, and a stranger finds nothing', async () => {
  const { outsider, owner } = set;
  await owner.rest.repos.createInOrg({ org: 'umd', name: 'secret', private: true, auto_init: true });
  const at = { owner: 'umd', repo: 'secret' };
  const bot = bench.appClient('reader', { contents: 'read' });
  expect(await refusal(bot.rest.repos.getContent({ ...at, path: 'README.md' }))).toBe('it was allowed');
  expect(await refusal(bot.rest.pulls.list(at))).toBe('403 Resource not accessible by integration');
  expect(await refusal(outsider.rest.repos.get(at))).toBe('404 Not Found');
  expect(await refusal(bench.client().rest.repos.get(at))).toBe('404 Not Found');
});

test('teams are seen by members and by apps that may, not by strangers', async () => {
  const { outsider, writer } = set;
  const members = { org: 'umd', team_slug: 'writers' };
  expect((await writer.rest.teams.listMembersInOrg(members)).data.map(({ login }) => login)).toEqual(['writer']);
  expect(await refusal(outsider.rest.teams.listMembersInOrg(members))).toBe('404 Not Found');
  expect(await refusal(bench.appClient('blind', {}).rest.teams.listMembersInOrg(members))).toMatch(/^403 /);
  expect(await refusal(bench.appClient('seeing', { members: 'read' }).rest.teams.listMembersInOrg(members))).toBe(
    'it was allowed',
  );
});

test("an app's JWT is believed only with its own signature and within its ten minutes", async () => {
  const [one, other] = ['one', 'other'].map((slug) =>
    bench.admin.createApp({ slug, owner: 'umd', permissions: { contents: 'read' } }),
  );
  const now = Math.floor(Date.now() / 1000);
  const ask = (token: string) => refusal(bench.client(token).rest.apps.getAuthenticated());
  expect(await ask(jwt(one!.id, one!.privateKey))).toBe('it was allowed');
  expect(await ask(jwt(one!.id, other!.privateKey))).toMatch(/^401 A JSON web token could not be decoded/);
  expect(await ask(jwt(one!.id, one!.privateKey, now - 3600))).toMatch(/^401 'Expiration time'/);
  expect(await ask(jwt(one!.id, one!.privateKey, now + 3600))).toMatch(
    /^401 'Expiration time' claim \('exp'\) is too far/,
  );
});

test('an installation token never holds more than its app', async () => {
  const { id, installationId, privateKey } = bench.admin.createApp({
    slug: 'small',
    owner: 'umd',
    permissions: { contents: 'read' },
  });
  const mint = (permissions: object) =>
    bench
      .client(jwt(id, privateKey))
      .rest.apps.createInstallationAccessToken({ installation_id: installationId, permissions });
  expect(await refusal(mint({ contents: 'write' }))).toMatch(/^422 /);
  expect((await mint({ contents: 'read' })).data.permissions).toEqual({ metadata: 'read', contents: 'read' });
});

test('/commits/{sha}/pulls finds own branches, and is empty for the heads of forks', async () => {
  const { at, writer, outsider, fork } = set;
  const own = await propose(writer, at, 'own');
  await propose(outsider, at, 'theirs', { from: fork });
  const found = async (sha: string) =>
    (await writer.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: sha })).data.map(
      ({ number }) => number,
    );
  expect(await found(await headOf(writer, at, 'own'))).toEqual([own]);
  expect(await found(await headOf(outsider, fork, 'theirs'))).toEqual([]);
});

test('a bad token is refused, and no token may only read', async () => {
  const { at } = set;
  expect(await refusal(bench.client('ghp_wrong').rest.repos.get(at))).toBe('401 Bad credentials');
  expect(await refusal(bench.client().rest.repos.get(at))).toBe('it was allowed');
  expect(await refusal(bench.client().rest.issues.create({ ...at, title: 'x' }))).toBe('401 Requires authentication');
});
