import { parseTag } from '#core/calendar/tag.ts';
import { quoted, table } from '#core/intake/markdown.ts';
import { parsePpaName } from '#core/ppa/ppa.ts';
import { byText } from '#core/text.ts';
import { parseTexts, TEXT_NAMES, TITLES, textsPath } from '#core/texts/texts.ts';
import type { TagCase } from './tag-judgement.ts';

type Noted = Pick<TagCase, 'locks' | 'fresh' | 'texts'>;

/** Text of the forge's release: its seven texts, then what is new since the releases before, from the locks. */
export function releaseNotes(tag: string, { locks, fresh: names, texts }: Noted): string {
  const fresh = locks.filter(({ ppa }) => names.includes(ppa)).sort((a, b) => byText(a.ppa, b.ppa));
  const rows = fresh.map((lock) => {
    const id = parsePpaName(lock.ppa);
    const platform = id === undefined ? '' : `${id.os}/${id.arch}`;
    const packages = lock.packages.map(({ name, version }) => `${name} ${version}`).join(', ');
    return [lock.provider, lock.product, lock.version, platform, lock.type, packages].map(quoted);
  });
  const head = ['provider', 'product', 'version', 'platform', 'type', 'packages'];
  const kept = locks.length - fresh.length;
  const rest = kept === 0 ? [] : [`Unchanged since the release before: ${kept} locks.`];
  const written = texts === undefined ? [] : renderedTexts(tag, texts);
  return [...written, `${tag} releases ${fresh.length} PPAs.`, table(head, rows), ...rest].join('\n\n');
}

/** Reviewed words, but made of strangers': Markdown stays, HTML and mentions that ring somebody do not. */
function renderedTexts(tag: string, text: string): string[] {
  const found = parseTag(tag);
  const value = found === undefined ? undefined : parseTexts(text, { file: textsPath(found) }).value;
  if (value === undefined) return [];
  const plain = (words: string) => words.trim().replaceAll('<', '&lt;').replaceAll('@', '&#64;');
  return TEXT_NAMES.map((name) => `## ${TITLES[name]}\n${plain(value.texts[name])}`);
}
