import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findingLine } from '#core/criteria/findings.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { readCriteria } from '#shell/criteria.ts';
import { withLooks } from './beside.ts';
import { freshInstallation } from './fresh.ts';
import { watchFindings } from './testing/findings.ts';
import { debGround, type Ground } from './testing/ground.ts';
import { buildTiny, signRepository } from './testing/tiny.ts';

/** Real piuparts on a copy of the golden root, without network: a package that keeps to itself, and one that does not. */
const checkout = resolve(import.meta.dirname, '../../..');
const { licences } = await readCriteria(checkout);
const folder = mkdtempSync(join(tmpdir(), 'purge-'));
const voucher = async () => undefined;
// What was looked at by an earlier run is not asked again, and here the tool itself is to be seen: new names each time.
const mark = `p${process.pid}`;
const forget = watchFindings();
const base = buildTiny(folder, { name: `base-${mark}`, version: '1.0' });
const sound = buildTiny(folder, { name: `sound-${mark}`, version: '1.0', depends: base.name });
const leaving = buildTiny(folder, {
  ...{ name: `leaving-${mark}`, version: '1.0', depends: base.name },
  postinst: 'mkdir -p /var/lib/leaving; echo x > /var/lib/leaving/kept; rm -f /etc/issue.net',
});
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

async function purged(locked: LockedPackage): Promise<string[]> {
  const beside = {
    parts: new Set(['packages'] as const),
    format: 'deb',
    licences,
    checkout,
    allow: [],
    voucher,
  } as const;
  const { checkers } = await withLooks(ground.stage([locked]), beside, (stage) => freshInstallation(stage, {}));
  const run = checkers.find(({ tool }) => tool === 'piuparts');
  expect(run?.failed).toBeUndefined();
  return (run?.findings ?? []).map(findingLine);
}

test('what removal and purge leave behind, and what they take away, are told; of a sound package nothing', async () => {
  const [none, some] = await Promise.all([purged(sound), purged(leaving)]);
  expect(none).toEqual([]);
  expect(some.sort()).toEqual([
    'piuparts E files-changed debsums: missing file /etc/issue.net (from base-files package)',
    'piuparts E files-disappeared /etc/issue.net owned by: base-files',
    'piuparts E left-files /var/lib/leaving/ not owned',
    'piuparts E left-files /var/lib/leaving/kept not owned',
  ]);
}, 300_000);
