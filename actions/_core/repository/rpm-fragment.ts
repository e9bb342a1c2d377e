import { refusal } from '#core/fault-codes.ts';
import { sha256Text } from './digest.ts';
import { PLACEHOLDER, type RpmFragment } from './fragment.ts';

/** Open texts of one createrepo_c run. */
export interface RpmMetadata {
  readonly primary: string;
  readonly filelists: string;
  readonly other: string;
}

const ELEMENT = /<package [\s\S]*?<\/package>\n/g;
const ESCAPES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/**
 * Cuts createrepo_c's output into one fragment per package, keyed by the package's sha256. `<location>` gets the
 * placeholder and `<time file>` the build time, because both tell of the place of intake and not of the package.
 * @throws ProvisioningError FRAGMENT_UNREADABLE when an element lacks what every package has.
 */
export function cutRpm({ primary, filelists, other }: RpmMetadata): ReadonlyMap<string, RpmFragment> {
  const filelistsOf = byPkgid(filelists);
  const otherOf = byPkgid(other);
  const fragments = elements(primary).map((element) => {
    const sha256 = need(element, /<checksum type="sha256" pkgid="YES">([0-9a-f]{64})</);
    const texts = {
      primary: neutral(element),
      filelists: filelistsOf.get(sha256) ?? '',
      other: otherOf.get(sha256) ?? '',
    };
    if (texts.filelists === '' || texts.other === '')
      throw unreadable(`package ${sha256} is missing from filelists or other`);
    return [
      sha256,
      { ...identity(element, sha256), ...texts, digest: sha256Text(Object.values(texts).join('\0')) },
    ] as const;
  });
  return new Map(fragments);
}

function identity(element: string, sha256: string) {
  const epoch = need(element, /<version epoch="([^"]*)"/);
  const version = `${need(element, /<version [^>]*ver="([^"]*)"/)}-${need(element, /<version [^>]*rel="([^"]*)"/)}`;
  return {
    format: 'rpm' as const,
    name: need(element, /<name>([^<]*)</),
    version: epoch === '0' || epoch === '' ? version : `${epoch}:${version}`,
    arch: need(element, /<arch>([^<]*)</),
    sha256,
    size: Number(need(element, /<size package="(\d+)"/)),
    file: need(element, /<location href="(?:[^"]*\/)?([^"/]*)"/),
  };
}

function neutral(element: string): string {
  const build = need(element, /<time file="\d*" build="(\d+)"/);
  return element
    .replace(/<location [^>]*\/>/, () => `<location href="${PLACEHOLDER}"/>`)
    .replace(/<time file="\d*"/, () => `<time file="${build}"`);
}

function elements(text: string): readonly string[] {
  return text.match(ELEMENT) ?? [];
}

function byPkgid(text: string): ReadonlyMap<string, string> {
  return new Map(elements(text).map((element) => [need(element, /^<package pkgid="([0-9a-f]{64})"/), element]));
}

function need(element: string, pattern: RegExp): string {
  const found = pattern.exec(element)?.[1];
  if (found === undefined) throw unreadable(`nothing like ${pattern.source} in ${element.slice(0, 120)}`);
  return found.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ESCAPES[name] as string);
}

function unreadable(what: string): Error {
  return refusal('FRAGMENT_UNREADABLE', `createrepo_c's output cannot be cut: ${what}.`);
}
