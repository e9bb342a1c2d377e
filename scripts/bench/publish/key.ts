import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Key } from './types.ts';

/**
 * A fresh RSA-3072 key and its agent, running, for as long as some work takes: GnuPG 2.2's default for new keys, and of those
 * that every supported client takes the quickest to sign with, because rpm of Enterprise Linux 8 knows no Ed25519.
 */
export async function withKey<T>(work: (key: Key) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'key-'));
  const gpg = (...args: string[]) =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', '', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }); // biome-ignore format: one call
  try {
    gpg('--quick-generate-key', 'bench <bench@example.org>', 'rsa3072', 'sign', 'never');
    const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--list-keys'))?.[1] ?? '';
    return await work({ home, fingerprint });
  } finally {
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all'], { stdio: 'ignore' }); // must not hide what went wrong
    rmSync(home, { recursive: true, force: true });
  }
}
