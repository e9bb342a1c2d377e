import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startForge } from '#scripts/forge/start.ts';
import { Journal } from './journal.ts';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'journal-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function open(path: string) {
  const journal = new Journal(path);
  const things = journal.table<{ name: string }>('things');
  const named = things.index((row) => row.name);
  journal.open();
  return { journal, things, named };
}

test('the last word on a row counts, in the order rows came first; a torn line is left out', () => {
  const path = join(folder(), 'journal.jsonl');
  const first = open(path);
  first.things.put(first.journal.nextId(), { name: 'one' });
  first.things.put(first.journal.nextId(), { name: 'two' });
  first.things.put(first.journal.nextId(), { name: 'three' });
  first.things.put(1, { name: 'uno' });
  first.things.delete(3);
  first.journal.close();
  appendFileSync(path, '{"t":"things","k":"9","v":{"na');
  for (let time = 0; time < 2; time += 1) {
    const again = open(path);
    expect(again.things.values()).toEqual([{ name: 'uno' }, { name: 'two' }]);
    expect([again.named('uno').length, again.named('one').length]).toEqual([1, 0]);
    expect(again.journal.nextId()).toBeGreaterThan(3);
    again.journal.close();
  }
});

test('a forge comes back as it was, with its clock going on', async () => {
  const dir = folder();
  const before = await startForge({ dir, now: new Date('2020-02-03T04:05:06Z') });
  const { token } = before.admin.createUser({ login: 'someone' });
  await before.admin.createRepo({ owner: 'someone', name: 'thing', autoInit: true });
  const ask = (url: string, path: string, init?: RequestInit) =>
    fetch(`${url}/api/v3${path}`, { headers: { authorization: `Bearer ${token}` }, ...init });
  await ask(before.url, '/repos/someone/thing/issues', { method: 'POST', body: JSON.stringify({ title: 'kept' }) });
  const { sequence } = before.forge.events;
  await before.close();
  const after = await startForge({ dir });
  onTestFinished(() => after.close());
  const issues = await ask(after.url, '/repos/someone/thing/issues');
  expect(await issues.json()).toMatchObject([{ number: 1, title: 'kept', user: { login: 'someone' } }]);
  expect(issues.headers.get('date')).toMatch(/^Mon, 03 Feb 2020 04:/);
  expect([after.runnerToken, after.forge.events.sequence]).toEqual([before.runnerToken, sequence]);
  expect((await ask(after.url, '/repos/someone/thing/contents/README.md')).status).toBe(200);
});
