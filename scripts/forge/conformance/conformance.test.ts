import { afterAll, beforeAll, expect, test } from 'vitest';
import { implemented } from '#scripts/forge/openapi/implemented.ts';
import { type Bench, openBench } from './bench.ts';
import { describedOperations, objections, objectionsToWebhook, operationOf } from './described.ts';
import { actions } from './scenes/actions.ts';
import { checks } from './scenes/checks.ts';
import { files, releases } from './scenes/files.ts';
import { gitObjects } from './scenes/git-objects.ts';
import { issues } from './scenes/issues.ts';
import { people } from './scenes/people.ts';
import { pullRequests } from './scenes/pull-requests.ts';
import { environments, repositories } from './scenes/repositories.ts';
import { type Stage, setStage } from './stage.ts';

/** The judge is GitHub's own description of its API, not this repository's idea of it. */
let bench: Bench;
let stage: Stage;

beforeAll(async () => {
  bench = openBench();
  stage = await setStage(bench);
});
afterAll(() => bench.close());

/** In the order of a repository's life: what one leaves behind the next one uses. */
const SCENES = {
  people,
  repositories,
  gitObjects,
  files,
  issues,
  pullRequests,
  checks,
  actions,
  environments,
  releases,
};

test.each(Object.entries(SCENES))('GitHub would answer so: %s', async (_name, play) => {
  const before = bench.exchanges.length;
  await play(stage);
  expect(bench.exchanges.slice(before).flatMap(objections)).toEqual([]);
});

test('the slice of the description is of the routes there are', () => {
  const shape = (name: string) => name.replace(/\{\w+\}/g, '{}');
  const routes = new Set(implemented().map(({ method, path }) => shape(`${method} ${path}`)));
  expect(new Set(describedOperations().map(shape))).toEqual(routes);
});

test('every operation the forge has was tried and succeeded', () => {
  const tried = new Set(bench.exchanges.filter(({ status }) => status < 400).map(operationOf));
  expect(describedOperations().filter((name) => !tried.has(name))).toEqual([]);
});

const WEBHOOKS = [
  ['pull-request-opened', 'pull_request', 'opened'],
  ['pull-request-synchronize', 'pull_request', 'synchronize'],
  ['pull-request-labeled', 'pull_request', 'labeled'],
  ['pull-request-closed', 'pull_request', 'closed'],
  ['pull-request-review-submitted', 'pull_request_review', 'submitted'],
  ['issue-comment-created', 'issue_comment', 'created'],
  ['workflow-run-completed', 'workflow_run', 'completed'],
  ['workflow-dispatch', 'workflow_dispatch', undefined],
  ['push', 'push', undefined],
  ['create', 'create', undefined],
] as const;

test.each(WEBHOOKS)('GitHub would send this webhook: %s', (name, event, action) => {
  const sent = bench.forge.events.after(0).filter((one) => one.event === event && one.payload.action === action);
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.flatMap(({ payload }) => objectionsToWebhook(name, payload))).toEqual([]);
});
