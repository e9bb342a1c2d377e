import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench } from './bench.ts';
import { describedOperations, objections, objectionsToWebhook, operationOf } from './described.ts';
import * as scenes from './scenes.ts';

/** The judge is GitHub's own description of its API, not this repository's idea of it. */
let bench: Bench;
let stage: scenes.Stage;

beforeAll(async () => {
  bench = openBench();
  stage = await scenes.setStage(bench);
});
afterAll(() => bench.close());

const { setStage: _setStage, jwt: _jwt, WORKFLOW: _workflow, ...plays } = scenes;
const order = [
  'people',
  'repositories',
  'gitObjects',
  'files',
  'issues',
  'pullRequests',
  'checks',
  'actions',
  'environments',
  'releases',
] as const;

test.each(order)('GitHub would answer so: %s', async (name) => {
  const before = bench.exchanges.length;
  await plays[name](stage);
  expect(bench.exchanges.slice(before).flatMap(objections)).toEqual([]);
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
