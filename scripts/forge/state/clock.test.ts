import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeClock } from './clock.ts';

test('a clock that stands tells one instant until it is moved or goes on, and goes on from there', async () => {
  const kept: number[] = [];
  const clock = makeClock(0, (offset) => void kept.push(offset));
  clock.set(new Date('2024-05-01T12:00:00Z'));
  clock.stand();
  const instant = clock.now().getTime();
  await sleep(30);
  expect(clock.now().getTime()).toBe(instant);
  clock.advance(5000);
  expect(clock.now().getTime()).toBe(instant + 5000);
  clock.set(new Date('2024-05-02T12:00:00Z'));
  expect(clock.stamp()).toBe('2024-05-02T12:00:00Z');
  await sleep(30);
  const before = Date.now();
  clock.go();
  const gone = clock.now().getTime() - Date.parse('2024-05-02T12:00:00Z');
  expect(gone).toBeLessThanOrEqual(Date.now() - before);
  expect(kept.at(-1)).toBeLessThanOrEqual(Date.parse('2024-05-02T12:00:00Z') - before);
  for (let tries = 0; tries < 1000 && clock.stamp() === '2024-05-02T12:00:00Z'; tries += 1) await sleep(5);
  expect(clock.stamp()).not.toBe('2024-05-02T12:00:00Z');
});
