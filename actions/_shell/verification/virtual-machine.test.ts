import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseImage } from '#core/environment/image.ts';
import { soundOf } from '#core/yaml.ts';
import { qemu } from '#shell/environment/qemu/qemu.ts';
import { keepContract } from '#shell/environment/testing/contract.ts';
import { smallCycle } from './testing/cycle.ts';

/**
 * A real virtual machine: minutes without hardware's help, so only when asked for (UMD_TEST_VM=1), with qemu-system-x86 and
 * qemu-utils installed. `npm run images -- self-test debian-12-vm` tries the same.
 */
const asked = process.env.UMD_TEST_VM === '1';
const repo = resolve(import.meta.dirname, '../../..');
const LIMIT = 1_800_000;
const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`umd-system-${process.pid}-`));

test.runIf(asked)(
  'a virtual machine keeps the contract of throw-away systems',
  async () => {
    const text = readFileSync(resolve(repo, 'repos/images/debian-12-vm.yml'), 'utf8');
    const golden = await qemu.ensureImage(soundOf(parseImage('debian-12-vm', text)), () => {});
    expect(await keepContract(qemu, golden)).toHaveLength(12);
    expect(left()).toEqual([]);
  },
  LIMIT,
);

test.runIf(asked)(
  'a small product goes through its whole verification in it',
  async () => {
    const { conclusion, rows } = await smallCycle(qemu, 'debian-12-vm');
    const results = Object.fromEntries(rows.map(({ criterion, result }) => [criterion, result]));
    expect(results).toMatchObject({
      ...{ QC_DIST_1: 'WARNING', QC_UPGRADE_1: 'OK', QC_FUNC_1: 'OK', QC_DOC_4: 'OK', QC_DOC_5: 'OK' },
      ...{ QC_SEC_5: 'OK', QC_SEC_6: 'OK', GENERIC_SEC_5: 'OK', GENERIC_SERVICE_2: 'OK', GENERIC_SERVICE_3: 'OK' },
    });
    expect(conclusion).toBe('pass');
    expect(left()).toEqual([]);
  },
  LIMIT,
);
