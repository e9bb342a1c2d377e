import { expect, test } from 'vitest';
import type { Run } from './evidence.ts';
import { mayStart } from './repeat.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
const run = (minute: number, conclusion: string | null): Run => ({
  ...{ id: minute, path: '', title: '', event: '', branch: '', sha: '', actor: '', conclusion },
  status: conclusion === null ? 'queued' : 'completed',
  createdAt: at(minute).toISOString(),
  updatedAt: at(minute).toISOString(),
});

test('never beside a run that is queued or running', () => {
  expect(mayStart([], at(0))).toEqual({ kind: 'now' });
  expect(mayStart([run(2, null), run(1, 'success')], at(9)).kind).toBe('running');
});

test('at once after success or when a newer run replaced it, later and later after failures', () => {
  expect(mayStart([run(1, 'success'), run(0, 'failure')], at(1)).kind).toBe('now');
  expect(mayStart([run(1, 'cancelled')], at(1)).kind).toBe('now');
  expect(mayStart([run(1, 'failure')], at(1))).toEqual({ kind: 'later', at: at(2) });
  expect(mayStart([run(1, 'failure')], at(2)).kind).toBe('now');
  expect(mayStart([run(3, 'failure'), run(2, 'timed_out'), run(1, 'failure')], at(4))).toEqual({
    kind: 'later',
    at: at(7),
  });
  const many = Array.from({ length: 40 }, () => run(0, 'failure'));
  expect(mayStart(many, at(1))).toEqual({ kind: 'later', at: at(360) });
});

test('a wish that every run fulfils and that comes back at once does not go round for ever', () => {
  const many = Array.from({ length: 60 }, () => run(5, 'success'));
  expect(mayStart(many, at(6))).toEqual({ kind: 'later', at: at(15) });
  expect(mayStart(many, at(16)).kind).toBe('now');
});
