import { fault } from '#core/fault-codes.ts';
import { type Fault, ProvisioningError } from '#core/faults.ts';

/** OpenPGP hash algorithms (RFC 9580 section 9.5) of today: SHA-256, SHA-384, SHA-512, SHA-224 is left out; MD5, SHA-1, RIPEMD refused. */
const MODERN_IDS = new Set(['8', '9', '10']);
const MODERN_NAMES = new Set(['SHA256', 'SHA384', 'SHA512']);

/** Long key id or fingerprint → fingerprint of the declared primary key, undefined when nobody declared it. */
export type SignerOf = (keyId: string) => string | undefined;

/** Signer's fingerprint, or what is wrong: PACKAGE_SIGNATURE_MISSING, _UNKNOWN, _BAD, _WEAK. */
export type Verdict = string | Fault;

function refuse(kind: 'MISSING' | 'UNKNOWN' | 'BAD' | 'WEAK', sentence: string): Fault {
  return fault(`PACKAGE_SIGNATURE_${kind}`, sentence);
}

/** @returns the signer @throws ProvisioningError with the verdict's fault */
export function signerFrom(verdict: Verdict): string {
  if (typeof verdict === 'string') return verdict;
  throw new ProvisioningError(verdict.code, verdict.sentence, verdict.hint);
}

/**
 * Reads `rpmkeys --checksig -v`. Only a signature of the header counts: it covers the payload by its SHA-256 digest,
 * the old header-and-payload ones end in MD5.
 * @param ids long key ids of the header's signature tags, as `%{RSAHEADER:pgpsig}` names them
 */
export function rpmVerdict(
  { code, stdout }: { code: number; stdout: string },
  ids: string,
  signerOf: SignerOf,
): Verdict {
  if (/: BAD\b/.test(stdout)) return refuse('BAD', 'The package was changed after it was signed.');
  const found = [...stdout.matchAll(/^\s*Header V\d+ \w+\/(\w+) Signature, key ID ([0-9a-f]+): (\w+)/gm)];
  const [, id = ''] = /Key ID ([0-9a-f]{16})/.exec(ids) ?? [];
  if (found.length === 0) return refuse('MISSING', 'The package bears no signature of its header.');
  if (found.some(([, , , result]) => result === 'NOKEY'))
    return refuse('UNKNOWN', `The package is signed by ${id || found[0]?.[2]}, which the provider has not declared.`);
  const weak = found.find(([, digest = '']) => !MODERN_NAMES.has(digest));
  if (weak !== undefined) return refuse('WEAK', `The package's signature is made with ${weak[1]}.`);
  const signer = signerOf(id);
  if (code !== 0 || signer === undefined || !/Payload SHA256 digest: OK/.test(stdout))
    return refuse('BAD', 'rpm does not accept the signature of the package.');
  return signer;
}

/** Reads `gpgv --status-fd` (GnuPG's doc/DETAILS): the first good signature of a declared key decides, a bad one refuses all. */
export function gpgVerdict(status: string, signerOf: SignerOf): Verdict {
  const lines = status.split('\n').filter((line) => line.startsWith('[GNUPG:] '));
  const words = lines.map((line) => line.slice('[GNUPG:] '.length).split(' '));
  const unknown = words.find(([name]) => name === 'ERRSIG' || name === 'NO_PUBKEY')?.[1];
  if (words.some(([name]) => name === 'BADSIG')) return refuse('BAD', 'The text was changed after it was signed.');
  const expired = words.find(([name]) => ['EXPSIG', 'EXPKEYSIG', 'REVKEYSIG'].includes(name ?? ''));
  const valid = words.filter(([name], at) => name === 'VALIDSIG' && isGood(words.slice(0, at)));
  const modern = valid.find((fields) => MODERN_IDS.has(fields[8] ?? ''));
  const signer = modern === undefined ? undefined : signerOf(modern[10] ?? modern[1] ?? '');
  if (signer !== undefined) return signer;
  if (valid.length > 0) return refuse('WEAK', 'The signature is made with a digest that is no longer safe.');
  if (expired !== undefined) return refuse('BAD', `The signature or its key ${expired[1]} has expired or was revoked.`);
  if (unknown !== undefined) return refuse('UNKNOWN', `Signed by ${unknown}, which the provider has not declared.`);
  return refuse('MISSING', 'There is no signature.');
}

/** VALIDSIG follows expired and revoked keys as well: what stands last before it says how it is meant. */
function isGood(before: readonly (readonly string[])[]): boolean {
  const kinds = ['GOODSIG', 'EXPSIG', 'EXPKEYSIG', 'REVKEYSIG', 'BADSIG', 'ERRSIG'];
  return before.findLast(([name]) => kinds.includes(name ?? ''))?.[0] === 'GOODSIG';
}
