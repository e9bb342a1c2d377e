import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { criteriaFor } from '#core/criteria/applied.ts';
import { conclusionOf, judge } from '#core/criteria/judge.ts';
import { SOUND } from '#core/criteria/testing/sound-facts.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { readCriteria } from '#shell/criteria.ts';
import { freshInstallation } from './fresh.ts';
import { debGround, factsOf, type Ground } from './testing/ground.ts';
import { buildTiny, signRepository } from './testing/tiny.ts';
import { upgradeFrom } from './upgrade.ts';

/** Real packages, a real signed repository, a real booted system; each product is wrong for one reason alone. */
const repo = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'verification-'));
const known = await readCriteria(repo);
const criteria = criteriaFor(known, ['generic', 'service']);
let ground: Ground;

const dependency = buildTiny(folder, { name: 'tiny-base', version: '1.0' });
const needs = { version: '1.0', depends: 'tiny-base' };
const PRODUCTS = {
  old: buildTiny(folder, { name: 'tiny', version: '0.9', configuration: 'colour = blue\n' }),
  good: buildTiny(folder, { name: 'tiny', ...needs }),
  open: buildTiny(folder, {
    name: 'tiny-open',
    ...needs,
    postinst: 'mkdir -p /var/lib/tiny-open; touch /var/lib/tiny-open/spool; chmod 0666 /var/lib/tiny-open/spool',
    postrm: 'rm -rf /var/lib/tiny-open',
  }),
  broken: buildTiny(folder, {
    name: 'tiny-broken',
    ...needs,
    program: '#!/bin/sh\necho no configuration >&2; exit 3\n',
  }),
  unlicensed: buildTiny(folder, {
    name: 'tiny-unlicensed',
    ...needs,
    without: ['usr/share/doc/tiny-unlicensed/copyright'],
  }),
  leaky: buildTiny(folder, {
    name: 'tiny-leaky',
    ...needs,
    files: { 'etc/tiny/key.pem': '-----BEGIN RSA PRIVATE KEY-----\nMIIx\n-----END RSA PRIVATE KEY-----\n' },
  }),
  failing: buildTiny(folder, { name: 'tiny-failing', ...needs, postinst: 'echo cannot make its account >&2; exit 1' }),
  orphan: buildTiny(folder, { name: 'tiny-orphan', version: '1.0', depends: 'nowhere-to-be-found' }),
} satisfies Record<string, LockedPackage>;
const key = signRepository(folder);

beforeAll(async () => {
  ground = await debGround({ folder, key });
}, 300_000);
afterAll(async () => {
  await ground.close();
  rmSync(folder, { recursive: true });
});

async function verified(locked: LockedPackage) {
  const fresh = await freshInstallation(ground.stage([locked]), { service: { units: [`${locked.name}.service`] } });
  const facts = factsOf(fresh, 'deb');
  const rows = judge(facts, criteria, known);
  // What is so of every tiny daemon: it runs as root, leaves its log behind, and has no tests of its own; the checkers of
  // packages have a test of their own.
  const always = ['GENERIC_SEC_6', 'GENERIC_DIST_7', 'QC_FUNC_2', 'GENERIC_DIST_3'];
  const notable = rows.filter(
    ({ criterion, result }) => result === 'FAIL' || !(['OK', 'NA'].includes(result) || always.includes(criterion)),
  );
  const said = notable.map(({ criterion, result, comment }) => `${criterion} ${result}: ${comment}`);
  return { rows, said, facts, conclusion: conclusionOf(rows) };
}

test('a sound daemon passes, and what it brings is told', async () => {
  const { said, rows, conclusion, facts } = await verified(PRODUCTS.good);
  expect(said).toEqual([
    'QC_DIST_1 WARNING: 1 package installed and removed, 1 more as dependencies; left behind after the purge: /var/lib/tiny, /var/log/tiny.log.',
  ]);
  expect(conclusion).toBe('pass');
  expect(rows.find(({ criterion }) => criterion === 'QC_DOC_4')?.comment).toBe(
    'Found units: /lib/systemd/system/tiny.service; configuration: /etc/tiny.conf; logs: /var/log/tiny.log; ports: tcp 127.0.0.1:7777 tiny.',
  );
  expect(rows.find(({ criterion }) => criterion === 'QC_UPGRADE_1')?.result).toBe('NA');
  expect(facts.installation).toMatchObject({ dependencies: [dependency.name], foreign: [] });
  expect(facts.installation.installed).toEqual([{ name: 'tiny', version: '1.0' }]);
}, 180_000);

test.each([
  ['open', 'QC_SEC_5 FAIL: Everyone may write /var/lib/tiny-open/spool (0666).'],
  ['broken', 'QC_FUNC_1 FAIL: tiny-broken.service does not start: '],
  ['unlicensed', 'QC_DOC_5 FAIL: Without a licence: tiny-unlicensed.'],
  ['leaky', 'QC_SEC_6 FAIL: Everyone may read secrets in /etc/tiny/key.pem (private key).'],
] as const)(
  'one that is %s fails for that reason alone',
  async (which, sentence) => {
    const { said, conclusion } = await verified(PRODUCTS[which]);
    expect(said.filter((line) => !line.startsWith('QC_DIST_1 WARNING'))).toEqual([expect.stringContaining(sentence)]);
    expect(conclusion).toBe('fail');
  },
  180_000,
);

test.each([
  ['failing', 'QC_DIST_1 FAIL: install packages fails: '],
  ['orphan', 'QC_DIST_1 FAIL: fetch packages fails: tiny-orphan : Depends: nowhere-to-be-found'],
] as const)(
  'one that cannot be installed (%s) fails there, and the rest is not tested',
  async (which, sentence) => {
    const { said, conclusion } = await verified(PRODUCTS[which]);
    expect(said.find((line) => line.startsWith('QC_DIST_1'))).toContain(sentence);
    expect(
      said
        .filter((line) => !line.startsWith('QC_DIST_1'))
        .every((line) => line.includes('Not tested: The installation failed')),
    ).toBe(true);
    expect(conclusion).toBe('fail');
  },
  180_000,
);

test('an upgrade keeps the configuration, and has its row', async () => {
  const upgrade = await upgradeFrom(ground.stage([PRODUCTS.good]), [{ name: 'tiny', version: '0.9' }]);
  expect(upgrade).toMatchObject({ changedFiles: ['/etc/tiny.conf'], lostFiles: [] });
  expect(upgrade.installed).toEqual([{ name: 'tiny', version: '1.0' }]);
  expect(upgrade.steps.map(({ name, code }) => `${name} ${code}`)).toEqual([
    'fetch packages of production 0',
    'fetch packages 0',
    'install from production 0',
    'upgrade 0',
  ]);
}, 180_000);

test('what production has and cannot be had here says nothing about the product', async () => {
  const upgrade = await upgradeFrom(ground.stage([PRODUCTS.good]), [{ name: 'tiny', version: '0.1' }]);
  const row = judge({ ...SOUND, upgrade }, criteria, known).find(({ criterion }) => criterion === 'QC_UPGRADE_1');
  expect(row).toMatchObject({ result: 'Not tested', comment: expect.stringContaining('0.1') });
}, 180_000);

test('other bytes than the lock names are found, a repository with a wrong signature is no fault of the product', async () => {
  const { facts } = await verified({ ...PRODUCTS.good, sha256: '0'.repeat(64) });
  expect(facts.installation.foreign).toEqual(['tiny_1.0_all.deb']);
  const other = signRepository(mkdtempSync(join(folder, 'other-')));
  const stage = ground.stage([PRODUCTS.good], { key: other });
  await expect(freshInstallation(stage, {})).rejects.toMatchObject({ code: 'ENVIRONMENT_FAULT' });
}, 180_000);
