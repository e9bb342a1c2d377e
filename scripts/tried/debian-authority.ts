import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostSources } from '#shell/environment/apt-sources.ts';
import { mustRun } from '#shell/process.ts';
import type { SourceAuthority } from '#shell/verification/source-voucher.ts';

/** Debian as the provider of its own packages: the archive that this machine uses, by the keys of Debian's keyring. */
export async function debianAuthority(suite: string, keyring: string): Promise<SourceAuthority> {
  const lines = hostSources(suite).map((line) => line.replace(/\[[^\]]*\] /, '').split(' '));
  const suites = lines.map(([, url = '', of = '']) => ({ url, suite: of }));
  const home = mkdtempSync(join(tmpdir(), 'debian-keys-'));
  try {
    const gpg = ['gpg', '--homedir', home, '--batch', '--quiet', '--no-default-keyring', '--keyring', keyring];
    const listed = await mustRun([...gpg, '--with-colons', '--list-keys']);
    const fingerprints = [...listed.matchAll(/^pub:(?![rei]:)[^\n]*\nfpr:+([0-9A-F]+):/gm)].map(
      ([, found = '']) => found,
    );
    const keys = fingerprints.map(async (fingerprint) => ({
      fingerprint,
      armored: await mustRun([...gpg, '--armor', '--export', fingerprint]),
    }));
    return { suites, keys: await Promise.all(keys) };
  } finally {
    rmSync(home, { recursive: true });
  }
}
