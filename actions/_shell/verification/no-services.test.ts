import { expect, test } from 'vitest';
import { chroot } from '#shell/environment/chroot.ts';
import { smallCycle } from './testing/cycle.ts';

test('where no service can run, what needs one is not tested and says why; the rest is judged', async () => {
  const { rows, conclusion } = await smallCycle(chroot, 'debian-12');
  const untested = rows.filter(({ comment }) => comment === 'The environment gives no services.');
  expect(untested.map(({ criterion, result }) => `${criterion} ${result}`)).toEqual([
    // Ports before the service runs, its account, its log, its unit, and whether it works at all.
    ...['GENERIC_SEC_5 Not tested', 'GENERIC_SEC_6 Not tested', 'GENERIC_SERVICE_2 Not tested'],
    ...['GENERIC_SERVICE_3 Not tested', 'QC_FUNC_1 Not tested'],
  ]);
  const results = Object.fromEntries(rows.map(({ criterion, result }) => [criterion, result]));
  expect(results).toMatchObject({
    QC_UPGRADE_1: 'OK',
    QC_DOC_5: 'OK',
    QC_SEC_5: 'OK',
    QC_SEC_6: 'OK',
    QC_DIST_1: 'OK',
  });
  expect(conclusion).toBe('pass');
}, 180_000);
