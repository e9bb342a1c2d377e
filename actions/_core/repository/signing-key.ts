import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';

/** A key as gpg's colon listing tells (GnuPG, doc/DETAILS). */
export interface SigningKey {
  readonly fingerprint: string;
  /** Undefined when it has no end. */
  readonly expires: Date | undefined;
  readonly faults: readonly Fault[];
}

/** OpenPGP public-key algorithm numbers (RFC 4880, 9.1; RFC 6637). */
const ALGORITHM = { RSA: '1', ECDSA: '19', EDDSA: '22' };
/** Hash algorithm numbers that no client trusts any more: MD5, SHA-1, RIPEMD-160. */
const WEAK_DIGESTS = ['1', '2', '3'];
const RSA_BITS = 3072;

/**
 * Is this a key that today's clients take?
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
    return { fingerprint, expires: undefined, faults: [fault('SIGNER_KEY_INVALID', sentence)] };
  }
  const expires = primary[6] ? new Date(Number(primary[6]) * 1000) : undefined;
  const faults = [
    ...(primary[1] === 'r' ? [fault('SIGNER_KEY_INVALID', 'The signing key is revoked.')] : []),
    ...(expires !== undefined && expires <= now
      ? [fault('SIGNER_KEY_EXPIRED', `The signing key expired on ${expires.toISOString().slice(0, 10)}.`)]
      : []),
    ...keys.filter((key) => key[11]?.includes('s')).flatMap(weakness),
    ...weakCertifications(packets, primary[4] ?? ''),
  ];
  return { fingerprint, expires, faults };
}

function weakness(key: readonly string[]): Fault[] {
  const [bits, algorithm] = [Number(key[2]), key[3] ?? ''];
  if (algorithm === ALGORITHM.EDDSA || (algorithm === ALGORITHM.ECDSA && bits >= 256)) return [];
  if (algorithm === ALGORITHM.RSA && bits >= RSA_BITS) return [];
  return [fault('SIGNER_KEY_WEAK', `The signing key ${key[4]} has ${bits} bits (algorithm ${algorithm}).`)];
}

/** The key's own signatures about itself: clients refuse a key whose self-signature is by SHA-1. */
function weakCertifications(packets: string, keyid: string): Fault[] {
  const signatures = packets.split(/^(?=:)/m).filter((packet) => packet.startsWith(':signature packet:'));
  const weak = signatures.some((packet) => {
    const digest = /^\s+digest algo (\d+)/m.exec(packet)?.[1] ?? '';
    return packet.includes(`keyid ${keyid}`) && WEAK_DIGESTS.includes(digest);
  });
  return weak ? [fault('SIGNER_KEY_WEAK', 'The signing key certifies itself with SHA-1 or MD5.')] : [];
}
