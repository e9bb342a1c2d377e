import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';

/** Neither the group of a run nor the condition of its job may use `env`, so reconcile.yml says twice which runs are our own. */
test('a run takes a place of its own exactly when its job is skipped', () => {
  const path = join(import.meta.dirname, '../../.github/workflows/reconcile.yml');
  const { concurrency, jobs } = load(readFileSync(path, 'utf8')) as {
    concurrency: { group: string };
    jobs: { reconcile: { if: string } };
  };
  const flat = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  const own = /^!\((.+)\)$/.exec(flat(jobs.reconcile.if))?.[1];
  expect(own).toContain('github.event.workflow_run.conclusion');
  expect(flat(concurrency.group)).toBe(`\${{ (${own}) && format('own-{0}', github.run_id) || 'reconcile' }}`);
});
