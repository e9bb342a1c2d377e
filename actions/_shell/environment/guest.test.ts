import { expect, test } from 'vitest';
import { systemOf } from './guest.ts';

const LATE = { code: 124, stdout: '', stderr: '' };

/** A guest whose program is ended by its limit after 40 ms, and that tells how long it waited for a processor. */
function late(waited: (took: number) => number | undefined) {
  const begun = performance.now();
  return systemOf({
    ...{ name: 'late', abilities: { services: true, networkCut: true, secondSystem: true }, alive: () => true },
    execute: async () => {
      await new Promise((done) => setTimeout(done, 40));
      return LATE;
    },
    starved: () => waited(performance.now() - begun),
    ...{ boot: async () => {}, listChanges: async () => [], destroy: async () => {} },
  });
}

test('what sleeps past its limit has hung; on a machine that is overloaded, too', async () => {
  expect(await late(() => 1000).run(['sleep', '600'])).toEqual(LATE);
  expect(await late((took) => took / 4).run(['sleep', '600'])).toEqual(LATE);
  expect(await late(() => undefined).run(['sleep', '600'])).toEqual(LATE);
});

test('what waited for a processor most of its time has not been tried: the machine is at fault', async () => {
  const starving = late((took) => took * 0.9).run(['sh', 'postinst']);
  await expect(starving).rejects.toMatchObject({
    code: 'ENVIRONMENT_FAULT',
    message: expect.stringMatching(
      /^The machine is overloaded: sh did not end in time in late, and waited .* in \d+ % of it\.$/,
    ),
  });
});
