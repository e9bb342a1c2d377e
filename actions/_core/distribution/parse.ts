import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { type Parsed, parseYaml } from '#core/yaml.ts';
import type { Distribution } from './distribution.ts';

const TEXT = { type: 'string', minLength: 1 };
const SLUG = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$' };
const TEXTS = { type: 'array', items: TEXT };
const ROLES = [
  'release-team',
  'verifier',
  'staged-rollout-manager',
  'release-manager',
  'early-adopter',
  'quality-criteria',
  'vulnerability-group',
  'technology-provider',
];

/** `host:apt-sources` and `host:dnf-repositories` stand for the runner's own, so that no mirror's address is kept in Git. */
const BASE = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'url'],
  properties: {
    id: { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]*$' },
    url: { type: 'string', pattern: '^(https?://[^\\s]+|host:apt-sources|host:dnf-repositories)$' },
    suite: TEXT,
    components: TEXTS,
    key: TEXT,
    trusted: { type: 'boolean' },
  },
};
const PLATFORM = {
  type: 'object',
  additionalProperties: false,
  required: ['os', 'arch', 'format', 'title', 'base', 'runsOn', 'environment'],
  properties: {
    os: SLUG,
    arch: { type: 'string', pattern: '^[a-z0-9_]+$' },
    format: { enum: ['rpm', 'deb'] },
    title: TEXT,
    suite: TEXT,
    base: { type: 'array', items: BASE },
    compression: { enum: ['gz', 'zst'] },
    runsOn: { type: 'array', minItems: 1, items: TEXT },
    environment: {
      type: 'object',
      additionalProperties: false,
      required: ['provider', 'image'],
      properties: { provider: SLUG, image: SLUG },
    },
  },
};
const TYPE_POLICY = {
  type: 'object',
  additionalProperties: false,
  required: ['reports'],
  properties: { reports: { type: 'integer', minimum: 1 }, days: { type: 'integer', minimum: 1 } },
};
const STAGED_ROLLOUT = {
  type: 'object',
  additionalProperties: false,
  properties: {
    types: {
      type: 'object',
      additionalProperties: false,
      properties: { major: TYPE_POLICY, minor: TYPE_POLICY, revision: TYPE_POLICY },
    },
    fallbackDays: { type: 'integer', minimum: 1 },
  },
};
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['distribution', 'title', 'contact', 'majors', 'platforms', 'teams'],
  properties: {
    distribution: SLUG,
    title: TEXT,
    contact: { type: 'string', pattern: '^[^\\s@]+@[^\\s@]+$' },
    majors: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['major', 'platforms'],
        properties: { major: { type: 'integer', minimum: 1, maximum: 9999 }, platforms: TEXTS },
      },
    },
    platforms: { type: 'object', additionalProperties: PLATFORM },
    teams: {
      type: 'object',
      additionalProperties: false,
      required: ROLES,
      properties: Object.fromEntries(ROLES.map((role) => [role, SLUG])),
    },
    stagedRollout: STAGED_ROLLOUT,
    tree: { const: 'current' },
    withdrawn: TEXTS,
  },
};

/** `repos/<distribution>.yml`. Faults: YAML_MALFORMED, DISTRIBUTION_INVALID; `soundOf` throws them when wanted. */
export function parseDistribution(text: string, { file }: { file: string }): Parsed<Distribution> {
  const parsed = parseYaml<Distribution>(text, { file, schema: SCHEMA, code: 'DISTRIBUTION_INVALID' });
  if (parsed.value === undefined) return parsed;
  const value = { ...parsed.value, withdrawn: parsed.value.withdrawn ?? [] };
  const faults = contradictions(value, file);
  return faults.length === 0 ? { value, faults } : { value: undefined, faults };
}

function contradictions({ platforms, majors }: Distribution, file: string): Fault[] {
  const wrong = Object.entries(platforms).flatMap(([key, { os, arch, format, suite }]) => [
    ...(key === `${os}/${arch}` ? [] : [`Platform "${key}" says it is ${os}/${arch}.`]),
    ...(format === 'deb' && suite === undefined ? [`Platform "${key}" is deb and names no suite.`] : []),
  ]);
  for (const { major, platforms: named } of majors)
    for (const key of named.filter((name) => platforms[name] === undefined))
      wrong.push(`Major ${major} names the platform "${key}" which is not declared.`);
  return wrong.map((sentence) => fault('DISTRIBUTION_INVALID', sentence, { file }));
}
