import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusal, throwAll } from '#core/fault-codes.ts';
import { readSigningKey } from '#core/repository/signing-key.ts';
import { command } from './command.ts';
import { proveSigner } from './signer-proof.ts';

/** Signs repository metadata. Another holder of the key (a token, a service) fits behind the same port. */
export interface Signer {
  readonly fingerprint: string;
  /** Armored, for `keys/` and client files. */
  readonly publicKey: string;
  /** What clients will refuse of the key within months: sentences. */
  readonly warnings: readonly string[];
  /** InRelease: text and signature in one. */
  clearsign(text: string): Promise<Buffer>;
  /** Release.gpg, repomd.xml.asc: armored, apart. */
  detach(bytes: string | Uint8Array): Promise<Buffer>;
  /** Puts a signature into the header of an rpm of ours. */
  signRpm(path: string): Promise<void>;
  /** Ends the agent and removes the key from this machine. */
  close(): Promise<void>;
}

/**
 * A signer by gpg in a throw-away home; signatures are made with SHA-512.
 * @param secretKey one armored secret key without passphrase
 * @throws ProvisioningError SIGNER_KEY_INVALID, SIGNER_KEY_WEAK, SIGNER_KEY_EXPIRED: before anything is signed
 */
export async function openSigner(secretKey: string, now: Date): Promise<Signer> {
  const home = await mkdtemp(join(tmpdir(), 'signer-')); // short: the agent's socket lies in it
  const gpg = (args: readonly string[], input?: string | Uint8Array) =>
    command(
      'gpg',
      ['--homedir', home, '--batch', '--no-tty', '--quiet', ...args],
      input === undefined ? {} : { input },
    );
  const close = async () => {
    await command('gpgconf', ['--homedir', home, '--kill', 'all']).catch(() => {});
    await rm(home, { recursive: true, force: true });
  };
  try {
    return { ...(await unlock(gpg, home, secretKey, now)), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

export type Gpg = (args: readonly string[], input?: string | Uint8Array) => Promise<Buffer>;

async function unlock(gpg: Gpg, home: string, secretKey: string, now: Date): Promise<Omit<Signer, 'close'>> {
  await gpg(['--import'], secretKey).catch((cause: unknown) => {
    throw refusal('SIGNER_KEY_INVALID', 'The signing key cannot be read by gpg.', { cause });
  });
  const key = await describeKey(gpg, now);
  const by = signing(gpg, home, key.fingerprint);
  const { fingerprint, publicKey, warnings } = key;
  const signer = { fingerprint, publicKey, warnings, ...by };
  await proveSigner(signer);
  return signer;
}

/** What is known of the key, and that today's clients take it. */
export async function describeKey(gpg: Gpg, now: Date, which: readonly string[] = []) {
  const [colons, publicKey] = await Promise.all([
    gpg(['--with-colons', '--list-secret-keys', ...which]),
    gpg(['--armor', '--export', ...which]),
  ]);
  const packets = await gpg(['--list-packets'], publicKey);
  const { fingerprint, expires, faults, warnings } = readSigningKey(colons.toString(), packets.toString(), now);
  throwAll(faults);
  return { fingerprint, expires, warnings, publicKey: publicKey.toString() };
}

/** Nobody is asked: a protected key fails at once, where gpg would wait for a person that is not there. */
const UNASKED = ['--pinentry-mode', 'loopback', '--passphrase', ''];

export function signing(gpg: Gpg, home: string, fingerprint: string): Pick<Signer, 'clearsign' | 'detach' | 'signRpm'> {
  const sign = (how: readonly string[], bytes: string | Uint8Array) =>
    gpg([...UNASKED, '--local-user', fingerprint, '--digest-algo', 'SHA512', '--armor', ...how], bytes);
  return {
    clearsign: (text) => sign(['--clearsign'], text),
    detach: (bytes) => sign(['--detach-sign'], bytes),
    signRpm: async (path) => {
      // rpm writes its own command line for gpg; what is in it is ours: a folder, a fingerprint, file names of rpm's.
      const asked = `gpg --batch --no-tty --pinentry-mode loopback --passphrase "" --no-armor --digest-algo SHA512 -u "%{_gpg_name}" -sbo %{__signature_filename} %{__plaintext_filename}`;
      const macros = {
        _gpg_name: fingerprint,
        _gpg_path: home,
        __gpg: '/usr/bin/gpg',
        __gpg_sign_cmd: `%{__gpg} ${asked}`,
      };
      const defines = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
      await command('rpmsign', [...defines, '--addsign', path], { env: { GNUPGHOME: home } });
    },
  };
}
