import type { DebFragment, Fragment, RpmFragment } from './fragment.ts';

/** What the texts of a fragment, which are signed as they are, say of the package they are about. */
export interface Claims {
  readonly name: string;
  /** As in a lock, epoch 0 left out. */
  readonly version: string;
  readonly arch: string;
  readonly sha256: string;
}

/**
 * What would be signed, read from the very texts and not from what stands beside them.
 * @returns undefined when they are not about one package and nothing else: a second one could hide behind the first
 */
export function claimsOf(fragment: Fragment): Claims | undefined {
  return fragment.format === 'deb' ? ofDeb(fragment) : ofRpm(fragment);
}

/** What a stanza must say once, however it is spelled: apt does not tell capitals from small letters here. */
const FIELDS = /^(Package|Version|Architecture|SHA256|Filename|Size):(.*)$/gim;

/** One stanza: every field once, no empty line before its end. */
function ofDeb({ stanza }: DebFragment): Claims | undefined {
  if (!stanza.endsWith('\n') || /\n\r*\n/.test(stanza)) return undefined;
  const said = new Map<string, string>();
  for (const [, field = '', value = ''] of stanza.matchAll(FIELDS)) {
    if (said.has(field.toLowerCase())) return undefined;
    said.set(field.toLowerCase(), value.trim());
  }
  const [name, version, arch, sha256] = ['package', 'version', 'architecture', 'sha256'].map((one) => said.get(one));
  if (!name || !version || !arch || !sha256 || !said.has('filename') || !said.has('size')) return undefined;
  return { name, version: version.replace(/^0:/, ''), arch, sha256 };
}

/** One element in each of the three texts, all about the same digest. */
function ofRpm({ primary, filelists, other }: RpmFragment): Claims | undefined {
  if (![primary, filelists, other].every(isOneElement)) return undefined;
  const [name, arch] = [only(primary, '<name', '>', '</name>'), only(primary, '<arch', '>', '</arch>')];
  const sha256 = only(primary, '<checksum', ' type="sha256" pkgid="YES">', '</checksum>');
  const [, epoch = '', ver = '', rel = ''] =
    /^"([^"]*)" ver="([^"]*)" rel="([^"]*)$/.exec(only(primary, '<version', ' epoch=', '"/>') ?? '') ?? [];
  if (!name || !arch || !sha256 || ver === '') return undefined;
  const about = `<package pkgid="${sha256}" name="${name}"`;
  if (!filelists.startsWith(about) || !other.startsWith(about)) return undefined;
  return { name, version: `${epoch === '0' || epoch === '' ? '' : `${epoch}:`}${ver}-${rel}`, arch, sha256 };
}

function isOneElement(text: string): boolean {
  const end = text.length - '</package>\n'.length;
  return text.startsWith('<package ') && text.lastIndexOf('<package ') === 0 && text.indexOf('</package>') === end && text.endsWith('\n'); // biome-ignore format: one thought
}

/** What stands in the one element that begins so; undefined when there are two, or when it is written otherwise. */
function only(text: string, tag: string, rest: string, end: string): string | undefined {
  const at = text.indexOf(tag);
  if (at < 0 || text.indexOf(tag, at + 1) >= 0 || !text.startsWith(rest, at + tag.length)) return undefined;
  const from = at + tag.length + rest.length;
  return text.slice(from, text.indexOf(end, from));
}
