import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Distribution } from '#core/distribution/distribution.ts';
import { byText } from '#core/text.ts';
import { type Part, partsOf, type Source } from './parts.ts';
import { placeholder, type ReleaseTexts, type SevenTexts, TEXT_NAMES, type TextName } from './texts.ts';

/** Texts that are a part for each product, one after the other. */
const LISTED = ['releaseNotes', 'installationNotes', 'knownIssues', 'changeLog'] as const;

const EMPTY: Readonly<Record<(typeof LISTED)[number], string>> = {
  releaseNotes: 'See the change log.',
  installationNotes: 'No special steps: update with apt or dnf as usual.',
  knownIssues: 'None known.',
  changeLog: 'See the documentation of the products.',
};

interface About {
  readonly tag: string;
  readonly distribution: Pick<Distribution, 'title' | 'contact'>;
  /** Why it is urgent: then nothing is left for a person to write. */
  readonly emergency?: string;
}

/** The texts as they can be derived; nothing is taken from the release before. The same sources give the same texts. */
export function draftOf({ tag, distribution, emergency }: About, sources: readonly Source[]): ReleaseTexts {
  const parts = partsOf(sources);
  const version = tag.slice(tag.lastIndexOf('-') + 1);
  const what =
    emergency === undefined
      ? placeholder('what this release is about, in two or three sentences')
      : `Emergency release: ${emergency}`;
  const brought = parts.map(({ heading }) => `- ${heading}`).join('\n');
  const technical = [...new Set(sources.flatMap(({ product }) => product?.technicalContact ?? []))].sort(byText);
  const texts: SevenTexts = {
    description: `${what}\n\n${distribution.title} ${version} brings:\n${brought}`,
    contact: distribution.contact,
    technicalContact: technical.length === 0 ? distribution.contact : technical.join(', '),
    ...listed(parts),
  };
  return { release: tag, ppas: namesOf(sources), draft: digestOf(texts), texts };
}

function listed(parts: readonly Part[]): Pick<SevenTexts, (typeof LISTED)[number]> {
  const texts = LISTED.map((name) => [name, joined(parts, name) || EMPTY[name]]);
  return Object.fromEntries(texts) as Pick<SevenTexts, (typeof LISTED)[number]>;
}

function joined(parts: readonly Part[], name: (typeof LISTED)[number]): string {
  return parts
    .filter((part) => part[name] !== '')
    .map((part) => `**${part.heading}**\n${part[name]}`)
    .join('\n\n');
}

function namesOf(sources: readonly Source[]): string[] {
  return sources.map(({ lock }) => lock.ppa).sort(byText);
}

function digestOf(texts: SevenTexts): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(TEXT_NAMES.map((name) => [name, texts[name]])))));
}

/** Has no person changed a word since they were drafted? */
export function isUntouched({ draft, texts }: ReleaseTexts): boolean {
  return digestOf(texts) === draft;
}

/**
 * What the texts ought to be, given what they are. Untouched ones are drafted anew; in those that a person has worked on,
 * his words stay: what came in since is added at the end, and of what went the person is told where to look.
 */
export function draftAgain(current: ReleaseTexts | undefined, about: About, sources: readonly Source[]): ReleaseTexts {
  if (current === undefined || isUntouched(current)) return draftOf(about, sources);
  const names = namesOf(sources);
  const known = new Set(current.ppas);
  const added = partsOf(sources.filter(({ lock }) => !known.has(lock.ppa)));
  const gone = current.ppas.filter((ppa) => !names.includes(ppa));
  const texts = { ...current.texts } as Record<TextName, string>;
  for (const name of LISTED) texts[name] = extended(texts[name], joined(added, name), EMPTY[name]);
  const notes = gone.map((ppa) =>
    placeholder(`${ppa} is not in this release any more; remove what the texts say of it, and this line`),
  );
  texts.releaseNotes = extended(texts.releaseNotes, notes.join('\n'), '');
  return { ...current, ppas: names, texts };
}

function extended(text: string, more: string, empty: string): string {
  if (more === '') return text;
  return text.trim() === empty ? more : `${text.trimEnd()}\n\n${more}`;
}
