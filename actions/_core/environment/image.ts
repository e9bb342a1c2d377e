/** Golden images of throw-away systems, described as data in `repos/images/<name>.yml`. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Parsed, parseYaml } from '#core/yaml.ts';

/** The rpm side of a root whose own packages are debs: one generated rpm provides what the root holds. */
export interface RpmOnDeb {
  readonly arch: string;
  readonly releasever: string;
  /** Name of the generated package. */
  readonly base: string;
  /** Further names and paths it provides besides what `rpmdeps` finds. */
  readonly names: readonly string[];
  readonly paths: readonly string[];
}

/** What makes a root a virtual machine: its packages hold a kernel, an initramfs, cloud-init and the guest agent. */
export interface VirtualMachine {
  /** MiB; grown on write. */
  readonly disk: number;
  /** MiB. */
  readonly memory: number;
}

export interface Image {
  /** File name without `.yml`. */
  readonly name: string;
  readonly title: string;
  /** By mmdebstrap from a Debian archive, or by dnf from the repositories of a machine of the platform. */
  readonly build: 'mmdebstrap' | 'dnf';
  /** `bookworm`; of a root by dnf its release, `9`. */
  readonly suite: string;
  readonly arch: string;
  readonly packages: readonly string[];
  readonly rpm?: RpmOnDeb;
  readonly vm?: VirtualMachine;
}

const words = (pattern: string) => ({ type: 'array', items: { type: 'string', pattern } });
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['title', 'build', 'suite', 'arch', 'packages'],
  properties: {
    title: { type: 'string', minLength: 1 },
    build: { enum: ['mmdebstrap', 'dnf'] },
    suite: { type: 'string', pattern: '^([a-z]+|[0-9]+)$' },
    arch: { type: 'string', pattern: '^[a-z0-9_]+$' },
    packages: words('^[A-Za-z0-9][A-Za-z0-9_+.-]+$'),
    vm: {
      type: 'object',
      additionalProperties: false,
      required: ['disk', 'memory'],
      properties: {
        disk: { type: 'integer', minimum: 1024, maximum: 65536 },
        memory: { type: 'integer', minimum: 256, maximum: 16384 },
      },
    },
    rpm: {
      type: 'object',
      additionalProperties: false,
      required: ['arch', 'releasever', 'base', 'names', 'paths'],
      properties: {
        arch: { type: 'string', pattern: '^[a-z0-9_]+$' },
        releasever: { type: 'string', pattern: '^[0-9.]+$' },
        base: { type: 'string', pattern: '^[a-z][a-z0-9-]+$' },
        names: words('^[A-Za-z0-9][A-Za-z0-9_+.()-]*$'),
        paths: words('^(/[A-Za-z0-9._+-]+)+$'),
      },
    },
  },
};

/** Raised when the recipe of the builder itself changes what comes out of an unchanged description. */
const RECIPE = 2;

/** `repos/images/<name>.yml`. Faults: YAML_MALFORMED, IMAGE_INVALID. */
export function parseImage(name: string, text: string): Parsed<Image> {
  const file = `repos/images/${name}.yml`;
  const { value, faults } = parseYaml<Omit<Image, 'name'>>(text, { file, schema: SCHEMA, code: 'IMAGE_INVALID' });
  return { value: value === undefined ? undefined : { name, ...value }, faults };
}

/** Lower-case hexadecimal sha256 over everything the image is made from; comments and order of keys do not count. */
export function imageDigest(image: Image): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify([RECIPE, sorted(image)]))));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}

/** `debian-12-0f3a9c…`: folder of a golden image below `<cache>/images`. */
export function imageFolder(image: Image): string {
  return `${image.name}-${imageDigest(image).slice(0, 12)}`;
}
