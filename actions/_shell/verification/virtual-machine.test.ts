import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseImage } from '#core/environment/image.ts';
import { parseVerificationEvidence } from '#core/verification/evidence.ts';
import { soundOf } from '#core/yaml.ts';
import { qemu } from '#shell/environment/qemu/qemu.ts';
import { keepContract } from '#shell/environment/testing/contract.ts';
import { lockOf, makeStage } from './testing/stage.ts';
import { buildTiny } from './testing/tiny.ts';

/**
 * A real virtual machine: minutes without hardware's help, so only when asked for, with qemu-system-x86 and qemu-utils
 * installed. `npm run images -- self-test debian-12-vm` holds it to the contract, too.
 */
const asked = process.env.UMD_TEST_VM === '1';
const how = 'UMD_TEST_VM=1 npx vitest run actions/_shell/verification/virtual-machine.test.ts';
if (!asked) console.info(`Real virtual machines are not tried, which takes minutes; to try them: ${how}`);
const repo = resolve(import.meta.dirname, '../../..');
const LIMIT = 1_800_000;
const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('umd-system-'));

test.runIf(asked)(
  'a virtual machine keeps the contract of throw-away systems',
  async () => {
    const text = readFileSync(resolve(repo, 'repos/images/debian-12-vm.yml'), 'utf8');
    const golden = await qemu.ensureImage(soundOf(parseImage('debian-12-vm', text)), () => {});
    expect(await keepContract(qemu, golden)).toHaveLength(12);
    expect(left().filter((name) => name.startsWith(`umd-system-${process.pid}-`))).toEqual([]);
  },
  LIMIT,
);

test.runIf(asked)(
  'the built verify-ppa takes a small product through its whole verification in virtual machines',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'machine-'));
    const [base, www] = [join(folder, 'base'), join(folder, 'www')];
    buildTiny(base, { name: 'tiny-base', version: '1.0' });
    const old = lockOf('tiny', '1.0.0', [buildTiny(www, { name: 'tiny', version: '1.0' })]);
    const good = lockOf('tiny', '1.1.0', [buildTiny(www, { name: 'tiny', version: '1.1', depends: 'tiny-base' })]);
    const stage = await makeStage(base, { provider: 'qemu', image: 'debian-12-vm' });
    try {
      await stage.publishAll(www, { untested: [good], production: [old] });
      const pull = String(await stage.openPpa(good));
      const { code, log, outputs, pid } = await stage.run('verify-ppa', { 'pull-request': pull });
      expect(code, log).toBe(0);
      const evidence = parseVerificationEvidence(readFileSync(outputs.evidence ?? '', 'utf8'));
      expect(evidence.environment).toEqual({ provider: 'qemu', image: 'debian-12-vm', platform: 'debian-12/amd64' });
      expect(Object.fromEntries(evidence.rows.map(({ criterion, result }) => [criterion, result]))).toMatchObject({
        ...{ QC_DIST_1: 'WARNING', QC_UPGRADE_1: 'OK', QC_FUNC_1: 'OK', QC_DOC_4: 'WARNING', QC_DOC_5: 'WARNING' },
        ...{ QC_SEC_5: 'OK', QC_SEC_6: 'OK', GENERIC_SEC_5: 'OK', GENERIC_SERVICE_2: 'OK', GENERIC_SERVICE_3: 'OK' },
      });
      expect(evidence.conclusion).toBe('pass');
      expect(left().filter((name) => name.startsWith(`umd-system-${pid}-`))).toEqual([]);
    } finally {
      await stage.close();
      rmSync(folder, { recursive: true });
    }
  },
  LIMIT,
);
