import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleInto } from '#scripts/bundling.mjs';
import { openTown, type Town } from '#scripts/runner/testing/town.ts';

/** The workflow file as it is, run by the local runner on the local forge, as its schedule fires. */
const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const WORKFLOW = '.github/workflows/criteria-reviews.yml';
let town: Town;

/** As scripts/build.mjs lays it: the bundle, and what it shares with others. */
async function bundles(): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'open-reviews-'));
  const entryPoints = [{ in: 'actions/open-reviews/main.ts', out: 'open-reviews' }];
  await bundleInto({ entryPoints, outdir: folder, logLevel: 'error' });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  const texts = files.map((name) => [`actions/_dist/${name}`, readFileSync(join(folder, name), 'utf8')] as const);
  rmSync(folder, { recursive: true });
  return Object.fromEntries(texts);
}

beforeAll(async () => {
  const criteria = readdirSync(join(root, 'criteria'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => [`criteria/${name}`, read(`criteria/${name}`)]);
  // The first draft of the roadmap is due on the second day of this town's clock.
  const versions = read('criteria/versions.yml').replace('reviews: [2026-12-01,', 'reviews: [2024-03-02,');
  town = await openTown({
    ...Object.fromEntries(criteria),
    'criteria/versions.yml': versions,
    'package.json': '{"type":"module"}',
    [WORKFLOW]: read(WORKFLOW),
    'actions/open-reviews/action.yml': read('actions/open-reviews/action.yml'),
    ...(await bundles()),
    'actions/_dist/package.json': read('actions/_dist/package.json'),
  });
}, 60_000);
afterAll(() => town.close());

async function issues() {
  const { data } = await town.people.bob.rest.issues.listForRepo({ ...town.place, state: 'all' });
  return data.map(({ title, labels, user }) => [
    title,
    labels.map((label) => (label as { name: string }).name),
    user?.login,
  ]);
}

test('the day comes, the issue is opened; the next days add none', async () => {
  expect(await issues()).toEqual([]);
  town.admin.set(new Date('2024-03-02T06:00:00Z'));
  expect(await town.news()).toEqual(['criteria-reviews schedule success']);
  const first = ['Review of the Quality Criteria 2.1, draft 1 of 2', ['QualityCriteria'], 'github-actions[bot]'];
  expect(await issues()).toEqual([first]);
  town.admin.set(new Date('2024-03-04T06:00:00Z'));
  expect(await town.news()).toEqual(['criteria-reviews schedule success']);
  expect(await issues()).toEqual([first]);
}, 60_000);
