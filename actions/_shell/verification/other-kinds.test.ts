import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { criteriaFor } from '#core/criteria/applied.ts';
import { judge } from '#core/criteria/judge.ts';
import type { VirtualMachine } from '#core/environment/image.ts';
import { readCriteria } from '#shell/criteria.ts';
import { chroot } from '#shell/environment/chroot.ts';
import { memoryProvider } from '#shell/environment/memory.ts';
import { withLooks } from './beside.ts';
import { freshInstallation } from './fresh.ts';
import { purgeLook } from './purge.ts';
import type { Stage } from './stage.ts';
import { watchFindings } from './testing/findings.ts';
import { debGround, factsOf, type Ground } from './testing/ground.ts';
import { buildTiny, signRepository } from './testing/tiny.ts';

/** Platforms whose systems are of another kind than nspawn: what piuparts and the package's tests can say there. */
const checkout = resolve(import.meta.dirname, '../../..');
const known = await readCriteria(checkout);
const folder = mkdtempSync(join(tmpdir(), 'kinds-'));
const forget = watchFindings();
const tiny = buildTiny(folder, { name: `kinds-${process.pid}`, version: '1.0' });
const key = signRepository(folder);
let ground: Ground;

beforeAll(async () => {
  ground = await debGround({ folder, key });
}, 300_000);
afterAll(async () => {
  await ground.close();
  rmSync(folder, { recursive: true });
  forget();
});

/** Words of the rows that those two speak in. */
async function said(stage: Stage, install: (stage: Stage) => ReturnType<typeof freshInstallation>) {
  const parts = new Set(['packages', 'tests'] as const);
  const allow = [new URL(ground.url).host];
  const beside = {
    parts,
    format: 'deb',
    licences: known.licences,
    checkout,
    allow,
    voucher: async () => undefined,
  } as const;
  const facts = factsOf(await withLooks(stage, beside, install), 'deb');
  const rows = judge(facts, criteriaFor(known, ['generic', 'service']), known);
  return Object.fromEntries(rows.map(({ criterion, result, comment }) => [criterion, `${result}: ${comment}`]));
}

test('in a chroot both have their own systems all the same', async () => {
  const url = `${ground.url}/pool/${tiny.file}`;
  const rows = await said(ground.stage([{ ...tiny, url }], { provider: chroot }), (stage) =>
    freshInstallation(stage, {}),
  );
  expect(rows.GENERIC_DIST_3).toMatch(/findings? of lintian, piuparts, /);
  // They were looked for, and there are none.
  expect(rows.QC_FUNC_2).toContain('its source does not lie beside its packages');
}, 180_000);

test('where packages run in virtual machines only they do not run elsewhere, and both rows say so', async () => {
  const machine: VirtualMachine = { disk: 4096, memory: 1024 };
  const { golden } = ground;
  const vm = { ...golden, image: { ...golden.image, name: 'debian-12-vm', vm: machine } };
  const [system, path] = [await memoryProvider().create(golden), `/var/cache/apt/archives/${tiny.file}`];
  await system.writeFile(path, readFileSync(join(folder, 'pool', tiny.file)));
  const rows = await said({ ...ground.stage([tiny]), golden: vm }, async (stage) => {
    await stage.fetched?.(system, [path]);
    return freshInstallation(ground.stage([tiny]), {});
  });
  expect(rows.GENERIC_DIST_3).toContain(
    'Not tested: piuparts could not look: packages for debian-12-vm are run in virtual machines only.',
  );
  expect(rows.QC_FUNC_2).toMatch(/^Not tested: .*packages for debian-12-vm are run in virtual machines only/);
  // Of the kind `host` the machine itself is the root.
  const look = { names: [tiny.name], checkout, say: () => {}, to: join(folder, 'fetched.tar') };
  const host = await purgeLook({ ...look, platform: { ...golden, root: '/' } }, system, [path]);
  expect((await host.found).failed).toBe('debian-12 is this machine itself, no root to copy');
}, 180_000);
