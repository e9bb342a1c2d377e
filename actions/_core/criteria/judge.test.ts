import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { criteriaFor } from './applied.ts';
import type { Page } from './documentation.ts';
import type { Facts } from './facts.ts';
import { conclusionOf, judge, withWaivers } from './judge.ts';
import { parseCriteria } from './parse.ts';
import { CONTENT, file, SOUND, UPGRADE } from './testing/sound-facts.ts';

const files = readdirSync('criteria', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'));
const known = parseCriteria(
  files.map((name) => ({ path: `criteria/${name}`, text: readFileSync(`criteria/${name}`, 'utf8') })),
);
const criteria = criteriaFor(known, ['generic', 'service', 'client-tools']);

const notable = (facts: Facts): string[] =>
  judge(facts, criteria, known).flatMap(({ criterion, result, comment }) =>
    result === 'OK' ? [] : [`${criterion} ${result}: ${comment}`],
  );
test('a sound product has OK in every row; manual criteria have none', () => {
  const rows = judge(SOUND, criteria, known);
  expect(notable(SOUND)).toEqual([]);
  expect(rows.map(({ criterion }) => criterion)).toEqual(
    'CLIENTAPI_TOOL_1 GENERIC_DIST_3 GENERIC_DIST_6 GENERIC_DIST_7 GENERIC_DOC_1 GENERIC_MISC_2 GENERIC_SEC_4 GENERIC_SEC_5 GENERIC_SEC_6 GENERIC_SERVICE_2 GENERIC_SERVICE_3 QC_DIST_1 QC_DOC_1 QC_DOC_2 QC_DOC_4 QC_DOC_5 QC_FUNC_1 QC_FUNC_2 QC_SEC_2 QC_SEC_5 QC_SEC_6 QC_UPGRADE_1'.split(
      ' ',
    ),
  );
  expect(conclusionOf(rows)).toBe('pass');
  // printf 'storm: text, Apache-2.0' | sha256sum
  expect(rows.find(({ criterion }) => criterion === 'QC_DOC_5')?.evidence).toEqual({
    sha256: 'dcc6aeb30f8d17b63e40d575a4f9e414f67cd30061bc4a1d72c392def093fe80',
    excerpt: 'storm: text, Apache-2.0',
  });
});

const content = (more: Partial<typeof CONTENT>): Partial<Facts> => ({ content: { ...CONTENT, ...more } });
const bare = CONTENT.packages[0]!;
const FAULTS: readonly (readonly [string, Partial<Facts>])[] = [
  [
    'QC_SEC_5 FAIL: Everyone may write /var/spool/storm (0777).',
    content({ afterServices: [file('/var/spool/storm', 0o777, { type: 'directory' })] }),
  ],
  [
    'QC_SEC_5 FAIL: Everyone may write /run/storm.pid (0666).',
    content({ afterInstallation: [file('/run/storm.pid', 0o666)] }),
  ],
  [
    'QC_SEC_6 FAIL: Everyone may read secrets in /etc/storm/hostkey.pem (private key).',
    content({ secrets: [{ path: '/etc/storm/hostkey.pem', what: 'private key' }] }),
  ],
  [
    'QC_SEC_6 WARNING: Examples in the documentation hold secrets: /usr/share/doc/storm/example.conf (password).',
    content({ secrets: [{ path: '/usr/share/doc/storm/example.conf', what: 'password' }] }),
  ],
  ['QC_DOC_5 FAIL: Without a licence: storm.', content({ packages: [{ ...bare, licence: 'none' }] })],
  [
    'QC_DOC_5 WARNING: The licence is named, its text is not there: storm.',
    content({ packages: [{ ...bare, licence: 'named' }] }),
  ],
  [
    'QC_DOC_5 WARNING: Not on the list: Shareware (storm).',
    content({ packages: [{ ...bare, licences: ['Apache-2.0', 'Shareware', 'asl 2.0'] }] }),
  ],
  ['QC_DOC_5 WARNING: A person reads which licence it is: storm.', content({ packages: [{ ...bare, licences: [] }] })],
  [
    'QC_DOC_2 WARNING: Without a manual page: helper.',
    content({ packages: [{ ...bare, files: [...bare.files, '/usr/bin/helper'] }] }),
  ],
  [
    'QC_DOC_4 WARNING: Without a manual page: storm-admin. Found units: /usr/lib/systemd/system/stormd.service; configuration: /etc/storm/storm.properties.',
    content({ packages: [{ ...bare, files: [...bare.files, '/usr/sbin/storm-admin'] }] }),
  ],
  [
    'QC_FUNC_1 FAIL: The packages bring no unit stormd.service of the product card.',
    { services: [{ unit: 'stormd.service', state: 'missing', output: '' }] },
  ],
  [
    'QC_FUNC_1 FAIL: stormd.service does not restart: java.net.BindException',
    { services: [{ unit: 'stormd.service', state: 'failed', failedAct: 'restart', output: 'java.net.BindException' }] },
  ],
  [
    'QC_FUNC_1 Not tested: Kept from starting by its own conditions: stormd.service.',
    { services: [{ unit: 'stormd.service', state: 'skipped', output: '' }] },
  ],
  [
    'QC_FUNC_1 Not tested: The environment gives no services.',
    { abilities: { services: false, networkCut: true, secondSystem: true } },
  ],
  [
    'QC_UPGRADE_1 Not tested: The environment gives no second system.',
    { abilities: { services: true, networkCut: false, secondSystem: false }, upgrade: 'impossible' },
  ],
  ['QC_UPGRADE_1 NA: Production has no earlier version.', { upgrade: undefined }],
  [
    'QC_UPGRADE_1 NA: Production has no earlier version.',
    { abilities: { services: true, networkCut: true, secondSystem: false }, upgrade: undefined },
  ],
  [
    'QC_UPGRADE_1 Not tested: What production has cannot be installed here, so nothing could be upgraded: E: libssl1.1 is gone',
    {
      upgrade: {
        ...UPGRADE,
        steps: [{ name: 'fetch packages of production', code: 100, output: 'E: libssl1.1 is gone' }],
      },
    },
  ],
  [
    'QC_UPGRADE_1 FAIL: upgrade fails: E: dpkg returned an error code',
    { upgrade: { ...UPGRADE, steps: [{ name: 'upgrade', code: 100, output: 'E: dpkg returned an error code' }] } },
  ],
  [
    "QC_UPGRADE_1 FAIL: The administrator's changes are lost: /etc/storm/storm.properties.",
    { upgrade: { ...UPGRADE, lostFiles: ['/etc/storm/storm.properties'] } },
  ],
  [
    'QC_DIST_1 WARNING: 1 package installed and removed, 0 more as dependencies; left behind after the purge: account storm.',
    { removal: { steps: [], leftovers: ['account storm'], alive: [] } },
  ],
  [
    'QC_DIST_1 FAIL: purge packages fails: dpkg: error processing package storm',
    {
      removal: {
        steps: [{ name: 'purge packages', code: 1, output: 'Purging\ndpkg: error processing package storm\nend' }],
        leftovers: [],
        alive: [],
      },
    },
  ],
  [
    "QC_DIST_1 FAIL: Other versions than the lock's are installed: storm 1.11.14-1 instead of 1.11.15-1.",
    { installation: { ...SOUND.installation, installed: [{ name: 'storm', version: '1.11.14-1' }] } },
  ],
  [
    'QC_DIST_1 FAIL: These were fetched with other bytes than the lock names: storm.deb.',
    { installation: { ...SOUND.installation, foreign: ['storm.deb'] } },
  ],
  [
    'QC_DIST_1 FAIL: In the next release a cannot be installed. 1 more.',
    { installation: { ...SOUND.installation, breaks: ['a cannot be installed.', 'b and c both own /x.'] } },
  ],
];

/** Several rows speak where one fact is told from several sides; each sentence is the row's that the check is for. */
const port = (address: string) => ({ protocol: 'tcp' as const, address, port: 2170, program: 'slapd' });
const certificate = (path: string, signature: string, selfSigned: boolean) => ({ path, signature, selfSigned });
const page = (more: Partial<Page> = {}): Page => {
  const from = { kind: 'documentation', from: 'release.xml', url: 'https://storm.example/guide' } as const;
  return { ...from, state: 'reached', said: '', namesVersion: false, ...more };
};
const linked = (...pages: Page[]): Partial<Facts> => ({ documentation: { notes: 'Mends the spool.', pages } });
const gone = { state: 'gone', said: 'answers 404, not 200' } as const;
const unknown = { state: 'unknown', said: 'cannot be reached (ENETUNREACH)' } as const;
const noted = (more: Partial<Page>): Partial<Facts> => {
  return { documentation: { notes: '', pages: [page({ kind: 'release notes', namesVersion: true, ...more })] } };
};
const MORE: readonly (readonly [string, Partial<Facts>])[] = [
  ['QC_DOC_1 FAIL: release.xml has no release notes.', { documentation: { notes: '', pages: [] } }],
  ['QC_DOC_1 Not tested: The release.xml of this PPA was not read.', { documentation: undefined }],
  ['QC_DOC_1 FAIL: The release notes cannot be read: https://storm.example/guide answers 404, not 200.', noted(gone)],
  ['QC_DOC_1 Not tested: The release notes could not be asked for: cannot be reached (ENETUNREACH).', noted(unknown)],
  ['QC_DOC_1 WARNING: https://storm.example/guide does not name the released version.', noted({ namesVersion: false })],
  [
    'QC_DOC_1 WARNING: Not to be reached: change log https://storm.example/guide answers 404, not 200.',
    linked(page({ kind: 'change log', ...gone })),
  ],
  [
    'QC_DOC_2 WARNING: 1 program with manual pages. Not to be reached: https://storm.example/guide answers 404, not 200.',
    linked(page(gone)),
  ],
  [
    'QC_DOC_4 WARNING: Found units: /usr/lib/systemd/system/stormd.service; configuration: /etc/storm/storm.properties. Not to be reached: https://storm.example/guide answers 404, not 200.',
    linked(page(gone)),
  ],
  [
    'QC_DOC_4 WARNING: No documentation is installed for configuration: /etc/storm/storm.properties. Linked: https://storm.example/guide.',
    { ...content({ packages: [{ ...bare, files: [] }] }), ...linked(page()) },
  ],
  [
    'QC_DOC_4 Not tested: No documentation is installed for configuration: /etc/storm/storm.properties. Could not be asked from here: https://storm.example/guide cannot be reached (ENETUNREACH).',
    { ...content({ packages: [{ ...bare, files: [] }] }), ...linked(page(unknown)) },
  ],
  [
    'GENERIC_SEC_4 WARNING: More rights than the caller: /usr/bin/glexec (4755).',
    content({ afterServices: [file('/usr/bin/glexec', 0o4755)] }),
  ],
  [
    'GENERIC_SEC_4 WARNING: More rights than the caller: /usr/bin/ping cap_net_raw=ep.',
    content({ capabilities: ['/usr/bin/ping cap_net_raw=ep'] }),
  ],
  [
    'GENERIC_SEC_5 WARNING: Open after installation alone: tcp 0.0.0.0:2170 slapd.',
    content({ earlyPorts: [port('0.0.0.0'), port('127.0.0.1'), port('[::1]')] }),
  ],
  [
    'GENERIC_SEC_6 WARNING: stormd.service runs as root, exposure 9.6.',
    { services: [{ unit: 'stormd.service', state: 'ran', output: 'Started.', account: 'root', exposure: '9.6' }] },
  ],
  [
    'GENERIC_SERVICE_2 WARNING: Neither journal nor log file: stormd.service.',
    { services: [{ unit: 'stormd.service', state: 'ran', output: '', account: 'storm' }] },
  ],
  [
    'GENERIC_SERVICE_2 WARNING: Nothing rotates /var/log/storm.log.',
    content({ afterServices: [file('/var/log/storm.log', 0o640)] }),
  ],
  [
    'GENERIC_SERVICE_3 FAIL: Cannot be loaded: stormd.service.',
    content({ units: [{ unit: 'stormd.service', said: 'bad', loads: false }] }),
  ],
  [
    'GENERIC_SERVICE_3 WARNING: /etc/init.d/storm has no unit.',
    content({ packages: [{ ...bare, files: [...bare.files, '/etc/init.d/storm'] }] }),
  ],
  [
    'GENERIC_DIST_6 FAIL: Brought by several of its packages: /usr/bin/clientSRM.',
    content({ packages: [bare, { ...bare, name: 'storm-too', files: ['/usr/bin/clientSRM'] }] }),
  ],
  [
    'GENERIC_DIST_7 FAIL: Still there after the removal: process 99 of storm: stormd.',
    { removal: { steps: [], leftovers: [], alive: ['process 99 of storm: stormd'] } },
  ],
  [
    'QC_FUNC_2 Not tested: The product card names no test command, and no tests of its package were looked for.',
    { tests: undefined },
  ],
  [
    "QC_FUNC_2 FAIL: The provider's tests end with 2: 1 of 40 failed",
    { tests: { name: 'tests', code: 2, output: 'ok\n1 of 40 failed' } },
  ],
  [
    'QC_SEC_2 FAIL: Signed with less than SHA-2: /etc/storm/hostcert.pem (sha1WithRSAEncryption).',
    content({ certificates: [certificate('/etc/storm/hostcert.pem', 'sha1WithRSAEncryption', false)] }),
  ],
  [
    'QC_SEC_2 WARNING: Roots and trust anchors with an old signature, which nobody checks: /etc/storm/ca.pem (sha1WithRSAEncryption).',
    content({ certificates: [certificate('/etc/storm/ca.pem', 'sha1WithRSAEncryption', true)] }),
  ],
  [
    'GENERIC_DOC_1 WARNING: On the product card its description explains nothing and it names no purpose.',
    { product: { ...SOUND.product, description: 'StoRM', purpose: '' } },
  ],
  ['GENERIC_MISC_2 FAIL: Support ended on 2026-05-31.', { product: { ...SOUND.product, supportEnds: ['2026-05-31'] } }],
  [
    'GENERIC_MISC_2 WARNING: The product card has no support calendar.',
    { product: { ...SOUND.product, supportEnds: [] } },
  ],
  [
    'CLIENTAPI_TOOL_1 FAIL: Hang, crash or keep silent when asked for help: /usr/bin/a, /usr/bin/b, /usr/bin/c.',
    content({
      answers: [
        { program: '/usr/bin/a', code: 124, said: true },
        { program: '/usr/bin/b', code: 139, said: true },
        { program: '/usr/bin/c', code: 0, said: false },
        { program: '/usr/bin/d', code: 1, said: true },
      ],
    }),
  ],
  [
    'QC_UPGRADE_1 FAIL: Ran before the upgrade and not after it: stormd.service.',
    { upgrade: { ...UPGRADE, runningUnits: ['stormd.service'], deadUnits: ['stormd.service'] } },
  ],
];
test.each(MORE)('%s', (sentence, facts) => {
  const [id = ''] = sentence.split(' ');
  const [row] = notable({ ...SOUND, ...facts }).filter((line) => line.startsWith(`${id} `));
  expect(row).toBe(sentence);
});

test.each(FAULTS)('%s', (sentence, facts) => {
  // The generic criteria of a service have their own word about one that does not run; theirs is further below.
  expect(notable({ ...SOUND, ...facts }).filter((line) => line.startsWith('QC_'))).toEqual([sentence]);
});

test('sticky directories, sockets, links and what is gone are not world-writable files', () => {
  const harmless = [
    file('/var/tmp/storm', 0o1777, { type: 'directory' }),
    file('/run/storm.socket', 0o777, { type: 'other' }),
    file('/etc/storm/link', 0o777, { type: 'link' }),
    file('/etc/storm/old', 0o666, { kind: 'removed' }),
  ];
  expect(notable({ ...SOUND, ...content({ afterServices: harmless }) })).toEqual([]);
});

test('only critical failures make the product fail', () => {
  const conclusion = (facts: Partial<Facts>, profiles = criteria) =>
    conclusionOf(judge({ ...SOUND, ...facts }, profiles, known));
  const undocumented = content({ packages: [{ ...bare, files: ['/usr/bin/clientSRM'] }] });
  expect(conclusion(undocumented)).toBe('fail'); // user tools: QC_DOC_2 is critical
  const others = criteria.map((each) => ({
    ...each,
    critical: each.critical && !each.criterion.id.startsWith('QC_DOC'),
  }));
  expect(conclusion(undocumented, others)).toBe('pass');
});

test('a check that nobody wrote is refused', () => {
  const [first] = criteria;
  const unknown = [{ ...first!, criterion: { ...first!.criterion, check: 'horoscope' } }];
  expect(() => judge(SOUND, unknown)).toThrow('No automated check is called "horoscope"');
});

test('a waiver lets a failing product pass, shows the failure, and ends', () => {
  const rows = judge({ ...SOUND, ...content({ packages: [{ ...bare, licence: 'none' }] }) }, criteria, known);
  const waiver = {
    criterion: 'QC_DOC_5',
    product: 'storm',
    reason: 'the licence follows',
    owner: 'vera',
    ticket: '#7',
  };
  const waivers = { waivers: [{ ...waiver, expires: '2026-06-30' }] };
  const on = (day: string, product = 'storm') => withWaivers(rows, waivers, { product, day });
  expect(conclusionOf(rows)).toBe('fail');
  expect(conclusionOf(on('2026-06-30'))).toBe('pass');
  expect(on('2026-06-30').find(({ criterion }) => criterion === 'QC_DOC_5')).toMatchObject({
    ...{ result: 'FAIL', critical: true, waiver: 'vera, #7, until 2026-06-30: the licence follows' },
  });
  expect(conclusionOf(on('2026-07-01'))).toBe('fail');
  expect(conclusionOf(on('2026-06-30', 'storm-webdav'))).toBe('fail');
});
