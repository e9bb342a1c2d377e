import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { criteriaFor } from '#core/criteria/applied.ts';
import { judge } from '#core/criteria/judge.ts';
import { parseImage } from '#core/environment/image.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { soundOf } from '#core/yaml.ts';
import { readCriteria } from '#shell/criteria.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { GoldenImage } from '#shell/environment/ports.ts';
import { serveFolder } from '#shell/testing/serve-folder.ts';
import { apt } from './apt.ts';
import { freshInstallation } from './fresh.ts';
import type { Stage } from './stage.ts';
import { buildTiny, LISTENER, signRepository, type Tiny } from './testing/tiny.ts';
import { upgradeFrom } from './upgrade.ts';

/**
 * Real products, each the sound one with one thing wrong: beyond what is so of the sound one, exactly the row of that check
 * speaks. What hostile and faulty installations do is in the files beside this one.
 */
const repo = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'faulty-'));
const known = await readCriteria(repo);
const criteria = criteriaFor(known, ['generic', 'service', 'client-tools']);
const PRODUCT = { description: 'A small daemon, made for the tests of this room.', purpose: 'Tests.' };
const page = (name: string) => `.TH ${name.toUpperCase()} 1\n.SH NAME\n${name} \\- a tool\n`;

/** A certificate that another one signed with SHA-1. */
function weakCertificate(): string {
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=CA', '-keyout', at('k'), '-out', at('ca'));
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=host', '-keyout', at('hk'), '-out', at('csr'));
  openssl(
    'x509',
    '-req',
    '-sha1',
    '-in',
    at('csr'),
    '-CA',
    at('ca'),
    '-CAkey',
    at('k'),
    '-CAcreateserial',
    '-out',
    at('c'),
  );
  return readFileSync(at('c'), 'utf8');
}

const OPENING = LISTENER.replace(
  "mkdir '/var",
  "umask 0; open my $spool, '>', '/run/tiny.spool'; umask 022; mkdir '/var",
);

interface Case {
  readonly tiny?: Partial<Tiny>;
  readonly test?: string;
  /** The daemon has to run for it. */
  readonly runs?: true;
  readonly says: string;
}
const CASES: Readonly<Record<string, Case>> = {
  raised: {
    tiny: { postinst: 'chmod 4755 /usr/sbin/tiny-raised' },
    says: 'GENERIC_SEC_4 WARNING: More rights than the caller: /usr/sbin/tiny-raised (4755).',
  },
  capable: {
    tiny: { postinst: 'setcap cap_net_raw+ep /usr/sbin/tiny-capable' },
    says: 'GENERIC_SEC_4 WARNING: More rights than the caller: /usr/sbin/tiny-capable cap_net_raw=ep.',
  },
  // Made by nothing but the running service.
  opening: {
    tiny: { program: OPENING },
    runs: true,
    says: 'QC_SEC_5 FAIL: Everyone may write /run/tiny.spool (0666).',
  },
  // Its first start leaves what its second one stumbles over.
  unrepeatable: {
    tiny: { program: LISTENER.replace('use IO', "die 'there is another one' if -e '/var/lib/tiny';\nuse IO") },
    runs: true,
    says: 'QC_FUNC_1 FAIL: tiny-unrepeatable.service does not restart: ',
  },
  unlisted: {
    tiny: { files: { 'usr/share/doc/tiny-unlisted/copyright': 'License: Shareware\n' } },
    says: 'QC_DOC_5 WARNING: Not on the list: Shareware (tiny-unlisted).',
  },
  unexplained: {
    tiny: { files: { 'usr/bin/helper': '#!/bin/sh\necho usage: helper\n' } },
    says: 'QC_DOC_2 FAIL: Without a manual page: helper.',
  },
  silent: {
    tiny: { files: { 'usr/bin/quiet': '#!/bin/sh\nexit 0\n', 'usr/share/man/man1/quiet.1': page('quiet') } },
    says: 'CLIENTAPI_TOOL_1 FAIL: Hang, crash or keep silent when asked for help: /usr/bin/quiet.',
  },
  weak: {
    tiny: { files: { 'etc/tiny/host.pem': weakCertificate() } },
    says: 'QC_SEC_2 FAIL: Signed with less than SHA-2: /etc/tiny/host.pem (sha1WithRSAEncryption).',
  },
  unloadable: {
    tiny: { files: { 'lib/systemd/system/tiny-more.service': '[Service]\nExecStart=no/absolute/path\n' } },
    says: 'GENERIC_SERVICE_3 FAIL: Cannot be loaded: tiny-more.service.',
  },
  growing: {
    tiny: { without: ['etc/logrotate.d/tiny-growing'] },
    runs: true,
    says: 'GENERIC_SERVICE_2 WARNING: Nothing rotates /var/log/tiny.log.',
  },
  undocumented: {
    tiny: { without: ['usr/share/man/man8/tiny-undocumented.8'] },
    says: 'QC_DOC_4 FAIL: No documentation is installed for units: /lib/systemd/system/tiny-undocumented.service',
  },
  failing: {
    test: 'echo 1 of 40 failed; exit 3',
    says: "QC_FUNC_2 FAIL: The provider's tests end with 3: 1 of 40 failed",
  },
};
buildTiny(folder, { name: 'tiny-base', version: '1.0' });
const built = Object.fromEntries(
  Object.entries(CASES).map(([name, { tiny }]) => [
    name,
    buildTiny(folder, { name: `tiny-${name}`, version: '1.0', ...tiny }),
  ]),
);
const sound = buildTiny(folder, { name: 'tiny-sound', version: '1.0' });
const thief = buildTiny(folder, {
  name: 'tiny-thief',
  version: '1.0',
  depends: 'tiny-base',
  files: { 'usr/sbin/tiny-base': 'x' },
});
const [old, lossy] = [
  buildTiny(folder, { name: 'tiny-lossy', version: '0.9' }),
  buildTiny(folder, { name: 'tiny-lossy', version: '1.0', postinst: 'echo colour = black > /etc/tiny-lossy.conf' }),
];
const key = signRepository(folder);
let server: Awaited<ReturnType<typeof serveFolder>>;
let golden: GoldenImage;
let before: readonly string[] = [];
let beforeRunning: readonly string[] = [];

beforeAll(async () => {
  const text = readFileSync(join(repo, 'repos/images/debian-12.yml'), 'utf8');
  golden = await nspawn.ensureImage(soundOf(parseImage('debian-12', text)), () => {});
  server = await serveFolder(folder);
  [before, beforeRunning] = await Promise.all([notable(sound, {}), notable(sound, { runs: true })]);
}, 300_000);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function stageFor(package_: LockedPackage): Stage {
  const list = `deb [signed-by=/etc/apt/keyrings/t.asc] ${server.url} bookworm main\n`;
  const files = [
    { path: '/etc/apt/sources.list.d/t.list', text: list },
    { path: '/etc/apt/keyrings/t.asc', text: key },
  ];
  return { provider: nspawn, golden, packages: apt, files, locked: [package_], say: () => {} };
}

/** Rows that are neither OK nor without object; the product's own name is left out of them. */
async function notable(
  package_: LockedPackage,
  { test = 'true', runs }: Pick<Case, 'test' | 'runs'>,
): Promise<string[]> {
  const service = runs === undefined ? {} : { service: { units: [`${package_.name}.service`] } };
  const fresh = await freshInstallation(stageFor(package_), { test, ...service });
  const product = { ...PRODUCT, supportEnds: ['2030-01-01'], day: '2026-06-01' };
  const documentation = { notes: 'Everything works as before.', pages: [] };
  const rows = judge({ ...fresh, product, documentation, format: 'deb', upgrade: undefined }, criteria, known);
  return rows
    .filter(({ result }) => result !== 'OK' && result !== 'NA')
    .map(({ criterion, result, comment }) => `${criterion} ${result}: ${comment}`);
}
const nameless = (lines: readonly string[], name: string) => lines.map((line) => line.replaceAll(name, 'tiny-*'));

test('the sound one: what is so of every tiny daemon', () => {
  // It runs as root and leaves its log; nothing looked at its packages here.
  expect(beforeRunning.map((line) => line.split(':')[0])).toEqual([
    'GENERIC_DIST_3 Not tested',
    'GENERIC_DIST_7 WARNING',
    'GENERIC_SEC_6 WARNING',
    'QC_DIST_1 WARNING',
  ]);
  expect(before.map((line) => line.split(':')[0])).toEqual(['GENERIC_DIST_3 Not tested', 'QC_FUNC_1 Not tested']);
});

test.each(Object.keys(CASES))(
  '%s',
  async (which) => {
    const { says, ...how } = CASES[which]!;
    const found = await notable(built[which]!, how);
    const usual = nameless(how.runs === undefined ? before : beforeRunning, 'tiny-sound');
    const more = found.filter((line) => !usual.includes(line.replaceAll(`tiny-${which}`, 'tiny-*')));
    expect(more).toEqual([expect.stringContaining(says)]);
  },
  180_000,
);

test('a file of another package: dpkg refuses it, and the conflict has its own row', async () => {
  const found = await notable(thief, {});
  expect(found.find((line) => line.startsWith('GENERIC_DIST_6'))).toMatch(
    /^GENERIC_DIST_6 FAIL: It conflicts: .*trying to overwrite '\/usr\/sbin\/tiny-base', which is also in package tiny-base/,
  );
}, 180_000);

test('an upgrade that overwrites what the administrator wrote', async () => {
  const upgrade = await upgradeFrom(stageFor(lossy), [{ name: old.name, version: old.version }]);
  expect(upgrade).toMatchObject({ changedFiles: ['/etc/tiny-lossy.conf'], lostFiles: ['/etc/tiny-lossy.conf'] });
  const fresh = { abilities: { services: true, networkCut: true, secondSystem: true } };
  const nothing = { services: [], removal: undefined, content: undefined, tests: undefined, checkers: [] };
  const installation = { steps: [], wanted: [], installed: [], dependencies: [], foreign: [], breaks: [] };
  const product = { ...PRODUCT, supportEnds: [], day: '2026-06-01' };
  const rows = judge({ ...fresh, ...nothing, installation, product, format: 'deb', upgrade }, criteria, known);
  const row = rows.find(({ criterion }) => criterion === 'QC_UPGRADE_1');
  expect(`${row?.result}: ${row?.comment}`).toBe("FAIL: The administrator's changes are lost: /etc/tiny-lossy.conf.");
}, 180_000);
