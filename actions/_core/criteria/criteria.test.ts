import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseYaml } from '#core/yaml.ts';
import { criteriaFor, effortOf } from './applied.ts';
import { type CriteriaFile, parseCriteria } from './parse.ts';

const files: CriteriaFile[] = readdirSync('criteria', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yml'))
  .map((name) => ({ path: `criteria/${name}`, text: readFileSync(`criteria/${name}`, 'utf8') }));
const criteria = parseCriteria(files);

test('the ids, names and criticality are those of domain.md section 5', () => {
  // Copied by hand: "(critical)" without and with a condition; nothing said means not critical or by case.
  expect([...criteria.catalogue.values()].map(({ id, critical }) => `${id} ${critical}`).sort()).toEqual([
    'QC_DIST_1 always',
    'QC_DOC_1 always',
    'QC_DOC_2 user-tool',
    'QC_DOC_4 service',
    'QC_DOC_5 always',
    'QC_FUNC_1 always',
    'QC_SEC_5 always',
    'QC_SEC_6 always',
    'QC_SUPPORT_1 always',
    'QC_UPGRADE_1 always',
  ]);
});

test('every capability that a criterion names is a capability', () => {
  const schema = { type: 'object' };
  const parsed = parseYaml<{ capabilities: string[] }>(readFileSync('criteria/capabilities.yml', 'utf8'), {
    file: '',
    schema,
    code: 'CAPABILITIES_INVALID',
  });
  const named = [...criteria.catalogue.values()].flatMap(({ capabilities }) => capabilities);
  expect(['generic', ...(parsed.value?.capabilities ?? [])]).toEqual(expect.arrayContaining(named));
});

test('a product has the criteria of all its profiles, critical as its traits say', () => {
  const shown = (profiles: string[]) =>
    criteriaFor(criteria, profiles).map(({ criterion, critical }) => `${criterion.id}${critical ? '!' : ''}`);
  expect(shown(['generic'])).toContain('QC_DOC_4');
  expect(shown(['generic', 'service'])).toEqual(
    'QC_DIST_1! QC_DOC_1! QC_DOC_4! QC_DOC_5! QC_FUNC_1! QC_SEC_5! QC_SEC_6! QC_SUPPORT_1! QC_UPGRADE_1!'.split(' '),
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
    expect(shown).toContain('criteria/catalogue/documentation.yml: criteria.3 has an unknown key "checks".');
    expect(shown).toContain('criteria/catalogue/distribution.yml: QC_DIST_1 stands twice; ids are never reused.');
    expect(shown).toContain('criteria/profiles/service.yml: The profile calls itself daemon.');
    expect(faults.find(({ sentence }) => sentence.includes('"checks"'))?.where.line).toBeGreaterThan(70);
  }
});
