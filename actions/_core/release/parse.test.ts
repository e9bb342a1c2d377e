import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseRelease } from './parse.ts';

const read = (name: string) => readFileSync(`actions/_core/release/__fixtures__/${name}.xml`, 'utf8');
const bundle = read('bundle');
const onePpa = read('one-ppa');
const faultsOf = (text: string) => parseRelease(text, { file: 'r.xml' }).faults;
const shown = (text: string) => faultsOf(text).map(({ code, where }) => `${where?.line} ${code}`);

test('a release of several products, each for one or more platforms', () => {
  const { release, faults } = parseRelease(bundle, { file: 'r.xml' });
  expect(faults).toEqual([]);
  expect(release?.bundleLabel).toBe('Trust anchors & VOMS, Update 3');
  const [voms, crl] = release?.products ?? [];
  expect(voms).toMatchObject({ product: 'voms', provider: 'INFN', version: { major: 2, minor: 1, revision: 0 } });
  expect(voms?.ppas[0]?.packages[1]).toEqual({
    kind: 'package',
    name: 'voms-clients',
    version: '2.1.0~rc3',
    release: '4',
    arch: 'amd64',
    file: 'voms-clients_2.1.0~rc3-4_amd64.deb',
    url: 'http://repo.infn.example/voms-clients_2.1.0~rc3-4_amd64.deb',
    sha256: 'a'.repeat(64),
    size: 123456,
  });
  expect(crl).toMatchObject({ product: 'fetch-crl', provider: 'INFN', type: 'minor', group: 'crl', incremental: true });
  expect(crl?.documentationLinks).toHaveLength(2);
  expect(crl?.releaseNotes).toBe('Fixes the handling of <empty> lists.');
  expect(crl?.ppas.map(({ os, synch }) => [os, synch])).toEqual([
    ['debian-12', undefined],
    ['al9', { protocol: 'yum', url: 'https://repo.infn.example/al9' }],
  ]);
});

test('a one-PPA file of old: PPA key as short name, literal prefixes that nothing binds, CDATA, flat repo file', () => {
  const { release, faults } = parseRelease(onePpa, { file: 'r.xml' });
  expect(faults).toEqual([]);
  expect(release?.products).toHaveLength(1);
  expect(release?.products[0]).toMatchObject({
    product: 'storm',
    shortName: 'INFN.storm.sl6.x86_64',
    description: 'Storage <Resource> Manager & more',
    repoFiles: [{ sections: [[{ name: 'id', value: 'INFN.storm.sl6.x86_64' }, { name: 'name' }, {}, {}]] }],
  });
});

test('any prefix bound to the right URI is the same release', () => {
  const other = bundle
    .replaceAll('release:', 'rel:')
    .replaceAll('UMDmeta:', 'm:')
    .replaceAll(/<(\/?)repository:/g, '<$1q.1:')
    .replace('xmlns:repository', 'xmlns:q.1')
    .replace('xmlns:release', 'xmlns:rel')
    .replace('xmlns:UMDmeta', 'xmlns:m');
  expect(parseRelease(other, { file: 'r.xml' })).toMatchObject({
    release: parseRelease(bundle, { file: 'r.xml' }).release,
  });
  const byDefault = onePpa
    .replace('xmlns:release=', 'xmlns=')
    .replaceAll('release:', '')
    .replace('<release xmlns="http://repo.egi.eu/0.2/', '<release xmlns="http://repo.egi.eu/0.2/');
  expect(faultsOf(byDefault)).toEqual([]);
});

test('line ends and a byte order mark change nothing, lines stay right', () => {
  const text = `\uFEFF${onePpa.replace('20130913', '20132309').replaceAll('\n', '\r\n')}`;
  expect(shown(text)).toEqual(['12 RELEASE_DATE_IMPOSSIBLE']);
});

const edit = (from: string | RegExp, to: string) => onePpa.replace(from, to);
const attribute = (from: string, to: string) => edit(from, to);

/** One fault at a time: what, the text, `line code` as it has to come out. Lines counted by hand in one-ppa.xml. */
const SINGLE: readonly (readonly [what: string, text: string, fault: string])[] = [
  ['no closing tag', edit('</release:contact>', ''), '37 RELEASE_MALFORMED'],
  ['a tag without end', edit('<release:contact>', '<release:contact'), '8 RELEASE_MALFORMED'],
  ['an unquoted attribute', attribute('external="false"', 'external=false'), '30 RELEASE_MALFORMED'],
  ['a second root', `${onePpa}<release:release/>\n`, '38 RELEASE_MALFORMED'],
  ['text behind the root', `${onePpa}more\n`, '38 RELEASE_MALFORMED'],
  ['a lone &', edit('Bug fixes', 'Bugs & fixes'), '19 RELEASE_MALFORMED'],
  ['a DTD', edit('<!--', '<!DOCTYPE release>\n<!--').replace('Bug', 'B'), '2 RELEASE_DTD'],
  ['an undeclared entity', edit('Bug fixes', 'Bug &fixes;'), '19 RELEASE_ENTITY'],
  ['a reference to no character', edit('Bug fixes', 'Bug &#0;'), '19 RELEASE_ENTITY'],
  ['an external entity in an attribute', attribute('id="storm"', 'id="&xxe;"'), '30 RELEASE_ENTITY'],
  ['another encoding', edit('version="1.0"', 'version="1.0" encoding="ISO-8859-1"'), '1 RELEASE_ENCODING'],
  ['a control character', edit('Bug', 'B\u0007ug'), '19 RELEASE_ENCODING'],
  ['an attribute twice', attribute('id="storm"', 'id="storm" id="storm"'), '30 RELEASE_ATTRIBUTE_REPEATED'],
  ['another root', '<repofile:yumRepofile/>', '1 RELEASE_ROOT'],
  ['a prefix bound to another namespace', edit('0.2/release', '0.3/release'), '3 RELEASE_NAMESPACE_UNKNOWN'],
  [
    'an element twice',
    edit('<release:contact>', '<release:contact>a@b.cd</release:contact><release:contact>'),
    '8 RELEASE_ELEMENT_REPEATED',
  ],
  ['an element missing', edit(/ {2}<release:changeLog>.*\n/, ''), '3 RELEASE_ELEMENT_MISSING'],
  ['an empty element', edit('Bug fixes.', ' '), '19 RELEASE_ELEMENT_EMPTY'],
  ['text between elements', edit('<UMDmeta:UMDmeta>', '<UMDmeta:UMDmeta>x'), '22 RELEASE_TEXT_STRAY'],
  [
    'an element inside a text',
    edit('Bug', '<b xmlns="http://repo.egi.eu/0.2/release"/>Bug'),
    '19 RELEASE_ELEMENT_UNKNOWN',
  ],
  ['text in a package', edit('></UMDmeta:package>', '>x</UMDmeta:package>'), '27 RELEASE_TEXT_STRAY'],
  ['an unknown attribute', attribute('pkgtype=', 'md5="x" pkgtype='), '27 RELEASE_ATTRIBUTE_UNKNOWN'],
  ['an attribute on a text', edit('<release:contact>', '<release:contact lang="it">'), '8 RELEASE_ATTRIBUTE_UNKNOWN'],
  ['an attribute missing', attribute(' pkgname="storm-backend-server"', ''), '27 RELEASE_ATTRIBUTE_MISSING'],
  ['an unknown package type', attribute('pkgtype="package"', 'pkgtype="pkg"'), '27 RELEASE_ATTRIBUTE_INVALID'],
  ['a sha256 too short', attribute('pkgtype=', 'sha256="abc" pkgtype='), '27 RELEASE_ATTRIBUTE_INVALID'],
  ['a size that is none', attribute('pkgtype=', 'size="0" pkgtype='), '27 RELEASE_ATTRIBUTE_INVALID'],
  ['a path as file name', attribute('filename="storm-b', 'filename="../storm-b'), '27 RELEASE_ATTRIBUTE_INVALID'],
  ['a date that is no number', edit('20130913', 'yesterday'), '12 RELEASE_DATE_IMPOSSIBLE'],
  ['a version number with letters', edit('>11<', '>11a<'), '16 RELEASE_NUMBER_INVALID'],
  ['a version number too long', edit('>11<', '>10000<'), '16 RELEASE_NUMBER_INVALID'],
  ['a boolean of another kind', edit('>false<', '>no<'), '14 RELEASE_BOOLEAN_INVALID'],
  ['no e-mail', edit('storm@infn.example', 'the StoRM team'), '8 RELEASE_EMAIL_INVALID'],
  ['no link', edit(/http:\/\/italiangrid.github.io\/storm</, 'link2<'), '11 RELEASE_URL_INVALID'],
  [
    'half an address as notes',
    edit(/http:\/\/italiangrid.github.io\/storm\/rel/, 'http:///rel'),
    '18 RELEASE_URL_INVALID',
  ],
  ['a file address', attribute('https://repo.infn', 'file:///repo.infn'), '27 RELEASE_URL_INVALID'],
  ['a password in an address', attribute('https://repo.infn', 'https://me:secret@repo.infn'), '27 RELEASE_URL_INVALID'],
  ['an unknown protocol', edit('>yum<', '>zypp<'), '20 RELEASE_CHOICE_INVALID'],
  [
    'an unknown release type',
    edit('<release:releaseNotes>', '<release:releaseType>patch</release:releaseType><release:releaseNotes>'),
    '18 RELEASE_CHOICE_INVALID',
  ],
  ['a short name with a slash', edit('INFN.storm.sl6.x86_64<', 'storm/../x<'), '5 RELEASE_NAME_INVALID'],
  ['a key of another platform', edit('INFN.storm.sl6.x86_64<', 'INFN.storm.sl5.x86_64<'), '5 RELEASE_KEY_MISMATCH'],
  ['no package', edit(/ {6}<UMDmeta:package .*\n/, ''), '26 RELEASE_PACKAGES_EMPTY'],
  ['a file name of another version', attribute('version="1.11.2"', 'version="1.11.3"'), '27 RELEASE_PACKAGE_MISMATCH'],
  ['a file name of another release', attribute('release="1.el6"', 'release="2.el6"'), '27 RELEASE_PACKAGE_MISMATCH'],
  [
    'a file name of another package',
    attribute('pkgname="storm-backend-server"', 'pkgname="storm"'),
    '27 RELEASE_PACKAGE_MISMATCH',
  ],
  [
    'a file name that is none',
    attribute('filename="storm-backend-server-1.11.2-1.el6.x86_64.rpm"', 'filename="storm.rpm"'),
    '27 RELEASE_PACKAGE_MISMATCH',
  ],
  ['no address at all', attribute(/url="[^"]*" /.exec(onePpa)?.[0] ?? '', ''), '27 RELEASE_PACKAGE_URL'],
  ['plain http without sha256', attribute('url="https:', 'url="http:'), '27 RELEASE_SHA256_MISSING'],
];

test.each(SINGLE)('%s: one fault, with its line', (_, text, fault) => {
  expect(text).not.toBe(onePpa);
  expect(shown(text)).toContain(fault);
  expect(new Set(shown(text).map((each) => each.split(' ')[1]))).toEqual(new Set(expectedCodes(fault)));
});

/** Some changes break a second rule by their nature. */
function expectedCodes(fault: string): string[] {
  const code = fault.split(' ')[1] ?? '';
  if (code === 'RELEASE_NAMESPACE_UNKNOWN') return [code, 'RELEASE_ROOT', ...([] as string[])];
  return [code];
}

/** In the bundle, where a product has two platforms. */
const TOGETHER: readonly (readonly [what: string, text: string, code: string])[] = [
  ['a product twice', bundle.replace('>Fetch-CRL<', '>VOMS<'), 'RELEASE_PPA_REPEATED'],
  [
    'a platform twice',
    bundle
      .replace('>al9<', '>debian-12<')
      .replace('>x86_64<', '>amd64<')
      .replace(/ *<UMDmeta:package [^>]*libcrl.*\n/, ''),
    'RELEASE_PPA_REPEATED',
  ],
  ['a package twice', bundle.replaceAll('voms-clients', 'voms-server'), 'RELEASE_PACKAGE_REPEATED'],
  [
    'an rpm by deb',
    bundle.replace('<release:synchProtocol>yum', '<release:synchProtocol>deb'),
    'RELEASE_PACKAGE_FORMAT',
  ],
  [
    'a package of another architecture',
    bundle.replaceAll('3-4_amd64.deb', '3-4_arm64.deb').replaceAll('arch="amd64"', 'arch="arm64"'),
    'RELEASE_PACKAGE_ARCH',
  ],
  [
    'NONE beside a capability',
    bundle.replace('>NONE<', '>NONE</UMDmeta:capability><UMDmeta:capability>Accounting<'),
    'RELEASE_CAPABILITY_NONE',
  ],
  [
    'a protocol without its URL',
    bundle.replace(/<release:synchURL>https:\/\/repo.infn.example\/al9<\/release:synchURL>/, ''),
    'RELEASE_ELEMENT_MISSING',
  ],
  ['no repository', bundle.replace(/<repository:debRepository.*\n/, ''), 'RELEASE_ELEMENT_MISSING'],
  [
    'an element beside release:product',
    bundle.replace('<release:product>', '<release:productName>x</release:productName><release:product>'),
    'RELEASE_ELEMENT_UNKNOWN',
  ],
];

test.each(TOGETHER)('%s', (_, text, code) => {
  expect(text).not.toBe(bundle);
  expect(new Set(faultsOf(text).map((each) => each.code))).toEqual(new Set([code]));
});

test.each([
  ['20192305', 'there is no month 23 (20190523 would be one)'],
  ['20190229', 'month 2 of 2019 has no day 29'],
  ['21000229', 'month 2 of 2100 has no day 29'],
  ['20190431', 'month 4 of 2019 has no day 31'],
  ['20190400', 'month 4 of 2019 has no day 0'],
  ['00010101', 'the year 1 is out of range'],
])('the date %s is impossible and the sentence says why', (date, why) => {
  const [fault] = faultsOf(onePpa.replace('20130913', date));
  expect(fault?.sentence).toBe(`release:ISODate: ${date} is no day: ${why}.`);
});

test.each(['20000229', '20240229', '20231231'])('the date %s is a day', (date) => {
  expect(faultsOf(onePpa.replace('20130913', date))).toEqual([]);
});

test('an unknown element is answered with the nearest known one', () => {
  const [fault] = faultsOf(onePpa.replaceAll('release:changeLog', 'release:changelog'));
  expect(fault?.sentence).toContain('lacks release:changeLog');
  const typo = faultsOf(onePpa.replaceAll('release:ISODate', 'release:IsoDat'));
  expect(typo.map(({ sentence }) => sentence).join()).toContain('Did you mean release:ISODate?');
});

test('all faults of a file come at once, in its order, each with line, column and path', () => {
  const text = bundle
    .replace('voms@infn.example', 'nobody')
    .replace('20240523', '20192305')
    .replace('</release:changeLog>', '</release:changeLog>\n    <release:link2>x</release:link2>')
    .replace('pkgname="voms-server"', 'pkgname="voms-server" pkgname="x"')
    .replace('sha256="bbbb', 'sha256="zzzz')
    .replace('<release:emergency>true', '<release:emergency>TRUE');
  expect(faultsOf(text).map(({ code, where }) => [code, where?.line, where?.column, where?.path])).toEqual([
    ['RELEASE_EMAIL_INVALID', 11, 5, 'release:release/release:product[1]/release:contact[1]'],
    ['RELEASE_DATE_IMPOSSIBLE', 15, 5, 'release:release/release:product[1]/release:ISODate[1]'],
    ['RELEASE_ELEMENT_UNKNOWN', 23, 5, 'release:release/release:product[1]/release:link2[1]'],
    ['RELEASE_ATTRIBUTE_REPEATED', 31, 177, undefined],
    ['RELEASE_BOOLEAN_INVALID', 56, 5, 'release:release/release:product[2]/release:emergency[1]'],
    [
      'RELEASE_ATTRIBUTE_INVALID',
      81,
      156,
      'release:release/release:product[2]/UMDmeta:UMDmeta[2]/UMDmeta:packages[1]/UMDmeta:package[1]/@sha256',
    ],
  ]);
});

test('limits: a file, a nesting, a count and a tag beyond them are refused before any parser sees them', () => {
  const inside = (text: string) => `<release:release>${text}</release:release>`;
  for (const text of [
    ' '.repeat(1_048_577),
    '<a>'.repeat(100_000),
    inside('<a/>'.repeat(20_001)),
    inside(`<a b="${'x'.repeat(17_000)}"/>`),
  ])
    expect(shown(text).map((each) => each.split(' ')[1])).toEqual(['RELEASE_TOO_LARGE']);
});

test('a billion laughs is one refused DTD, not a billion of anything', () => {
  const laughs = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('\n');
  const text = onePpa.replace('<!--', `<!DOCTYPE lolz [<!ENTITY l0 "lol">\n${laughs}]>\n<!--`).replace('Bug', '&l9;');
  expect(shown(text)).toEqual(['2 RELEASE_DTD', '29 RELEASE_ENTITY']);
});
