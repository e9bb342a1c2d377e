import { refusal } from '#core/fault-codes.ts';
import { sha256Text } from './digest.ts';
import { type DebFragment, PLACEHOLDER } from './fragment.ts';

/**
 * Cuts apt-ftparchive's `packages` output into one fragment per package, keyed by the package's sha256.
 * @throws ProvisioningError FRAGMENT_UNREADABLE when a stanza lacks what every package has.
 */
export function cutDeb(packages: string): ReadonlyMap<string, DebFragment> {
  const stanzas = packages.split(/\n\n+/).filter((stanza) => stanza.trim() !== '');
  return new Map(
    stanzas.map((text) => {
      const stanza = `${text.trimEnd()}\n`.replace(/^Filename: .*$/m, () => `Filename: ${PLACEHOLDER}`);
      return [field(text, 'SHA256'), { ...identity(text), stanza, digest: sha256Text(stanza) }];
    }),
  );
}

function identity(stanza: string) {
  return {
    format: 'deb' as const,
    name: field(stanza, 'Package'),
    version: field(stanza, 'Version'),
    arch: field(stanza, 'Architecture'),
    sha256: field(stanza, 'SHA256'),
    size: Number(field(stanza, 'Size')),
    file: field(stanza, 'Filename').replace(/^.*\//, ''),
  };
}

function field(stanza: string, name: string): string {
  const found = new RegExp(`^${name}: (.+)$`, 'm').exec(stanza)?.[1];
  if (found !== undefined) return found.trim();
  throw refusal('FRAGMENT_UNREADABLE', `apt-ftparchive's stanza has no ${name}: ${stanza.slice(0, 120)}`);
}
