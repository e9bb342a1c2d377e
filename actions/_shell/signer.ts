import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusal, throwAll } from '#core/fault-codes.ts';
import { readSigningKey } from '#core/repository/signing-key.ts';
import { command } from './command.ts';
import { proveSigner } from './signer-proof.ts';

export type SignatureKind = 'clearsign' | 'detach';

/** Signs repository metadata. Another holder of the key (a token, a service) fits behind the same port. */
export interface Signer {
  readonly fingerprint: string;
  /** Armored, for `keys/` and client files. */
  readonly publicKey: string;
  /** What clients will refuse of the key within months: sentences. */
  readonly warnings: readonly string[];
  /** InRelease: text and signature in one. */
  clearsign(text: string): Promise<Buffer>;
  /** repomd.xml.asc: armored, apart. */
  detach(bytes: string | Uint8Array): Promise<Buffer>;
  /**
   * So many of a kind will be wanted soon: begins with what needs no text, because to start takes a program longer than
   * to sign. @returns lets go of those that were not used
   */
  expect(kind: SignatureKind, count: number): () => void;
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
  const gpg = gpgIn(home);
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

type Bytes = string | Uint8Array;
export type Gpg = (args: readonly string[], input?: Bytes | Promise<Bytes>) => Promise<Buffer>;

export function gpgIn(home: string): Gpg {
  return (args, input) => {
    const all = ['--homedir', home, '--batch', '--no-tty', '--quiet', ...args];
    return command('gpg', all, input === undefined ? {} : { input });
  };
}

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
/** The same of a key that somebody's agent holds: no empty passphrase is tried, which a token would count as a wrong one. */
export const UNLOCKED = ['--pinentry-mode', 'error'];

/** What gpg would do besides: it looks after its web of trust, which nobody asks here. */
const UNBOTHERED = ['--no-auto-check-trustdb', '--trust-model', 'always'];

export function signing(
  gpg: Gpg,
  home: string,
  fingerprint: string,
  unasked: readonly string[] = UNASKED,
): Pick<Signer, SignatureKind | 'expect' | 'signRpm'> {
  const how = [...unasked, ...UNBOTHERED, '--local-user', fingerprint, '--digest-algo', 'SHA512', '--armor'];
  const pens = { clearsign: penCase(gpg, [...how, '--clearsign']), detach: penCase(gpg, [...how, '--detach-sign']) };
  return {
    clearsign: pens.clearsign.sign,
    detach: pens.detach.sign,
    expect: (kind, count) => pens[kind].fill(count),
    signRpm: async (path) => {
      // rpm writes its own command line for gpg; what is in it is ours: a folder, a fingerprint, file names of rpm's.
      const asked = `gpg --batch --no-tty ${unasked.map((word) => word || '""').join(' ')} --no-armor --digest-algo SHA512 -u "%{_gpg_name}" -sbo %{__signature_filename} %{__plaintext_filename}`;
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

interface Pen {
  write(bytes: Bytes): Promise<Buffer>;
  drop(): void;
}

/** Programs that wait for what they shall sign. */
function penCase(gpg: Gpg, args: readonly string[]) {
  const waiting: Pen[] = [];
  return {
    sign: (bytes: Bytes): Promise<Buffer> => waiting.pop()?.write(bytes) ?? gpg(args, bytes),
    fill: (count: number) => {
      const filled = Array.from({ length: count }, () => pen(gpg, args));
      waiting.push(...filled);
      return () => {
        for (const one of filled.filter((left) => waiting.includes(left))) {
          waiting.splice(waiting.indexOf(one), 1);
          one.drop();
        }
      };
    },
  };
}

function pen(gpg: Gpg, args: readonly string[]): Pen {
  let write: (bytes: Bytes) => void = () => {};
  let drop: () => void = () => {};
  const text = new Promise<Bytes>((given, dropped) => {
    [write, drop] = [given, () => dropped(new Error('Nothing was to be signed.'))];
  });
  const signed = gpg(args, text);
  signed.catch(() => {}); // told to whoever writes
  return {
    write: (bytes) => {
      write(bytes);
      return signed;
    },
    drop: () => drop(),
  };
}
