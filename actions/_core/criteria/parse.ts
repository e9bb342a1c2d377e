import { fault, throwAll } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { byText } from '#core/text.ts';
import { type Parsed, parseYaml } from '#core/yaml.ts';
import type { Criteria, CriteriaVersion, Criterion, PlannedVersion, Profile, Waiver } from './criterion.ts';
import type { FindingRule } from './findings.ts';
import type { ListedLicence } from './licences.ts';
import {
  CAPABILITIES_SCHEMA,
  CATALOGUE_SCHEMA,
  FINDINGS_SCHEMA,
  LICENCES_SCHEMA,
  PROFILE_SCHEMA,
  RELEASED_SCHEMA,
  VERSIONS_SCHEMA,
  WAIVERS_SCHEMA,
} from './schema.ts';
import { inconsistencies } from './sound.ts';

export interface CriteriaFile {
  /** `criteria/catalogue/generic.yml` */
  readonly path: string;
  readonly text: string;
}

/**
 * Everything below `criteria/`: catalogue, profiles, versions, waivers, findings, licences, capabilities, released lists; other files are
 * passed over.
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
  const released = read<{ version: string; criteria: string[] }>(/^criteria\/released\/[0-9.]+\.yml$/, RELEASED_SCHEMA);
  const [plan] = read<{ versions: CriteriaVersion[]; roadmap: PlannedVersion[] }>(
    /^criteria\/versions\.yml$/,
    VERSIONS_SCHEMA,
  );
  const waivers = read<{ waivers: Waiver[] }>(/^criteria\/waivers\.yml$/, WAIVERS_SCHEMA);
  const findings = read<{ findings: FindingRule[] }>(/^criteria\/findings\.yml$/, FINDINGS_SCHEMA);
  const licences = read<{ licences: ListedLicence[] }>(/^criteria\/licences\.yml$/, LICENCES_SCHEMA);
  const capabilities = read<{ capabilities: string[] }>(/^criteria\/capabilities\.yml$/, CAPABILITIES_SCHEMA);
  const catalogue = new Map<string, Criterion>();
  for (const { path, value } of families)
    for (const criterion of value.criteria) {
      if (catalogue.has(criterion.id))
        faults.push(fault('CRITERIA_INVALID', `${criterion.id} stands twice; ids are never reused.`, { file: path }));
      catalogue.set(criterion.id, criterion);
    }
  for (const { path, value } of profiles)
    if (!path.endsWith(`/${value.profile}.yml`))
      faults.push(fault('CRITERIA_INVALID', `The profile calls itself ${value.profile}.`, { file: path }));

  const versions = plan?.value.versions ?? [];
  const finals = versions.filter(({ state }) => state === 'FINAL').sort((left, right) => right.major - left.major);
  const criteria: Criteria = {
    version: finals[0]?.version ?? '',
    versions,
    roadmap: plan?.value.roadmap ?? [],
    catalogue,
    profiles: new Map(profiles.map(({ value }) => [value.profile, value])),
    waivers: waivers.flatMap(({ value }) => value.waivers),
    findings: findings.flatMap(({ value }) => value.findings),
    licences: licences.flatMap(({ value }) => value.licences),
    capabilities: capabilities.flatMap(({ value }) => value.capabilities),
    released: new Map(released.map(({ value }) => [value.version, value.criteria])),
  };
  throwAll([...faults, ...inconsistencies(criteria)]);
  return criteria;
}
