import { fault, throwAll } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { byText } from '#core/text.ts';
import { type Parsed, parseYaml } from '#core/yaml.ts';
import type { Criteria, Criterion, Profile } from './criterion.ts';
import { CATALOGUE_SCHEMA, PROFILE_SCHEMA, VERSIONS_SCHEMA } from './schema.ts';

export interface CriteriaFile {
  /** `criteria/catalogue/generic.yml` */
  readonly path: string;
  readonly text: string;
}

interface Version {
  readonly version: string;
  readonly state: 'FINAL' | 'DRAFT' | 'DEPRECATED';
}

/**
 * Everything below `criteria/` that is catalogue, profile or `versions.yml`; other files are passed over.
 * @throws ProvisioningError CRITERIA_INVALID, YAML_MALFORMED, with all faults of all files.
 */
export function parseCriteria(files: readonly CriteriaFile[]): Criteria {
  const faults: Fault[] = [];
  const read = <T>(folder: RegExp, schema: object): { path: string; value: T }[] =>
    files
      .filter(({ path }) => folder.test(path))
      .sort((left, right) => byText(left.path, right.path))
      .flatMap(({ path, text }) => {
        const parsed: Parsed<T> = parseYaml<T>(text, { file: path, schema, code: 'CRITERIA_INVALID' });
        faults.push(...parsed.faults);
        return parsed.value === undefined ? [] : [{ path, value: parsed.value }];
      });

  const families = read<{ criteria: Criterion[] }>(/^criteria\/catalogue\/[a-z0-9-]+\.yml$/, CATALOGUE_SCHEMA);
  const profiles = read<Profile>(/^criteria\/profiles\/[a-z0-9-]+\.yml$/, PROFILE_SCHEMA);
  const versions = read<{ versions: Version[] }>(/^criteria\/versions\.yml$/, VERSIONS_SCHEMA);
  const catalogue = new Map<string, Criterion>();
  for (const { path, value } of families)
    for (const criterion of value.criteria) {
      if (catalogue.has(criterion.id)) faults.push(wrong(path, `${criterion.id} stands twice; ids are never reused.`));
      catalogue.set(criterion.id, criterion);
    }
  for (const { path, value } of profiles) {
    if (!path.endsWith(`/${value.profile}.yml`)) faults.push(wrong(path, `The profile calls itself ${value.profile}.`));
    for (const id of value.criteria.filter((each) => !catalogue.has(each)))
      faults.push(wrong(path, `No criterion ${id} is in the catalogue.`));
  }
  const final = versions.flatMap(({ value }) => value.versions).find(({ state }) => state === 'FINAL');
  if (final === undefined) faults.push(wrong('criteria/versions.yml', 'No version is FINAL.'));
  throwAll(faults);
  const byName = new Map(profiles.map(({ value }) => [value.profile, value]));
  return { version: final?.version ?? '', catalogue, profiles: byName };
}

function wrong(file: string, sentence: string): Fault {
  return fault('CRITERIA_INVALID', sentence, { file });
}
