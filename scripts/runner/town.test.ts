import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTown, type Town } from './testing/town.ts';

/** Runner and forge together, people through the public API: what the two only promise each other elsewhere. */
const job = (steps: string, more = '') => `  j:\n    runs-on: ubuntu-latest\n${more}    steps:\n${steps}\n`;
const file = (name: string, on: string, jobs: string, top = '') => ({
  [`.github/workflows/${name}.yml`]: `name: ${name}\non: ${on}\n${top}\njobs:\n${jobs}`,
});
const say = (text: string) => `      - run: echo "${text}"`;

const WORKFLOWS = {
  ...file('pull', 'pull_request', job(say('secret=[${{ secrets.S }}] $(git version | cut -c1-3) ${{ github.sha }}'))),
  ...file(
    'label',
    '{ pull_request_target: { types: [labeled] } }',
    job(
      `      - uses: actions/checkout@v5\n${say("label ${{ github.event.label.name }} secret=${{ secrets.S != '' }}")}\n      - run: ls`,
    ),
  ),
  ...file('merged', '{ push: { branches: [main], paths: ["data/**"] } }', job(say('merged $GITHUB_SHA'))),
  ...file('tagged', '{ push: { tags: ["*-*.*.*"] } }', job(say('tag $GITHUB_REF_NAME'))),
  ...file(
    'after',
    '{ workflow_run: { workflows: [merged], types: [completed] } }',
    job(say('after ${{ github.event.workflow_run.name }} ${{ github.event.workflow_run.conclusion }}')),
  ),
  ...file('nightly', "{ schedule: [{ cron: '0 3 * * *' }] }", job(say('night'))),
  ...file(
    'many',
    '{ workflow_dispatch: { inputs: { list: { default: \'["a","b"]\' } } } }',
    `  shape:
    runs-on: ubuntu-latest
    outputs: { list: '\${{ steps.s.outputs.list }}' }
    steps:
      - id: s
        run: echo 'list=\${{ inputs.list }}' >> "$GITHUB_OUTPUT"
  each:
    needs: shape
    strategy: { matrix: { item: '\${{ fromJSON(needs.shape.outputs.list) }}' } }
    uses: ./.github/workflows/part.yml
    with: { item: '\${{ matrix.item }}' }
  gather:
    needs: each
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v4
        with: { pattern: part-*, path: all, merge-multiple: true }
      - run: cat all/*.txt
`,
  ),
  ...file(
    'part',
    '{ workflow_call: { inputs: { item: { type: string, required: true } } } }',
    job(
      `      - uses: actions/checkout@v5
      - id: up
        uses: ./actions/upper
        with: { text: '\${{ inputs.item }}' }
      - run: echo "\${{ steps.up.outputs.text }}" > \${{ inputs.item }}.txt
      - uses: actions/upload-artifact@v4
        with: { name: 'part-\${{ inputs.item }}', path: '*.txt' }`,
    ),
  ),
  ...file(
    'token',
    'workflow_dispatch',
    job(
      `      - id: app
        uses: actions/create-github-app-token@v2
        with: { app-id: '\${{ vars.APP_ID }}', private-key: '\${{ secrets.APP_PRIVATE_KEY }}' }
      - env: { BODY: '{"title":"by the app"}', OWN: '\${{ github.token }}', APP: '\${{ steps.app.outputs.token }}' }
        run: |
          post() { curl -s -o /dev/null -w '%{http_code}\\n' -H "authorization: Bearer $1" -d "$BODY" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues"; }
          post "$OWN"; post "$APP"`,
      '    environment: automation\n    permissions: {}\n',
    ),
  ),
  ...file('issue', '{ issues: { types: [opened] } }', job(say('opened by $GITHUB_ACTOR'))),
  ...file(
    'own',
    'workflow_dispatch',
    job(
      `      - env: { TOKEN: '\${{ github.token }}' }
        run: |
          curl -sf -H "authorization: Bearer $TOKEN" -d '{"title":"by the workflow"}' "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues" > /dev/null`,
      '    permissions: { issues: write }\n',
    ),
  ),
  ...file('deploy', 'workflow_dispatch', job(say('deployed'), '    environment: production\n')),
};

const COMPOSITE = `name: upper
description: upper case
inputs: { text: { description: t, required: true } }
outputs: { text: { description: t, value: '\${{ steps.u.outputs.text }}' } }
runs:
  using: composite
  steps:
    - id: u
      shell: bash
      env: { TEXT: '\${{ inputs.text }}' }
      run: echo "text=\${TEXT^^}" >> "$GITHUB_OUTPUT"
`;

let town: Town;
beforeAll(async () => {
  town = await openTown({ ...WORKFLOWS, 'actions/upper/action.yml': COMPOSITE, 'data/a.txt': 'a' });
  const { admin, app } = town;
  const repository = 'umd/release';
  admin.setSecret({ repository, name: 'S', value: 'geheim' });
  admin.setEnvironment({ repository, name: 'automation', branches: ['main'] });
  admin.setSecret({ repository, environment: 'automation', name: 'APP_PRIVATE_KEY', value: app.privateKey });
  admin.setVariable({ repository, name: 'APP_ID', value: String(app.id) });
  admin.setEnvironment({ repository, name: 'production', branches: ['main'], reviewers: ['bob'] });
  admin.setCollaborator({ repository, login: 'bob', role: 'write' });
  await town.news();
});
afterAll(() => town?.close());

const dispatch = (name: string, ref = 'main') =>
  town.people.ann.rest.actions.createWorkflowDispatch({ ...town.place, workflow_id: `${name}.yml`, ref });

test('a fork’s pull request runs without secrets; a label runs pull_request_target with them; the merge runs push, then workflow_run', async () => {
  const { place, people, write, news, logOf } = town;
  await people.cy.rest.repos.createFork(place);
  await write(people.cy, 'cy', 'main', { 'data/b.txt': 'b' });
  const pull = await people.cy.rest.pulls.create({ ...place, title: 'Add b', head: 'cy:main', base: 'main' });
  expect(await news()).toEqual(['pull pull_request success']);
  expect(await logOf('j')).toContain('secret=[] git');

  await people.ann.rest.issues.createLabel({ ...place, name: 'go', color: '00ff00' });
  await people.ann.rest.issues.addLabels({ ...place, issue_number: pull.data.number, labels: ['go'] });
  expect(await news()).toEqual(['label pull_request_target success']);
  expect(await logOf('j')).toContain('label go secret=true');

  await people.ann.rest.pulls.merge({ ...place, pull_number: pull.data.number });
  expect(await news()).toEqual(['merged push success', 'after workflow_run success']);
  expect(await logOf('j')).toContain('after merged success');
});

test('a tag runs the tag’s workflow', async () => {
  const { place, people, news, logOf } = town;
  const main = await people.ann.rest.git.getRef({ ...place, ref: 'heads/main' });
  await people.ann.rest.git.createRef({ ...place, ref: 'refs/tags/umd-5.0.0', sha: main.data.object.sha });
  expect(await news()).toEqual(['tagged push success']);
  expect(await logOf('j')).toContain('tag umd-5.0.0');
});

test('a dispatch: matrix from an output, each a reusable workflow with a composite action, gathered by artifacts', async () => {
  await dispatch('many');
  expect(await town.news()).toEqual(['many workflow_dispatch success']);
  expect(await town.logOf('gather')).toMatch(/\nA\nB\n/);
});

test('a schedule fires when the forge’s clock jumps', async () => {
  town.admin.advance(3 * 24 * 3600 * 1000);
  expect(await town.news()).toEqual(['nightly schedule success']);
});

test('schedules fire though no event ever told of the repository, and in private ones too', async () => {
  const { admin, runner } = town;
  admin.eventFilter((events) => events.filter(({ event }) => event === 'clock'));
  await admin.createRepo({
    owner: 'umd',
    name: 'hidden',
    private: true,
    files: file('nightly', "{ schedule: [{ cron: '0 3 * * *' }] }", job(say('night'))),
  });
  admin.advance(24 * 3600 * 1000);
  await runner.idle();
  admin.eventFilter(undefined);
  const { data } = await town.people.ann.rest.actions.listWorkflowRunsForRepo({ owner: 'umd', repo: 'hidden' });
  expect(data.workflow_runs.map(({ name, conclusion }) => `${name} ${conclusion}`)).toEqual(['nightly success']);
  await town.news();
});

test('events of the app’s token start workflows, events of the job’s own start none', async () => {
  await dispatch('token');
  expect(await town.news()).toEqual(['token workflow_dispatch success', 'issue issues success']);
  expect(await town.logOf('j')).toContain('opened by umd-bot[bot]');
  await dispatch('own');
  expect(await town.news()).toEqual(['own workflow_dispatch success']);
});

test('a job’s token may do what its permissions say and no more', async () => {
  const { place, people } = town;
  await dispatch('token');
  await town.news();
  const runs = await people.ann.rest.actions.listWorkflowRuns({ ...place, workflow_id: 'token.yml' });
  const [run] = runs.data.workflow_runs;
  const { jobs } = (await people.ann.rest.actions.listJobsForWorkflowRun({ ...place, run_id: run?.id ?? 0 })).data;
  const log = await people.ann.rest.actions.downloadJobLogsForWorkflowRun({ ...place, job_id: jobs[0]?.id ?? 0 });
  expect(String(log.data)).toContain('\n403\n201\n');
});

test('an environment: another branch is refused with the reason, main waits for its reviewer and goes on', async () => {
  const { place, people, branch, news } = town;
  await branch(people.ann, 'umd', 'side');
  await dispatch('deploy', 'side');
  expect(await news()).toEqual(['deploy workflow_dispatch failure']);
  await dispatch('deploy');
  expect(await news()).toEqual(['deploy workflow_dispatch waiting']);
  const runs = await people.bob.rest.actions.listWorkflowRuns({ ...place, workflow_id: 'deploy.yml' });
  const run = runs.data.workflow_runs.find(({ status }) => status !== 'completed');
  const pending = await people.bob.rest.actions.getPendingDeploymentsForRun({ ...place, run_id: run?.id ?? 0 });
  await people.bob.rest.actions.reviewPendingDeploymentsForRun({
    ...place,
    run_id: run?.id ?? 0,
    environment_ids: pending.data.map(({ environment }) => environment.id ?? 0),
    state: 'approved',
    comment: 'yes',
  });
  const conclusion = async () =>
    (await people.bob.rest.actions.getWorkflowRun({ ...place, run_id: run?.id ?? 0 })).data.conclusion;
  await expect.poll(conclusion, { timeout: 45_000 }).toBe('success');
});

test('the runner had nothing to complain of', () => {
  expect(town.said).toEqual([]);
});
