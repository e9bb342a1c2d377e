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

/** One stanza: every field once, no empty line before its end. */
function ofDeb({ stanza }: DebFragment): Claims | undefined {
  const field = (name: string) => {
    const found = [...stanza.matchAll(new RegExp(`^${name}:(.*)$`, 'gim'))];
    return found.length === 1 ? found[0]?.[1]?.trim() : undefined;
  };
  const [name, version, arch, sha256] = [field('Package'), field('Version'), field('Architecture'), field('SHA256')];
  const [path, size] = [field('Filename'), field('Size')];
  if (!name || !version || !arch || !sha256 || path === undefined || size === undefined) return undefined;
  if (/\n\r*\n/.test(stanza) || !stanza.endsWith('\n')) return undefined;
  return { name, version: version.replace(/^0:/, ''), arch, sha256 };
}

/** One element in each of the three texts, all about the same digest. */
function ofRpm({ primary, filelists, other }: RpmFragment): Claims | undefined {
  if (![primary, filelists, other].every(isOneElement)) return undefined;
  const sha256 = once(primary, /<checksum type="sha256" pkgid="YES">([^<]*)<\/checksum>/g);
  const [name, arch] = [once(primary, /<name>([^<]*)<\/name>/g), once(primary, /<arch>([^<]*)<\/arch>/g)];
  const version = once(primary, /<version (epoch="[^"]*" ver="[^"]*" rel="[^"]*")\/>/g);
  const [, epoch = '', ver = '', rel = ''] = /^epoch="(.*)" ver="(.*)" rel="(.*)"$/.exec(version ?? '') ?? [];
  if (sha256 === undefined || name === undefined || arch === undefined || ver === '') return undefined;
  if (![filelists, other].every((text) => text.startsWith(`<package pkgid="${sha256}" name="${name}"`)))
    return undefined;
  return { name, version: `${epoch === '0' || epoch === '' ? '' : `${epoch}:`}${ver}-${rel}`, arch, sha256 };
}

function isOneElement(text: string): boolean {
  return text.startsWith('<package ') && text.lastIndexOf('<package ') === 0 && text.endsWith('</package>\n') && text.indexOf('</package>') === text.length - 11; // biome-ignore format: one thought
}

function once(text: string, pattern: RegExp): string | undefined {
  const found = [...text.matchAll(pattern)];
  return found.length === 1 ? found[0]?.[1] : undefined;
}
