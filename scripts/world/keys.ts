import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './process.ts';

export interface Key {
  readonly owner: string;
  /** Forty hexadecimal digits, upper case. */
  readonly fingerprint: string;
  /** Armored. */
  readonly public: string;
  readonly secret: string;
}

/** A throw-away key ring; its keys have no passphrase, so nothing that matters may be signed with them. */
export interface KeyRing {
  /** `rsa3072` or `ed25519`: the two kinds that every policy of today accepts (publishing.md, trap 11). */
  create(owner: string, kind: 'rsa3072' | 'ed25519'): Promise<Key>;
  /** Beside the file: `<file>.asc`, as yum repositories want it. */
  signDetached(file: string, key: Key, to?: string): Promise<void>;
  /** The file within its signature, as InRelease wants it. */
  signClear(file: string, key: Key, to: string): Promise<void>;
  /** Into the rpm's own header; changes the file. */
  signRpms(files: readonly string[], key: Key): Promise<void>;
  /** Ends the agent and removes the ring. */
  close(): Promise<void>;
}

const RPM_MACROS: readonly (readonly [string, string])[] = [
  ['__gpg', '/usr/bin/gpg'], // Debian's rpm does not know where it is (testbed.md, traps)
  ['_gpg_digest_algo', 'sha512'],
  ['_dbpath', '/nonexistent'], // the signer looks at no database
];

async function createKey(gpg: (...args: string[]) => Promise<string>, owner: string, kind: string): Promise<Key> {
  await gpg('--passphrase', '', '--quick-generate-key', owner, kind, 'sign', 'never');
  const listed = await gpg('--with-colons', '--list-secret-keys', `=${owner}`);
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1];
  if (fingerprint === undefined) throw new Error(`gpg made no key for ${owner}.`);
  const exported = { public: await gpg('--armor', '--export', fingerprint) };
  return { owner, fingerprint, ...exported, secret: await gpg('--armor', '--export-secret-keys', fingerprint) };
}

export async function openKeyRing(): Promise<KeyRing> {
  const home = await mkdtemp(join(tmpdir(), 'keys-')); // short: the agent's socket has a short name or none
  const gpg = (...args: string[]) => run('gpg', ['--homedir', home, '--batch', '--quiet', '--yes', ...args]);
  const sign = (key: Key, ...args: string[]) =>
    gpg('--local-user', key.fingerprint, '--digest-algo', 'SHA512', ...args);
  return {
    create: (owner, kind) => createKey(gpg, owner, kind),
    signDetached: async (file, key, to = `${file}.asc`) => {
      await sign(key, '--armor', '--output', to, '--detach-sign', file);
    },
    signClear: async (file, key, to) => {
      await sign(key, '--output', to, '--clear-sign', file);
    },
    signRpms: async (files, key) => {
      const macros = [...RPM_MACROS, ['_gpg_name', key.fingerprint] as const, ['_gpg_path', home] as const];
      const defines = macros.flatMap(([name, value]) => ['--define', `${name} ${value}`]);
      await run('rpmsign', ['--addsign', ...defines, ...files], { env: { GNUPGHOME: home } });
    },
    close: async () => {
      await run('gpgconf', ['--homedir', home, '--kill', 'all']);
      await rm(home, { recursive: true, force: true });
    },
  };
}
