import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseImage } from '#core/environment/image.ts';
import { soundOf } from '#core/yaml.ts';
import { bundleInto } from '#scripts/bundling.mjs';
import { host } from './host.ts';
import { nspawn } from './nspawn.ts';

const repo = resolve(import.meta.dirname, '../../..');
const text = readFileSync(join(repo, 'repos/images/debian-12.yml'), 'utf8');
const image = soundOf(parseImage('debian-12', text));

test('a machine that nobody gave away is not used up', async () => {
  const found = await host.detect();
  expect(found).toMatchObject({
    available: false,
    why: expect.stringContaining('does not say that it is for a single use'),
  });
  await expect(host.create({ image, sha256: '', root: '/' })).rejects.toMatchObject({ code: 'ENVIRONMENT_FAULT' });
});

// What runs on the machine that is used up: says what it thinks of it, and keeps the contract where it may.
const INSIDE = `
import { host } from '${import.meta.dirname}/host.ts';
import { keepContract } from '${import.meta.dirname}/testing/contract.ts';
void (async () => {
const image = ${JSON.stringify(image)};
const found = await host.detect();
const told = { why: found.why ?? '' };
if (found.available) {
  told.kind = await host.ensureImage({ ...image, suite: 'trixie' }).catch((cause) => cause.code + ' ' + cause.message);
  told.clauses = await keepContract(host, await host.ensureImage(image)).catch((cause) => cause.message);
}
console.log(JSON.stringify(told));
})();
`;

/** Another machine is had as a container of our own: Node and the bundled contract are all it gets. */
test('on a machine that is given away the contract is kept once, and with consent for that machine alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'host-'));
  const bundle = join(folder, 'inside.cjs');
  writeFileSync(join(folder, 'inside.ts'), INSIDE);
  const entryPoints = [{ in: join(folder, 'inside.ts'), out: 'inside' }];
  await bundleInto({ entryPoints, outdir: folder, outExtension: { '.js': '.cjs' }, logLevel: 'error' });
  const machine = await nspawn.create(await nspawn.ensureImage(image, () => {}));
  try {
    await machine.copyIn(process.execPath, '/opt/node');
    await machine.copyIn(bundle, '/opt/inside.cjs');
    await machine.run(['chmod', '0755', '/opt/node']);
    await machine.boot();
    const inside = async () => {
      const { code, stdout, stderr } = await machine.run(['/opt/node', '/opt/inside.cjs']);
      expect([code, stderr]).toEqual([0, '']);
      return JSON.parse(stdout);
    };
    const consent = '/etc/umd-single-use-machine';
    expect((await inside()).why).toContain('does not say that it is for a single use');
    await machine.writeFile(consent, `${'0'.repeat(32)}\n`);
    expect((await inside()).why).toContain('names another machine');
    await machine.run(['cp', '/etc/machine-id', consent]);
    await machine.run(['chmod', '0666', consent]);
    expect((await inside()).why).toContain('others than root may write');
    await machine.run(['chmod', '0644', consent]);
    const { clauses, kind } = await inside();
    expect(clauses).toHaveLength(11);
    expect(kind).toBe(
      'ENVIRONMENT_MISSING debian-12 is asked for, and this machine is Debian GNU/Linux 12 (bookworm).',
    );
    expect((await inside()).clauses).toContain('This machine was used already; it serves once.');
  } finally {
    await machine.destroy();
    rmSync(folder, { recursive: true });
  }
}, 120_000);
