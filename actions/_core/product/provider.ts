import { type Parsed, parseYaml } from '#core/yaml.ts';

/** A technology provider: who may speak for it, and whose signatures are believed. */
export interface Provider {
  /** Upper case, `INFN`. */
  readonly shortName: string;
  readonly name: string;
  readonly contact: string;
  readonly technicalContact: string;
  /** Logins on the forge that may open its release pull requests. */
  readonly people: readonly string[];
  readonly keys: readonly ProviderKey[];
  /** Where it serves its packages. */
  readonly repositories: readonly ProviderRepository[];
}

export interface ProviderKey {
  /** Whole fingerprint, upper-case hexadecimal. */
  readonly fingerprint: string;
  /** Armored public key: path in the release repo, or absolute on the runner (local world). */
  readonly file: string;
}

export interface ProviderRepository {
  readonly format: 'rpm' | 'deb';
  readonly url: string;
  /** deb only. */
  readonly suite?: string;
  readonly components?: readonly string[];
}

const TEXT = { type: 'string', minLength: 1 };
const EMAIL = { type: 'string', pattern: '^[^\\s@]+@[^\\s@]+$' };
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['shortName', 'name', 'contact', 'technicalContact', 'people', 'keys', 'repositories'],
  properties: {
    shortName: { type: 'string', pattern: '^[A-Z0-9][A-Z0-9_-]*$' },
    name: TEXT,
    contact: EMAIL,
    technicalContact: EMAIL,
    people: { type: 'array', items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,38}$' } },
    keys: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['fingerprint', 'file'],
        properties: { fingerprint: { type: 'string', pattern: '^[0-9A-F]{40}([0-9A-F]{24})?$' }, file: TEXT },
      },
    },
    repositories: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['format', 'url'],
        properties: {
          format: { enum: ['rpm', 'deb'] },
          url: { type: 'string', pattern: '^https?://[^\\s]+$' },
          suite: TEXT,
          components: { type: 'array', items: TEXT },
        },
      },
    },
  },
};

/** `releases/providers/<TP>.yml`. Faults: YAML_MALFORMED, PROVIDER_INVALID. */
export function parseProvider(text: string, { file }: { file: string }): Parsed<Provider> {
  return parseYaml<Provider>(text, { file, schema: SCHEMA, code: 'PROVIDER_INVALID' });
}

/** Path of the provider's record in the release repo. */
export function providerPath(shortName: string): string {
  return `releases/providers/${shortName}.yml`;
}

/** Logins are compared as the forge does, without regard to case. */
export function speaksFor(provider: Provider, login: string): boolean {
  return provider.people.some((person) => person.toLowerCase() === login.toLowerCase());
}
