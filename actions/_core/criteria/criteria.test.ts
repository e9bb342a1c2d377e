import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { criteriaFor, effortOf } from './applied.ts';
import { coverageOf } from './coverage.ts';
import { type CriteriaFile, parseCriteria } from './parse.ts';

const files: CriteriaFile[] = readdirSync('criteria', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yml'))
  .map((name) => ({ path: `criteria/${name}`, text: readFileSync(`criteria/${name}`, 'utf8') }));
const criteria = parseCriteria(files);

test('the 21 criteria of versions 6 to 8 are there, as critical as domain.md section 5 says', () => {
  // Copied by hand: "(critical)" without and with a condition; nothing said means not critical. EGI's own record of versions 6
  // and 7 (egi-qc/qc on GitHub) has the same: QC_UPGRADE_1 False, QC_DOC_4 True.
  const quality = [...criteria.catalogue.values()].filter(({ id }) => id.startsWith('QC_'));
  expect(quality.map(({ id, critical }) => `${id} ${critical}`).sort()).toEqual([
    'QC_ACC_1 always',
    'QC_DIST_1 always',
    'QC_DOC_1 always',
    'QC_DOC_2 user-tool',
    'QC_DOC_3 never',
    'QC_DOC_4 always',
    'QC_DOC_5 always',
    'QC_FUNC_1 always',
    'QC_FUNC_2 never',
    'QC_INFO_1 never',
    'QC_INFO_2 always',
    'QC_INFO_3 never',
    'QC_MON_1 always',
    'QC_SEC_1 authenticates',
    'QC_SEC_2 always',
    'QC_SEC_3 never',
    'QC_SEC_4 never',
    'QC_SEC_5 always',
    'QC_SEC_6 always',
    'QC_SUPPORT_1 always',
    'QC_UPGRADE_1 never',
  ]);
});

test('their older ids are those that EGI published; none of them is taken by a criterion of ours', () => {
  // Copied by hand from the "Substitutes …" of EGI's own record (egi-qc/qc on GitHub), which called them QC6_… in version 6.
  const published = `
QC_DOC_1 QC6_DOC_1 GENERIC_DOC_2
QC_DOC_2 QC6_DOC_2 GENERIC_DOC_3
QC_DOC_3 QC6_DOC_3 GENERIC_DOC_5
QC_DOC_4 QC6_DOC_4 GENERIC_DOC_6 GENERIC_DOC_7
QC_DOC_5 QC6_DOC_5 GENERIC_DOC_8
QC_DIST_1 QC6_DIST_1 (GENERIC_DIST_3)
QC_UPGRADE_1 QC6_UPGRADE_1
QC_SEC_1 QC6_SEC_1 (AUTHN_CRED_1)
QC_SEC_2 QC6_SEC_2 (AUTHN_CRED_2)
QC_SEC_3 QC6_SEC_3 AUTHN_CRED_3
QC_SEC_4 QC6_SEC_4 AUTHZ_PEP_3
QC_SEC_5 QC6_SEC_5 (GENERIC_SEC_1)
QC_SEC_6 GENERIC_SEC_3
QC_INFO_1 QC6_INFO_1 INFOMODEL_SCHEMA_1
QC_INFO_2 QC6_INFO_2 INFOMODEL_SCHEMA_1
QC_INFO_3 QC6_INFO_3 INFOMODEL_SCHEMA_2
QC_MON_1 QC6_MON_1
QC_ACC_1 QC6_ACC_1 ACC_JOBEXEC_1
QC_SUPPORT_1 QC6_SUPPORT_1 (GENERIC_MISC_1)
QC_FUNC_1 QC6_FUNC_1 (GENERIC_SOFT_2)
QC_FUNC_2`;
  // In brackets: ids that this catalogue gave to something else before it knew (criteria/README.md); they cannot be given back.
  const older = published
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/ \(\w+\)/g, ''));
  const quality = [...criteria.catalogue.values()].filter(({ id }) => id.startsWith('QC_'));
  expect(quality.map(({ id, supersedes }) => [id, ...supersedes].join(' ')).sort()).toEqual(older.sort());
  const readme = readFileSync('criteria/README.md', 'utf8');
  for (const [, taken = ''] of published.matchAll(/\((\w+)\)/g)) {
    expect(criteria.catalogue.get(taken)?.origin).toBe('own');
    expect(readme).toContain(taken);
  }
});

test('each record says what a verifier needs: nothing is left at a word, and what is related is there', () => {
  const all = [...criteria.catalogue.values()];
  const short = all.filter(({ howToTest, pass }) => howToTest.length < 60 || pass.length < 50);
  expect(short.map(({ id }) => id)).toEqual([]);
  const changed = (path: string, from: string, to: string) =>
    files.map((file) => (file.path.endsWith(path) ? { ...file, text: file.text.replace(from, to) } : file));
  expect(() => parseCriteria(changed('/msg.yml', 'related: [QC_SEC_1]', 'related: [QC_SEC_99]'))).toThrow(
    'MSG_AUTH_1 is related to QC_SEC_99, which is not there',
  );
  expect(() => parseCriteria(changed('/msg.yml', 'related: [QC_SEC_1]', "related: ['http://x.example']"))).toThrow();
  // A change names its decision or list by a path of this repository, or an address.
  const paths = all.flatMap(({ log }) =>
    log.flatMap(({ reference = '' }) => (/^[.a-z]+\/\S+$/.test(reference) ? [reference] : [])),
  );
  expect([...new Set(paths)].filter((path) => !existsSync(path))).toEqual([]);
});

test('only the 21 are said to be published; whatever began here says that it was drawn up here or after what', () => {
  const all = [...criteria.catalogue.values()];
  const published = all.filter(({ origin }) => origin === 'published').map(({ id }) => id);
  expect(published).toHaveLength(21);
  expect(published.every((id) => id.startsWith('QC_'))).toBe(true);
  expect(all.filter(({ log }) => log.some(({ reference }) => reference === undefined)).map(({ id }) => id)).toEqual([]);
});

test('every family and every capability of domain.md has criteria, and every criterion a kind of product', () => {
  // Copied by hand.
  const families =
    'GENERIC AUTHN ATTAUTH AUTHZ CREDMGMT INFOMODEL INFODISC MSG FILECRYPT FILEACC FILETRANS FILETRANSFSCH STORAGE METADATA DATAACC JOBEXEC PARALLEL JOBSCH INTERACTIVE WFLOW REMINST CLIENTAPI MON ACC VMMAN VMIMG'.split(
      ' ',
    );
  const ids = [...criteria.catalogue.keys()];
  expect(families.filter((family) => !ids.some((id) => id.startsWith(`${family}_`)))).toEqual([]);
  for (const part of ['DOC', 'DIST', 'SERVICE', 'SEC', 'SOFT', 'MISC'])
    expect(ids.some((id) => id.startsWith(`GENERIC_${part}_`))).toBe(true);
  const coverage = coverageOf(criteria, criteria.version);
  expect([coverage.capabilities, coverage.covered, coverage.missing]).toEqual([28, 28, []]);
  const mapped = new Set([...criteria.profiles.values()].flatMap((profile) => profile.criteria));
  expect(ids.filter((id) => !mapped.has(id))).toEqual([]);
});

test('no id of a released version is missing or given to something else', () => {
  const without = (id: string) =>
    files.map(({ path, text }) => ({ path, text: text.replace(`id: ${id}\n`, `id: ${id}9\n`) }));
  expect(() => parseCriteria(without('MSG_QUEUE_2'))).toThrow('MSG_QUEUE_2 of version 2.0 has vanished');
  const reused = files.map(({ path, text }) => ({
    path,
    text: text.replace('id: GENERIC_DOC_9', 'id: GENERIC_DOC_2'),
  }));
  expect(() => parseCriteria(reused)).toThrow('GENERIC_DOC_2 is superseded by another criterion');
});

test('what a draft adds is not asked for before it is released', () => {
  const drafted = files.map(({ path, text }) => ({
    path,
    text: path.endsWith('/security.yml') ? text.replaceAll("version: '1.0'", "version: '2.1'") : text,
  }));
  const ids = criteriaFor(parseCriteria(drafted), ['generic']).map(({ criterion }) => criterion.id);
  expect(ids).toContain('QC_SEC_2');
  expect(ids).not.toContain('QC_SEC_5');
});

test('a product has the criteria of all its profiles, critical as its traits say', () => {
  const shown = (profiles: string[]) =>
    criteriaFor(criteria, profiles).map(({ criterion, critical }) => `${criterion.id}${critical ? '!' : ''}`);
  expect(shown(['client-tools'])).toContain('QC_DOC_2!');
  expect(shown(['library'])).not.toContain('QC_DOC_2!');
  const both = shown(['generic', 'service']);
  expect(both).toEqual([...both].sort());
  expect(both.filter((id) => id.endsWith('!'))).toEqual(
    'GENERIC_DIST_6! QC_DIST_1! QC_DOC_1! QC_DOC_4! QC_DOC_5! QC_FUNC_1! QC_SEC_2! QC_SEC_5! QC_SEC_6! QC_SUPPORT_1!'.split(
      ' ',
    ),
  );
  expect(() => shown(['generic', 'cloud'])).toThrow('No profile cloud');
});

// domain.md section 4.
test.each([
  ['major', true, 'asked'],
  ['major', false, 'asked'],
  ['minor', true, 'asked'],
  ['minor', false, 'touched'],
  ['revision', true, 'asked'],
  ['revision', false, 'not asked'],
] as const)('a %s release, criterion of every release: %s → %s', (type, everyRelease, effort) => {
  expect(effortOf(type, { everyRelease })).toBe(effort);
});

test('all faults of all files at once', () => {
  const changed = files.map(({ path, text }) => ({
    path,
    text: text
      .replace('check: licence', 'checks: licence')
      .replace('profile: service', 'profile: daemon')
      .replace('id: QC_UPGRADE_1', 'id: QC_DIST_1'),
  }));
  try {
    parseCriteria(changed);
    expect.unreachable();
  } catch (accident) {
    const { faults } = accident as { faults: { sentence: string; where: { file: string; line?: number } }[] };
    const shown = faults.map(({ sentence, where }) => `${where.file}: ${sentence}`);
    expect(shown).toContain('criteria/catalogue/documentation.yml: criteria.4 has an unknown key "checks".');
    expect(shown).toContain('criteria/catalogue/distribution.yml: QC_DIST_1 stands twice; ids are never reused.');
    expect(shown).toContain('criteria/profiles/service.yml: The profile calls itself daemon.');
    expect(faults.find(({ sentence }) => sentence.includes('"checks"'))?.where.line).toBeGreaterThan(70);
  }
});
