import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { markdownOf } from '#core/document/markdown.ts';
import { parseProductCard } from '#core/product/card.ts';
import { soundOf } from '#core/yaml.ts';
import { criteriaFor } from './applied.ts';
import { changesBySource } from './coverage.ts';
import { documentsOf } from './documents.ts';
import { type CriteriaFile, parseCriteria } from './parse.ts';
import { releaseDraft } from './release.ts';
import { ofMajor } from './versions.ts';
import { expiredWaivers, waiverFor, waiversOfNothing } from './waivers.ts';

const files: CriteriaFile[] = readdirSync('criteria', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yml'))
  .map((name) => ({ path: `criteria/${name}`, text: readFileSync(`criteria/${name}`, 'utf8') }));
const criteria = parseCriteria(files);
const laidOver = (changed: Readonly<Record<string, string>>): CriteriaFile[] => [
  ...files.filter(({ path }) => changed[path] === undefined),
  ...Object.entries(changed).map(([path, text]) => ({ path, text })),
];

test('the draft becomes FINAL, the roadmap moves on, and nothing vanishes', () => {
  expect(() => releaseDraft(criteria, '2027-01-01')).toThrow('still to be reviewed');
  const changed = releaseDraft(criteria, '2027-03-02');
  const notes = 'criteria/released/2.1.md';
  expect(Object.keys(changed)).toEqual(['criteria/versions.yml', 'criteria/released/2.1.yml', notes]);
  // domain.md section 5: the six sources, by hand.
  expect([...(changed[notes] ?? '').matchAll(/^## From: ([a-z ]+) \(/gm)].map(([, source]) => source)).toEqual([
    'user community',
    'operations community',
    'deficiencies found',
    'vulnerability group',
    'reference implementations',
    'provider feedback',
  ]);
  expect(changed[notes]).toMatch(
    /From: operations community \(\d+\)\n\n- QC_DOC_5 Licence: The licence has to be on a list\./,
  );
  expect(changed[notes]).toContain('## From: provider feedback (0)\n\nNothing.');
  const after = parseCriteria(laidOver(changed));
  expect(after.version).toBe('2.1');
  expect(after.versions.map(({ version, state, date }) => `${version} ${state} ${date}`)).toEqual([
    '1.0 DEPRECATED 2026-03-02',
    '2.0 DEPRECATED 2026-09-01',
    '2.1 FINAL 2027-03-02',
    '2.2 DRAFT 2027-09-01',
  ]);
  // date -d '2027-09-01 +184 days', -90 and -42 days.
  expect(after.roadmap[1]).toEqual({ version: '2.3', date: '2028-03-03', reviews: ['2027-12-04', '2028-01-21'] });
  expect(releaseDraft(criteria, '2027-03-02')).toEqual(changed);
  // At once again: the next draft has its reviews before it.
  expect(() => releaseDraft(after, '2027-03-02')).toThrow(
    'Version 2.2 is still to be reviewed: 2027-06-01 and 2027-07-19',
  );
  expect(Object.keys(releaseDraft(after, '2027-09-01'))).toContain('criteria/released/2.2.yml');
});

test('each UMD major has its own FINAL: that of the older one stays in force for its products', () => {
  const versions = files.find(({ path }) => path.endsWith('versions.yml'))?.text ?? '';
  const next = versions.replace("{version: '2.1', state: DRAFT, major: 5", "{version: '2.1', state: DRAFT, major: 6");
  const six = parseCriteria(laidOver({ 'criteria/versions.yml': next }));
  const after = parseCriteria(laidOver(releaseDraft(six, '2027-03-02')));
  expect(after.versions.map(({ version, state, major }) => `${version} ${state} ${major}`)).toEqual([
    ...['1.0 DEPRECATED 5', '2.0 FINAL 5', '2.1 FINAL 6', '2.2 DRAFT 6'],
  ]);
  expect([5, 6, 7].map((major) => ofMajor(after, major).version)).toEqual(['2.0', '2.1', '2.1']);
  // One that begins in 2.1 is asked of UMD 6 alone.
  const textOf = (path: string) => files.find((each) => each.path === path)?.text ?? '';
  const [family, list] = ['criteria/catalogue/security.yml', 'criteria/released/2.0.yml'];
  const later = parseCriteria(
    laidOver({
      ...releaseDraft(six, '2027-03-02'),
      [family]: textOf(family).replace(/(id: GENERIC_SEC_6[\s\S]*?)version: '2\.0'/, "$1version: '2.1'"),
      [list]: textOf(list).replace('  - GENERIC_SEC_6\n', ''),
    }),
  );
  const asked = (major: number) => criteriaFor(ofMajor(later, major), ['service']).map(({ criterion: { id } }) => id);
  expect([asked(5).includes('GENERIC_SEC_6'), asked(6).includes('GENERIC_SEC_6')]).toEqual([false, true]);
});

test('a version that is out has its list, and nothing is slipped into it', () => {
  expect(() => parseCriteria(files.filter(({ path }) => !path.endsWith('/2.0.yml')))).toThrow(
    'its list of criteria is not there',
  );
  const acc = files.find(({ path }) => path.endsWith('/acc.yml'))?.text ?? '';
  const slipped = `${acc}${acc.slice(acc.indexOf('  - id: ACC_RECORD_1'), acc.indexOf('  - id: ACC_TRANSFER_1')).replace('ACC_RECORD_1', 'ACC_RECORD_9')}`;
  const late = () => parseCriteria(laidOver({ 'criteria/catalogue/acc.yml': slipped }));
  expect(late).toThrow('ACC_RECORD_9 says it began in version 2.0, which was released without it');
  const drafted = slipped.replace(/(ACC_RECORD_9[\s\S]*?)version: '2\.0'/, "$1version: '2.1'");
  expect(parseCriteria(laidOver({ 'criteria/catalogue/acc.yml': drafted })).catalogue.has('ACC_RECORD_9')).toBe(true);
});

test('two FINAL versions of one major, and a roadmap out of order, are refused', () => {
  const versions = files.find(({ path }) => path.endsWith('versions.yml'))?.text ?? '';
  const wrong = (text: string) => () => parseCriteria(laidOver({ 'criteria/versions.yml': text }));
  expect(wrong(versions.replace('DEPRECATED', 'FINAL'))).toThrow('Of one major two versions are FINAL');
  expect(wrong(versions.replace('2026-12-01, 2027-01-18', '2027-01-18, 2026-12-01'))).toThrow('in order');
  expect(wrong(versions.replace('state: DRAFT', 'state: DEPRECATED'))).toThrow('The one DRAFT');
  expect(wrong(versions.replace('reviews: [2027-06-01', "reviews: ['2027-02-30'"))).toThrow('2027-02-30 is no day');
});

test('a waiver is exact and ends with its last day', () => {
  const waiver = `{criterion: QC_SEC_5, product: voms, reason: the spool is shared on purpose, owner: vera, ticket: '#7', expires: 2027-01-31}`;
  const { waivers } = parseCriteria(laidOver({ 'criteria/waivers.yml': `waivers:\n  - ${waiver}\n` }));
  const about = { criterion: 'QC_SEC_5', product: 'voms' };
  expect(waiverFor({ waivers }, about, '2027-01-31')?.owner).toBe('vera');
  expect(waiverFor({ waivers }, about, '2027-02-01')).toBeUndefined();
  expect(waiverFor({ waivers }, { ...about, product: 'voms-clients' }, '2027-01-01')).toBeUndefined();
  expect(waiverFor({ waivers }, { ...about, criterion: 'QC_SEC_6' }, '2027-01-01')).toBeUndefined();
  expect(expiredWaivers({ waivers }, '2027-02-01')).toHaveLength(1);
  expect(waiversOfNothing({ waivers }, ['voms'])).toEqual([]);
  expect(waiversOfNothing({ waivers }, ['voms-clients'])).toHaveLength(1);
  // Each rule broken once, and nothing else.
  const said = (changed: string) => () =>
    parseCriteria(laidOver({ 'criteria/waivers.yml': `waivers:\n  - ${waiver}\n  - ${changed}\n` }));
  const other = waiver.replace('voms', 'bdii');
  expect(said(other)).not.toThrow();
  expect(said(waiver)).toThrow('QC_SEC_5 is waived twice for voms');
  expect(said(other.replace('QC_SEC_5', 'QC_SEC_99'))).toThrow('QC_SEC_99 is waived and not in the catalogue');
  expect(said(other.replace('2027-01-31', "'2027-02-31'"))).toThrow('ends on 2027-02-31, which is no day');
  expect(said(other.replace('bdii', '"*"'))).toThrow('product');
  expect(said(other.replace('the spool is shared on purpose', 'because'))).toThrow('reason');
  expect(said(other.replace(', owner: vera', ''))).toThrow('owner');
  expect(said(other.replace('expires: 2027-01-31', 'expires: never'))).toThrow('expires');
  const broken = waiver.replace('QC_SEC_5', 'QC_SEC_99').replace("'#7'", 'soon');
  expect(() => parseCriteria(laidOver({ 'criteria/waivers.yml': `waivers:\n  - ${broken}\n` }))).toThrow('ticket');
});

test('documents for every capability and every product, the same bytes each time', () => {
  const cards = readdirSync('releases/products')
    .filter((name) => name.endsWith('.yml'))
    .map((name) => soundOf(parseProductCard(readFileSync(`releases/products/${name}`, 'utf8'), { file: name })));
  const documents = documentsOf(criteria, cards);
  expect(documents).toHaveLength(1 + 1 + 28 + cards.length);
  expect(documents.filter(({ blocks }) => blocks.length < 4).map(({ path }) => path)).toEqual([]);
  expect(documentsOf(criteria, [...cards]).map(({ blocks }) => markdownOf(blocks))).toEqual(
    documents.map(({ blocks }) => markdownOf(blocks)),
  );
  const index = markdownOf(documents[0]?.blocks ?? []);
  expect(index).toContain('They cover 28 of 28 capabilities.');
  expect(index).toContain('### From: vulnerability group');
  const draft = markdownOf(documentsOf({ ...criteria, version: '2.1' }, cards)[0]?.blocks ?? []);
  expect(draft).toContain('# Quality Criteria 2.1');
  expect(draft).toContain('QC\\_DOC\\_5 Licence: The licence has to be on a list.'.replaceAll('\\', ''));
});

test('changes are counted by their source', () => {
  const first = changesBySource(criteria, '1.0');
  expect([...first].map(([source, changes]) => `${source} ${changes.length}`)).toEqual([
    'operations community 3',
    'reference implementations 5',
    'vulnerability group 2',
  ]);
});
