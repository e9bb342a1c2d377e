import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostSources } from './apt-sources.ts';

/** An /etc/apt with these files. */
function withEtc<T>(files: Readonly<Record<string, string>>, look: (etc: string) => T): T {
  const etc = mkdtempSync(join(tmpdir(), 'apt-'));
  mkdirSync(join(etc, 'sources.list.d'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(etc, path), text);
  try {
    return look(etc);
  } finally {
    rmSync(etc, { recursive: true });
  }
}

// The forms of sources.list(5); hosts are examples.
const DEB822 = `Types: deb deb-src
# a comment
URIs: http://archive.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://archive.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://other.example/debian
Suites: bookworm
Components: main
`;
const ONE_LINE = `# deb http://old.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/keys/a.gpg] http://archive.example/debian bookworm main non-free # mine
deb-src http://archive.example/debian bookworm main
`;

test('both forms are read: suite, updates and security, enabled binaries only', () => {
  withEtc({ 'sources.list.d/debian.sources': DEB822, 'sources.list.d/x.sources.disabled': ONE_LINE }, (etc) => {
    expect(hostSources('bookworm', etc, 'bookworm')).toEqual([
      'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://archive.example/debian bookworm main contrib',
      'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://archive.example/debian bookworm-updates main contrib',
      'deb http://archive.example/debian-security bookworm-security main',
    ]);
  });
  withEtc({ 'sources.list': ONE_LINE }, (etc) => {
    expect(hostSources('bookworm', etc, 'bookworm')).toEqual([
      'deb [signed-by=/etc/keys/a.gpg] http://archive.example/debian bookworm main non-free',
    ]);
  });
});

test('another suite is sought where the host finds its own', () => {
  withEtc({ 'sources.list': ONE_LINE }, (etc) => {
    expect(hostSources('trixie', etc, 'bookworm')).toEqual([
      'deb [signed-by=/etc/keys/a.gpg] http://archive.example/debian trixie main non-free',
    ]);
    expect(() => hostSources('trixie', etc, 'noble')).toThrow("The host's apt sources name no archive with trixie");
  });
});
