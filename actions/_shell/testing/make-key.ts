import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MadeKey {
  readonly secret: string;
  readonly public: string;
  readonly fingerprint: string;
}

interface Kind {
  /** gpg's name of the algorithm: `ed25519`, `rsa3072`. */
  readonly algorithm?: string;
  /** Seconds, or gpg's `2y`, `never`. */
  readonly expires?: string;
  readonly options?: readonly string[];
}

/** Runs something with gpg in a throw-away home; agent and home are gone afterwards. */
export function withGpg<T>(work: (gpg: (...args: readonly string[]) => string, home: string) => T): T {
  const home = mkdtempSync(join(tmpdir(), 'key-'));
  const gpg = (...args: readonly string[]) =>
    execFileSync(
      'gpg',
      ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', '', ...args],
      {
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
  try {
    return work(gpg, home);
  } finally {
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'], { stdio: 'pipe' });
    rmSync(home, { recursive: true });
  }
}

export function makeKey(name: string, { algorithm = 'ed25519', expires = 'never', options = [] }: Kind = {}): MadeKey {
  return withGpg((gpg) => {
    gpg(...options, '--quick-generate-key', `${name} <${name}@example.org>`, algorithm, 'sign', expires);
    const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--list-keys'))?.[1] ?? '';
    return { secret: gpg('--armor', '--export-secret-keys'), public: gpg('--armor', '--export'), fingerprint };
  });
}
