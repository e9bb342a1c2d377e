import { homedir } from 'node:os';
import { join } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { openSigner, type Signer } from './signer.ts';

/** What the environment gives to sign with: the one or the other. */
export interface SigningChoice {
  /** SIGNING_KEY: one armored secret key without passphrase. */
  readonly secretKey: string;
  /** SIGNING_FINGERPRINT: of a key that gpg's agent on this machine holds, or a token behind it; blanks do not count. */
  readonly fingerprint: string;
}

/**
 * The signer that was chosen. With a fingerprint no byte of the secret key comes here: gpg asks the agent of GNUPGHOME
 * (`~/.gnupg`), which must be able to sign without asking anybody.
 * @throws ProvisioningError SIGNER_KEY_INVALID, SIGNER_KEY_WEAK, SIGNER_KEY_EXPIRED
 */
export async function chosenSigner({ secretKey, fingerprint }: SigningChoice, now: Date): Promise<Signer> {
  const wanted = fingerprint.replace(/^0x|\s/g, '').toUpperCase();
  if (wanted === '' && secretKey.trim() === '')
    throw refusal(
      'SIGNER_KEY_INVALID',
      'There is nothing to sign with: neither SIGNING_KEY nor SIGNING_FINGERPRINT is set.',
    );
  if (wanted === '') return openSigner(secretKey, now);
  if (secretKey.trim() !== '')
    throw refusal('SIGNER_KEY_INVALID', 'SIGNING_KEY and SIGNING_FINGERPRINT are both set: which of them is meant?');
  if (!/^[0-9A-F]{40}$/.test(wanted))
    throw refusal(
      'SIGNER_KEY_INVALID',
      `"${fingerprint}" is no fingerprint: 40 hexadecimal digits (gpg --list-secret-keys).`,
    );
  const { openKeyring } = await import('./signer-keyring.ts'); // most have the key itself
  return openKeyring({ home: process.env.GNUPGHOME || join(homedir(), '.gnupg'), fingerprint: wanted }, now);
}
