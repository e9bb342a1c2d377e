import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { command } from './command.ts';
import type { Signer } from './signer.ts';

/** Hash algorithms that a signature may be made with: SHA-256, SHA-384, SHA-512 (RFC 4880, 9.4). */
const DIGESTS: Readonly<Record<string, string>> = { 8: 'SHA-256', 9: 'SHA-384', 10: 'SHA-512' };
const TEXT = 'Origin: a trial\n';

/**
 * Does the signer really sign, with the key it claims, in a way that clients take? Asked before anything is published, of
 * whatever stands behind the port, and judged by gpgv with nothing but the key that clients are given.
 * @throws ProvisioningError SIGNER_KEY_INVALID, SIGNER_KEY_EXPIRED, SIGNER_KEY_WEAK
 */
export async function proveSigner(
  signer: Pick<Signer, 'fingerprint' | 'publicKey' | 'clearsign' | 'detach'>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'proof-'));
  const file = async (name: string, bytes: string | Uint8Array) => {
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  };
  try {
    const [apart, inline] = await signed(signer);
    const keyring = await file('keyring.gpg', dearmored(signer.publicKey));
    const gpgv = (...files: readonly string[]) =>
      // Ends with 1 for whatever is not good; the status lines say what.
      command('sh', ['-c', 'gpgv --status-fd 1 --keyring "$@" 2>/dev/null || true', 'sh', keyring, ...files]);
    judge((await gpgv(await file('text.asc', apart), await file('text', TEXT))).toString(), signer.fingerprint);
    judge((await gpgv(await file('inline.asc', inline))).toString(), signer.fingerprint);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * One after the other: at its first use gpg-agent writes the file of an imported key anew, and another signature at that
 * moment reads half of it ("Unmatched parentheses in S-expression", seen with GnuPG 2.2.40 on a busy machine).
 */
async function signed({ detach, clearsign }: Pick<Signer, 'detach' | 'clearsign'>) {
  try {
    const apart = await detach(TEXT);
    return [apart, await clearsign(TEXT)] as const;
  } catch (cause) {
    throw refusal(
      'SIGNER_KEY_INVALID',
      'The signing key does not sign; has it a passphrase, or is its token locked or gone?',
      { cause },
    );
  }
}

/** gpgv's status lines (GnuPG, doc/DETAILS): VALIDSIG's fields are … 8 hash algorithm, 10 fingerprint of the primary key. */
function judge(status: string, fingerprint: string): void {
  const line = (name: string) => new RegExp(`^\\[GNUPG:\\] ${name} (.*)$`, 'm').exec(status)?.[1]?.split(' ');
  if (line('EXPKEYSIG') !== undefined || line('KEYEXPIRED') !== undefined)
    throw refusal('SIGNER_KEY_EXPIRED', 'The key that signs has expired.');
  if (line('ERRSIG') !== undefined)
    throw refusal(
      'SIGNER_KEY_INVALID',
      `The signature is by ${line('ERRSIG')?.[0]}, which is not the key that clients are given.`,
    );
  if (line('BADSIG') !== undefined) throw refusal('SIGNER_KEY_INVALID', 'The signature does not fit what was signed.');
  const valid = line('VALIDSIG');
  if (valid === undefined) throw refusal('SIGNER_KEY_INVALID', 'What the signer gives is no signature.');
  const [digest = '', primary] = [valid[7], valid[9]];
  if (DIGESTS[digest] === undefined)
    throw refusal(
      'SIGNER_KEY_WEAK',
      `The signature is made with hash algorithm ${digest}, not with SHA-256 or better.`,
    );
  if (primary !== fingerprint)
    throw refusal('SIGNER_KEY_INVALID', `The signature is by ${primary}, not by ${fingerprint}.`);
}

/** gpgv wants a keyring without armor. */
function dearmored(armored: string): Uint8Array {
  const blocks = [
    ...armored.matchAll(/^-----BEGIN PGP PUBLIC KEY BLOCK-----\n(?:.+\n)*\n([\s\S]*?)^(?:=.*\n)?-----END/gm),
  ];
  return Buffer.concat(blocks.map(([, body = '']) => Buffer.from(body, 'base64')));
}
