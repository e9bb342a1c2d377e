import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Facts } from './facts.ts';
import { CHECKS, judge } from './judge.ts';
import { parseCriteria } from './parse.ts';
import { CONTENT, file, SOUND, UPGRADE } from './testing/sound-facts.ts';

/** Every check is a file, a schema, a product that passes and one that fails for that reason alone. */
const files = readdirSync('criteria', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'));
const known = parseCriteria(
  files.map((name) => ({ path: `criteria/${name}`, text: readFileSync(`criteria/${name}`, 'utf8') })),
);
const automated = [...known.catalogue.values()].filter(({ check }) => check !== 'manual');
const applied = automated.map((criterion) => ({ criterion, critical: false }));
const results = (facts: Facts) =>
  new Map(judge(facts, applied, known).map(({ criterion, result }) => [criterion, result]));
const sound = results(SOUND);

const content = (more: Partial<typeof CONTENT>): Partial<Facts> => ({ content: { ...CONTENT, ...more } });
const [bare] = CONTENT.packages;
const lacking = (more: object): Partial<Facts> => content({ packages: [{ ...bare!, ...more }] });
const [run] = SOUND.services;
const runs = (more: object): Partial<Facts> => ({ services: [{ ...run!, ...more }] });
const without = (path: string) => bare!.files.filter((each) => each !== path);

interface Spoiled {
  readonly facts: Partial<Facts>;
  readonly row: string;
  /** Rows of other criteria that the same fact is about. */
  readonly along?: readonly string[];
}
const SPOILED: Readonly<Record<string, Spoiled>> = {
  administration: { facts: lacking({ files: without('/usr/share/man/man8/stormd.8.gz') }), row: 'QC_DOC_4 WARNING' },
  certificates: {
    facts: content({ certificates: [{ path: '/etc/storm/c.pem', signature: 'sha1WithRSA', selfSigned: false }] }),
    row: 'QC_SEC_2 FAIL',
  },
  'early-ports': {
    facts: content({ earlyPorts: [{ protocol: 'tcp', address: '0.0.0.0', port: 8444, program: 'java' }] }),
    row: 'GENERIC_SEC_5 WARNING',
  },
  exposure: { facts: runs({ account: 'root' }), row: 'GENERIC_SEC_6 WARNING' },
  'file-conflicts': {
    facts: content({ packages: [bare!, { ...bare!, name: 'storm-too', files: ['/usr/sbin/stormd'] }] }),
    row: 'GENERIC_DIST_6 FAIL',
  },
  'help-options': {
    facts: content({ answers: [{ program: '/usr/bin/clientSRM', code: 139, said: true }] }),
    row: 'CLIENTAPI_TOOL_1 FAIL',
  },
  installation: {
    facts: { installation: { ...SOUND.installation, breaks: ['voms cannot be installed.'] } },
    row: 'QC_DIST_1 FAIL',
  },
  licence: { facts: lacking({ licence: 'none' }), row: 'QC_DOC_5 FAIL' },
  logs: { facts: runs({ output: '' }), row: 'GENERIC_SERVICE_2 WARNING' },
  'manual-pages': {
    facts: lacking({ files: without('/usr/share/man/man1/clientSRM.1.gz') }),
    row: 'QC_DOC_2 FAIL',
  },
  'packaging-policy': {
    facts: { checkers: [{ tool: 'lintian', failed: 'it did not end in time', findings: [] }] },
    row: 'GENERIC_DIST_3 Not tested',
  },
  'product-card': { facts: { product: { ...SOUND.product, purpose: '' } }, row: 'GENERIC_DOC_1 WARNING' },
  'provider-tests': { facts: { tests: { name: 'tests', code: 1, output: 'no' } }, row: 'QC_FUNC_2 FAIL' },
  'release-notes': { facts: { documentation: { notes: '', pages: [] } }, row: 'QC_DOC_1 FAIL' },
  removal: {
    facts: { removal: { steps: [], leftovers: [], alive: ['process 99 of storm: stormd'] } },
    row: 'GENERIC_DIST_7 FAIL',
  },
  secrets: { facts: content({ secrets: [{ path: '/etc/storm/key', what: 'private key' }] }), row: 'QC_SEC_6 FAIL' },
  services: {
    // A unit that does not start again has run before: what is asked of one that ran has no object, and its log stands.
    facts: runs({ state: 'failed', failedAct: 'start again' }),
    row: 'QC_FUNC_1 FAIL',
    along: ['GENERIC_SEC_6 NA', 'GENERIC_SERVICE_2 NA'],
  },
  'set-uid': { facts: content({ afterServices: [file('/usr/bin/glexec', 0o4755)] }), row: 'GENERIC_SEC_4 WARNING' },
  'support-calendar': {
    facts: { product: { ...SOUND.product, supportEnds: ['2026-05-31'] } },
    row: 'GENERIC_MISC_2 FAIL',
  },
  units: {
    facts: content({ units: [{ unit: 'stormd.service', said: '', loads: false }] }),
    row: 'GENERIC_SERVICE_3 FAIL',
  },
  upgrade: {
    facts: { upgrade: { ...UPGRADE, lostFiles: ['/etc/storm/storm.properties'] } },
    row: 'QC_UPGRADE_1 FAIL',
  },
  'world-writable': { facts: content({ afterServices: [file('/var/lib/storm', 0o666)] }), row: 'QC_SEC_5 FAIL' },
};

test('a check is a file, it stands in the catalogue, and it has a product that is spoiled', () => {
  const names = readdirSync('actions/_core/criteria/checks').map((name) => name.replace(/\.ts$/, ''));
  expect(Object.keys(CHECKS).sort()).toEqual(names.sort());
  expect([...new Set(automated.map(({ check }) => check))].sort()).toEqual(names);
  expect(Object.keys(SPOILED).sort()).toEqual(names);
  expect([...sound].filter(([, result]) => result !== 'OK')).toEqual([]);
});

describe.each(Object.keys(CHECKS))('%s', (name) => {
  test('fails for its own reason alone', () => {
    const { facts, row, along = [] } = SPOILED[name]!;
    const other = [...results({ ...SOUND, ...facts })].filter(([id, result]) => result !== sound.get(id));
    expect(other.map(([id, result]) => `${id} ${result}`).sort()).toEqual([row, ...along].sort());
    const [criterion = ''] = row.split(' ');
    expect(known.catalogue.get(criterion)?.check).toBe(name);
  });

  test('sees nothing but what its schema names, and none of it in another shape', () => {
    const check = CHECKS[name]!;
    const properties = check.reads.properties as Record<string, { properties?: object }>;
    const inner = Object.keys(properties.content?.properties ?? {});
    const seen = new Set<string>();
    const watched = (value: object, prefix: string): never =>
      new Proxy(value, {
        get(target, key) {
          if (typeof key === 'string') seen.add(prefix + key);
          return Reflect.get(target, key);
        },
      }) as never;
    const facts = { ...SOUND, content: watched(CONTENT, 'content.') };
    check.judge(watched(facts, ''), known);
    const named = [...Object.keys(properties), ...inner.map((part) => `content.${part}`)];
    expect([...seen].filter((part) => part !== 'content' && !named.includes(part))).toEqual([]);
    const criterion = applied.filter((each) => each.criterion.check === name);
    for (const part of named) {
      const [first = '', second] = part.split('.');
      if (part === 'content') continue;
      const wrong = second === undefined ? { [first]: 42 } : { content: { ...CONTENT, [second]: [42] } };
      expect(() => judge({ ...SOUND, ...wrong } as never, criterion, known), part).toThrow(/cannot be judged by/);
    }
  });
});
