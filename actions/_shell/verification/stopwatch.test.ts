import { expect, test } from 'vitest';
import { stopwatch } from './stopwatch.ts';

test('each step is told when it has ended, with the seconds it took', () => {
  const said: string[] = [];
  let now = 1000;
  const watch = stopwatch(
    (line) => said.push(line),
    () => now,
  );
  watch.say('read package lists');
  now = 1500;
  watch.say('boot');
  now = 13_500;
  watch.stop();
  watch.stop();
  expect(said).toEqual(['  0.5 s    0.5 s  read package lists', ' 12.5 s   12.0 s  boot']);
});
