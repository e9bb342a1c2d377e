import { expect, test } from 'vitest';
import type { ReleaseProduct } from '#core/release/release.ts';
import { advisoryOf } from './advisory.ts';
import { renderUpdateinfo } from './updateinfo.ts';

const product = (change: Partial<ReleaseProduct>) =>
  ({
    ...{ name: 'StoRM', releaseNotes: 'Mended.', changeLog: '', description: 'A storage manager.', emergency: false },
    ...{ date: '20260601', contact: 'storm@infn.example', version: { major: 1, minor: 11, revision: 15 } },
    ...{ documentationLinks: [], ...change },
  }) as unknown as ReleaseProduct;
const of = (change: Partial<ReleaseProduct>, type: 'major' | 'minor' | 'revision' = 'revision') =>
  advisoryOf({ ppa: 'INFN.storm.al9.x86_64-1.11.15', type }, product(change));

test.each([
  ['a revision', {}, 'revision', 'bugfix None'],
  ['a minor', {}, 'minor', 'enhancement None'],
  ['a CVE', { changeLog: 'Fixes cve-2026-12345.' }, 'minor', 'security None'],
  ['an emergency', { emergency: true }, 'revision', 'security Critical'],
  [
    'its own word',
    { releaseNotes: 'CVE-2026-1 is no CVE, CVE-2026-0001 is. Severity: high' },
    'revision',
    'security Important',
  ],
  ['a word without a vulnerability', { releaseNotes: 'severity low' }, 'revision', 'bugfix None'],
] as const)('%s', (_, change, type, said) => {
  const { kind, severity } = of(change, type);
  expect(`${kind} ${severity}`).toBe(said);
});

test('finds each CVE and each link once', () => {
  const { cves, links, issued } = of({
    releaseNotes: 'See https://infn.example/notes, CVE-2026-0002 and (https://infn.example/x).',
    changeLog: 'CVE-2026-0001, CVE-2026-0002',
    documentationLinks: ['https://infn.example/notes'],
  });
  expect(cves).toEqual(['CVE-2026-0001', 'CVE-2026-0002']);
  expect(links).toEqual(['https://infn.example/notes', 'https://infn.example/x']);
  expect(issued).toBe('2026-06-01');
});

test('nothing to say gives nothing; texts of others break nothing', () => {
  const ppa = 'INFN.storm.al9.x86_64-1.11.15';
  const one = {
    name: 'storm',
    version: '2:1.11.15-1.el9',
    arch: 'x86_64',
    sha256: 'a'.repeat(64),
    ppa,
    file: 'storm.rpm',
  };
  expect(renderUpdateinfo([one], new Map(), 'UMD-5-base')).toBe('');
  const advisory = of({ releaseNotes: '<b>&"\u0000\ud800 CVE-2026-0001 ]]>' });
  const text = renderUpdateinfo(
    [one, { ...one, name: 'storm-libs', version: '1-2' }],
    new Map([[ppa, advisory]]),
    'UMD-5-base',
  );
  expect(text).toContain('<description>&lt;b&gt;&amp;&quot; CVE-2026-0001 ]]&gt;</description>');
  expect(text).toContain('<package name="storm" epoch="2" version="1.11.15" release="1.el9" arch="x86_64">');
  expect(text).toContain('<package name="storm-libs" epoch="0" version="1" release="2" arch="x86_64">');
});

test('each stream has a collection of its own, empty ones are left out', () => {
  const ppa = 'INFN.storm.al9.x86_64-1.11.15';
  const of = (name: string, sha256: string) => ({
    name,
    version: '3:1-2',
    arch: 'noarch',
    sha256,
    ppa,
    file: `${name}.rpm`,
  });
  const stream = (name: string, ...packages: string[]) => {
    return { name, stream: '1 & 2', version: '9', context: '', arch: 'x86_64', ppa, packages: new Set(packages) };
  };
  const streams = [stream('grid', 'a'), stream('none'), { ...stream('other', 'b'), ppa: 'another' }];
  const text = renderUpdateinfo([of('one', 'a'), of('two', 'b')], new Map([[ppa, advisoryOf({ ppa, type: 'minor' }, product({}))]]), 'UMD-5-base', streams); // biome-ignore format: one call
  expect(text.match(/<(collection short|name|module|package) ?.*?( arch="\w+"|>)/g)).toEqual([
    '<collection short="UMD-5-base">',
    '<name>',
    '<package name="two" epoch="3" version="1" release="2" arch="noarch"',
    '<collection short="UMD-5-base__grid:1 &amp; 2:9">',
    '<name>',
    '<module name="grid" stream="1 &amp; 2" version="9" context="" arch="x86_64"',
    '<package name="one" epoch="3" version="1" release="2" arch="noarch"',
  ]);
  const all = renderUpdateinfo([of('one', 'a')], new Map([[ppa, advisoryOf({ ppa, type: 'minor' }, product({}))]]), 'T', streams); // biome-ignore format: one call
  expect(all).not.toContain('short="T"');
});
