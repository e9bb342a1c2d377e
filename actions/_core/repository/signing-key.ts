import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { outlook, type Trait } from './key-calendar.ts';

/** A key as gpg's colon listing tells (GnuPG, doc/DETAILS). */
export interface SigningKey {
  readonly fingerprint: string;
  /** Undefined when it has no end. */
  readonly expires: Date | undefined;
  readonly faults: readonly Fault[];
  /** What will be a fault within months. */
  readonly warnings: readonly string[];
}

/** OpenPGP public-key algorithm numbers (RFC 4880, 9.1; RFC 6637). */
const ALGORITHMS: Readonly<Record<string, string>> = { 1: 'rsa', 17: 'dsa', 19: 'ecdsa', 22: 'eddsa' };
/** Hash algorithm numbers (RFC 4880, 9.4) of what some client does not take. */
const DIGESTS: Readonly<Record<string, string>> = { 1: 'md5', 2: 'sha1', 3: 'ripemd160', 11: 'sha224' };
/** What a new signature is made with at least, whatever clients still take (publishing.md, trap 11). */
const LEAST_BITS: Readonly<Record<string, number>> = { rsa: 3072, ecdsa: 256, brainpool: 256, eddsa: 255 };

/**
 * Is this a key that today's clients take, and those of the next months?
 * @param colons `gpg --with-colons --list-secret-keys`
 * @param packets `gpg --list-packets` of the exported public key
 */
export function readSigningKey(colons: string, packets: string, now: Date): SigningKey {
  const rows = colons.split('\n').map((line) => line.split(':'));
  const keys = rows.filter(([kind]) => kind === 'sec' || kind === 'ssb');
  const [primary] = keys;
  const fingerprint = rows.find(([kind]) => kind === 'fpr')?.[9] ?? '';
  if (primary === undefined || keys.filter(([kind]) => kind === 'sec').length !== 1) {
    const sentence = `The signing key holds ${keys.length === 0 ? 'no secret key' : 'several secret keys'}.`;
    return { fingerprint, expires: undefined, faults: [fault('SIGNER_KEY_INVALID', sentence)], warnings: [] };
  }
  const expires = primary[6] ? new Date(Number(primary[6]) * 1000) : undefined;
  const signing = keys.filter((key) => key[11]?.includes('s'));
  const traits = [...signing.map(traitOf), ...certifications(packets, primary[4] ?? '')];
  const { refused, warnings } = outlook(traits, expires, now);
  const faults = [
    ...(primary[1] === 'r' ? [fault('SIGNER_KEY_INVALID', 'The signing key is revoked.')] : []),
    ...(expires !== undefined && expires <= now
      ? [fault('SIGNER_KEY_EXPIRED', `The signing key expired on ${expires.toISOString().slice(0, 10)}.`)]
      : []),
    ...signing.flatMap(weakness),
    ...refused.map((sentence) => fault('SIGNER_KEY_WEAK', `The signing key: ${sentence}`)),
  ];
  return { fingerprint, expires, faults, warnings };
}

/** Field 17 is the curve (GnuPG, doc/DETAILS). */
function traitOf(key: readonly string[]): Trait {
  const kind = key[16]?.startsWith('brainpool') ? 'brainpool' : (ALGORITHMS[key[3] ?? ''] ?? `algorithm ${key[3]}`);
  return { kind, bits: Number(key[2]) };
}

function weakness(key: readonly string[]): Fault[] {
  const { kind, bits = 0 } = traitOf(key);
  const least = LEAST_BITS[kind];
  if (least !== undefined && bits >= least) return [];
  return [fault('SIGNER_KEY_WEAK', `The signing key ${key[4]} has ${bits} bits (${kind}).`)];
}

/** The key's own signatures about itself: clients refuse a key whose self-signature is weak. */
function certifications(packets: string, keyid: string): readonly Trait[] {
  const signatures = packets.split(/^(?=:)/m).filter((packet) => packet.startsWith(':signature packet:'));
  return signatures
    .filter((packet) => packet.includes(`keyid ${keyid}`))
    .flatMap((packet) => {
      const digest = DIGESTS[/^\s+digest algo (\d+)/m.exec(packet)?.[1] ?? ''];
      const old = /^\s+version 3,/m.test(packet) ? [{ kind: 'v3' }] : [];
      return [...(digest === undefined ? [] : [{ kind: digest }]), ...old];
    });
}
