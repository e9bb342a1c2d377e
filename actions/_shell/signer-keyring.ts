import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { ProvisioningError } from '#core/faults.ts';
import { writeDurably } from './durable.ts';
import { describeKey, gpgIn, type Signer, signing, UNLOCKED } from './signer.ts';
import { proveSigner } from './signer-proof.ts';

interface Keyring {
  /** GnuPG's folder. */
  readonly home: string;
  readonly fingerprint: string;
  /** Where it may be remembered that the key was looked at today. */
  readonly memory?: string;
}

interface Remembered {
  readonly home: string;
  readonly publicKey: string;
  readonly warnings?: readonly string[];
  /** ISO 8601. */
  readonly looked: string;
  readonly expires?: string;
}

const DAY = 86_400_000;

/**
 * A signer by a key that an agent of this machine holds already, or a token behind it; nothing of it is touched. The key
 * is looked at once a day: that takes longer than signing.
 * @throws ProvisioningError SIGNER_KEY_INVALID, SIGNER_KEY_WEAK, SIGNER_KEY_EXPIRED
 */
export async function openKeyring({ home, fingerprint, memory }: Keyring, now: Date): Promise<Signer> {
  const gpg = gpgIn(home);
  const close = async () => {};
  const known = memory === undefined ? undefined : recall(memory, home, now);
  if (known !== undefined) {
    const { publicKey, warnings = [] } = known;
    return { fingerprint, publicKey, warnings, ...signing(gpg, home, fingerprint, UNLOCKED), close };
  }
  const { expires, ...key } = await describeKey(gpg, now, [fingerprint]).catch((cause: unknown) => {
    if (cause instanceof ProvisioningError && cause.code !== 'COMMAND_FAILED') throw cause;
    throw refusal('SIGNER_KEY_INVALID', `The agent of ${home} holds no secret key ${fingerprint}.`, { cause });
  });
  const signer = { ...key, ...signing(gpg, home, key.fingerprint, UNLOCKED), close };
  await proveSigner(signer);
  if (memory !== undefined) {
    const facts: Remembered = {
      ...{ home, publicKey: key.publicKey, warnings: key.warnings, looked: now.toISOString() },
      ...(expires === undefined ? {} : { expires: expires.toISOString() }),
    };
    mkdirSync(dirname(memory), { recursive: true });
    await writeDurably(memory, JSON.stringify(facts));
  }
  return signer;
}

function recall(memory: string, home: string, now: Date): Remembered | undefined {
  if (!existsSync(memory)) return undefined;
  const text = readFileSync(memory, 'utf8');
  const known = JSON.parse(text) as Remembered;
  const age = now.getTime() - Date.parse(known.looked);
  const over = known.expires !== undefined && Date.parse(known.expires) <= now.getTime();
  return known.home === home && age >= 0 && age < DAY && !over ? known : undefined;
}
