import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Change } from '#core/environment/system.ts';
import { criteriaFor } from './applied.ts';
import type { Facts } from './facts.ts';
import { conclusionOf, judge } from './judge.ts';
import { parseCriteria } from './parse.ts';

const files = readdirSync('criteria', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'));
const criteria = criteriaFor(
  parseCriteria(files.map((name) => ({ path: `criteria/${name}`, text: readFileSync(`criteria/${name}`, 'utf8') }))),
  ['generic', 'service', 'client-tools'],
);

const WANTED = [{ name: 'storm', version: '1.11.15-1' }];
const STEP = { name: 'install packages', code: 0, output: 'Setting up storm' };
const CONTENT: NonNullable<Facts['content']> = {
  packages: [
    {
      name: 'storm',
      files: [
        '/usr/bin/clientSRM',
        '/usr/share/man/man1/clientSRM.1.gz',
        '/usr/sbin/stormd',
        '/usr/share/man/man8/stormd.8.gz',
      ],
      configuration: ['/etc/storm/storm.properties'],
      licence: 'text',
    },
  ],
  afterInstallation: [],
  afterServices: [],
  secrets: [],
  ports: [],
};
const SOUND: Facts = {
  format: 'deb',
  abilities: { services: true, networkCut: true },
  installation: { steps: [STEP], wanted: WANTED, installed: WANTED, dependencies: [], foreign: [], breaks: [] },
  upgrade: {
    steps: [STEP],
    from: [{ name: 'storm', version: '1.11.14-1' }],
    wanted: WANTED,
    installed: WANTED,
    changedFiles: ['/etc/storm/storm.properties'],
    lostFiles: [],
  },
  content: CONTENT,
  services: [{ unit: 'stormd.service', state: 'ran', output: '' }],
  removal: { steps: [], leftovers: [] },
};
const notable = (facts: Facts): string[] =>
  judge(facts, criteria).flatMap(({ criterion, result, comment }) =>
    result === 'OK' ? [] : [`${criterion} ${result}: ${comment}`],
  );
const file = (path: string, mode: number, more: Partial<Change> = {}): Change => {
  return { kind: 'added', type: 'file', path, mode, uid: 0, gid: 0, size: 1, ...more };
};

test('a sound product has OK in every row; manual criteria have none', () => {
  const rows = judge(SOUND, criteria);
  expect(notable(SOUND)).toEqual([]);
  expect(rows.map(({ criterion }) => criterion)).toEqual(
    'QC_DIST_1 QC_DOC_2 QC_DOC_4 QC_DOC_5 QC_FUNC_1 QC_SEC_5 QC_SEC_6 QC_UPGRADE_1'.split(' '),
  );
  expect(conclusionOf(rows, criteria)).toBe('pass');
  // printf 'storm: text' | sha256sum
  expect(rows.find(({ criterion }) => criterion === 'QC_DOC_5')?.evidence).toEqual({
    sha256: '3ae94c35d8daacaffa98f5cd4c21901ffb13ea07723ee363b1cdf7e97c883b33',
    excerpt: 'storm: text',
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
    'QC_DOC_2 WARNING: Without a manual page: helper.',
    content({ packages: [{ ...bare, files: [...bare.files, '/usr/bin/helper'] }] }),
  ],
  [
    'QC_DOC_4 WARNING: Without a manual page: storm-admin. Found configuration: /etc/storm/storm.properties.',
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
  ['QC_FUNC_1 Not tested: The environment gives no services.', { abilities: { services: false, networkCut: true } }],
  ['QC_UPGRADE_1 NA: Production has no earlier version.', { upgrade: undefined }],
  [
    "QC_UPGRADE_1 FAIL: The administrator's changes are lost: /etc/storm/storm.properties.",
    { upgrade: { ...SOUND.upgrade!, lostFiles: ['/etc/storm/storm.properties'] } },
  ],
  [
    'QC_DIST_1 WARNING: 1 package installed and removed, 0 more as dependencies; left behind after the purge: account storm.',
    { removal: { steps: [], leftovers: ['account storm'] } },
  ],
  [
    'QC_DIST_1 FAIL: purge packages fails: dpkg: error processing package storm',
    {
      removal: {
        steps: [{ name: 'purge packages', code: 1, output: 'Purging\ndpkg: error processing package storm\nend' }],
        leftovers: [],
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
test.each(FAULTS)('%s', (sentence, facts) => {
  expect(notable({ ...SOUND, ...facts })).toEqual([sentence]);
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
    conclusionOf(judge({ ...SOUND, ...facts }, profiles), profiles);
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
