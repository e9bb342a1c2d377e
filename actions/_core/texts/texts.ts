import { dump } from 'js-yaml';
import { parseTag, type ReleaseTag } from '#core/calendar/tag.ts';
import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { type Parsed, parseYaml } from '#core/yaml.ts';

/** The texts of a release (domain.md section 7), `releases/umd/5/umd-5.1.0.yml`: drafted by the reconciler, finished by a person. */
export interface ReleaseTexts {
  /** The tag: `umd-5.1.0`. */
  readonly release: string;
  /** Names of the PPAs that are new in it, as the texts have them, sorted. */
  readonly ppas: readonly string[];
  /** sha256 of the texts as they were drafted: while it still fits, no person has changed a word. */
  readonly draft: string;
  readonly texts: SevenTexts;
}

/** domain.md section 7, "Texts of a release", in its order. Plain words or Markdown. */
export const TEXT_NAMES = [
  'description',
  'contact',
  'technicalContact',
  'releaseNotes',
  'installationNotes',
  'knownIssues',
  'changeLog',
] as const;
export type TextName = (typeof TEXT_NAMES)[number];
export type SevenTexts = Readonly<Record<TextName, string>>;

export const TITLES: SevenTexts = {
  description: 'Description',
  contact: 'Contact',
  technicalContact: 'Technical contact',
  releaseNotes: 'Release notes',
  installationNotes: 'Installation notes',
  knownIssues: 'Known issues',
  changeLog: 'Change log',
};

/** What only a person can write; as long as one stands, the release is refused. */
const PLACEHOLDER = /\[to be written\b[^\]]*\]/i;

export function placeholder(what: string): string {
  return `[to be written: ${what}]`;
}

/** `releases/umd/5/umd-5.1.0.yml` */
export function textsPath({ lane, version }: ReleaseTag): string {
  return `releases/${lane.distribution}/${lane.major}/${lane.distribution}-${version}.yml`;
}

/** The tag whose texts stand at a path; undefined when it is no such path. */
export function tagOfTexts(path: string): string | undefined {
  const name = /^releases\/[a-z0-9-]+\/\d+\/([a-z0-9.-]+)\.yml$/.exec(path)?.[1] ?? '';
  const tag = parseTag(name);
  return tag !== undefined && textsPath(tag) === path ? name : undefined;
}

const TEXT = { type: 'string', pattern: '\\S', maxLength: 60_000 };
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['release', 'ppas', 'draft', 'texts'],
  properties: {
    release: { type: 'string', minLength: 1 },
    ppas: { type: 'array', maxItems: 2000, items: { type: 'string', minLength: 1 } },
    draft: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    texts: {
      type: 'object',
      additionalProperties: false,
      required: [...TEXT_NAMES],
      properties: Object.fromEntries(TEXT_NAMES.map((name) => [name, TEXT])),
    },
  },
};

/** Faults: YAML_MALFORMED, TEXTS_INVALID (schema: each of the seven there and not empty; another release's). */
export function parseTexts(text: string, { file }: { readonly file: string }): Parsed<ReleaseTexts> {
  const parsed = parseYaml<ReleaseTexts>(text, { file, schema: SCHEMA, code: 'TEXTS_INVALID' });
  if (parsed.value === undefined || parsed.value.release === tagOfTexts(file)) return parsed;
  const sentence = `The texts are those of ${parsed.value.release}, the file is ${file}.`;
  return { value: undefined, faults: [fault('TEXTS_INVALID', sentence, { file })] };
}

/** What a person still has to write. */
export function unwritten({ texts }: ReleaseTexts): Fault[] {
  return TEXT_NAMES.filter((name) => PLACEHOLDER.test(texts[name])).map((name) => {
    const what = PLACEHOLDER.exec(texts[name])?.[0] ?? '';
    return fault('TEXTS_UNWRITTEN', `${TITLES[name]} still says "${what.slice(0, 200)}".`);
  });
}

const HEAD = `# The texts of a release. Drafted by the reconciler from release notes, verification reports and early adopters' findings;
# a person finishes them in this pull request: what is still to be written stands in brackets. Leave release, ppas and draft alone.
`;

export function renderTexts({ release, ppas, draft, texts }: ReleaseTexts): string {
  const ordered = Object.fromEntries(TEXT_NAMES.map((name) => [name, texts[name]]));
  return HEAD + dump({ release, ppas, draft, texts: ordered }, { lineWidth: -1, noRefs: true });
}
