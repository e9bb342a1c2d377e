import { expect, test } from 'vitest';
import { renderRelease } from './apt-metadata.ts';
import { clientFiles } from './client-files.ts';
import { sha256Text } from './digest.ts';
import { packageRow, renderIndexPage, snapshotsOn } from './index-page.ts';
import { renderRepomd } from './rpm-metadata.ts';
import { snapshotId } from './snapshot.ts';
import type { WantedRepository } from './wanted.ts';

const deb: WantedRepository = {
  id: 'umd-5/untested/debian-12/amd64',
  ...{ area: 'untested', lane: 'umd-5', os: 'debian-12', arch: 'amd64', part: '', format: 'deb' },
  ...{ path: 'sw/untested/umd/5/debian-12/amd64', suite: 'bookworm', packages: [] },
};
const rpm: WantedRepository = {
  id: 'umd-5/production/al9/x86_64/base',
  ...{ area: 'production', lane: 'umd-5', os: 'al9', arch: 'x86_64', part: 'base', format: 'rpm' },
  ...{ path: 'sw/production/umd/5/al9/x86_64/base', packages: [] },
};

test('Release, byte for byte', () => {
  const text = renderRelease({
    ...{
      origin: 'UMD',
      label: 'UMD-5-untested',
      suite: 'bookworm',
      description: 'Middleware',
      architectures: ['amd64'],
    },
    ...{ date: new Date('2026-03-01T09:05:07Z'), validUntil: new Date('2026-03-15T09:05:07Z'), optional: true },
    files: [{ path: 'main/binary-amd64/Packages', sha256: 'ab'.repeat(32), size: 1234 }],
  });
  expect(text).toBe(`Origin: UMD
Label: UMD-5-untested
Suite: bookworm
Codename: bookworm
Date: Sun, 01 Mar 2026 09:05:07 UTC
Valid-Until: Sun, 15 Mar 2026 09:05:07 UTC
NotAutomatic: yes
ButAutomaticUpgrades: yes
Acquire-By-Hash: yes
Architectures: amd64
Components: main
Description: Middleware
SHA256:
 ${'ab'.repeat(32)}      1234 main/binary-amd64/Packages
`);
});

test('repomd.xml, byte for byte', () => {
  const entry = {
    type: 'primary',
    href: 'repodata/x-primary.xml.gz',
    sha256: 'x',
    size: 1,
    openSize: 2,
  } as const;
  expect(renderRepomd('id', [entry])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<repomd xmlns="http://linux.duke.edu/metadata/repo" xmlns:rpm="http://linux.duke.edu/metadata/rpm">
  <revision>id</revision>
  <data type="primary">
    <checksum type="sha256">x</checksum>
    <location href="repodata/x-primary.xml.gz"/>
    <size>1</size>
    <open-size>2</open-size>
  </data>
</repomd>
`);
});

test('client files: on for production, off for untested; one key file for deb, the providers’ keys too for rpm', () => {
  const facts = {
    ...{
      publicUrl: 'https://repo.example',
      publicKey: 'BEGIN\n\nkey\nEND\n',
      packageKeys: ['keys/providers/INFN.asc'],
    },
    titles: { 'al9/x86_64': 'AlmaLinux 9' },
  };
  const files = clientFiles([deb, { ...deb, arch: 'arm64', path: deb.path.replace('amd64', 'arm64') }, rpm], facts);
  expect(Object.fromEntries(files.map(({ key, text }) => [key, text]))).toEqual({
    'clients/umd-5-al9/UMD-5-base.repo': `[UMD-5-base]
name=UMD-5-base for AlmaLinux 9
mirrorlist=https://repo.example/sw/production/umd/5/al9/$basearch/base/mirrorlist
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey=https://repo.example/keys/umd.asc
       https://repo.example/keys/providers/INFN.asc
priority=1
skip_if_unavailable=0
`,
    'clients/umd-5-debian-12/UMD-5-untested.sources': ['amd64', 'arm64']
      .map(
        (arch) => `# UMD-5-untested for debian-12
X-Repolib-Name: UMD-5-untested
Enabled: no
Types: deb
URIs: https://repo.example/sw/untested/umd/5/debian-12/${arch}
Suites: bookworm
Components: main
Architectures: ${arch}
Signed-By:
 BEGIN
 .
 key
 END
`,
      )
      .join('\n'),
  });
});

test("a snapshot's name does not change from one release of this code to the next", () => {
  // Literal on purpose: whoever changes what is rendered must count RENDERING up, and then this.
  expect(snapshotId(rpm, [], sha256Text)).toBe('d8f5a7f8cf49a5136c6843eaae8bc9d01bfa1badfbfbc87ba0b24590ea327c84');
  expect(snapshotId({ ...rpm, path: 'sw/elsewhere' }, [], sha256Text)).not.toBe(snapshotId(rpm, [], sha256Text));
});

test('pages escape what packages say of themselves', () => {
  const fragment = {
    format: 'deb',
    name: '<b>&"',
    version: '1',
    arch: 'all',
    sha256: 'a',
    size: 1,
    file: 'f',
    digest: '',
    stanza: '',
  } as const;
  const section = { head: { ...deb, snapshot: 's' }, count: 1, snapshots: [], packages: packageRow(fragment, '<b>') };
  const page = renderIndexPage([section], 'https://repo.example');
  expect(page).toContain('&lt;b&gt;&amp;&quot;');
  expect(page).not.toContain('<b>');
});

test('a page lists the snapshots of its repository, each once, the shown one first; the next page takes them from it', () => {
  const at = (day: number) => new Date(Date.UTC(2026, 0, day, 12));
  const name = (letter: string) => letter.repeat(64);
  let page: string | undefined;
  const show = (letter: string, day: number, area: 'production' | 'testing' = 'production') => {
    const head = { ...deb, area, snapshot: name(letter) };
    const snapshots = snapshotsOn(page, head, at(day));
    page = renderIndexPage([{ head, count: 0, packages: '', snapshots }], 'https://repo.example');
    return snapshots.map(({ snapshot, since }) => `${snapshot.slice(0, 1)} ${since}`);
  };
  expect(show('a', 1)).toEqual(['a 2026-01-01T12:00']);
  expect(show('a', 2)).toEqual(['a 2026-01-01T12:00']);
  expect(show('b', 3)).toEqual(['b 2026-01-03T12:00', 'a 2026-01-01T12:00']);
  expect(show('a', 4)).toEqual(['a 2026-01-04T12:00', 'b 2026-01-03T12:00']);
  expect(show('c', 90)).toHaveLength(3);
  expect(page).toContain(`<a href="snapshots/${name('b')}/dists/bookworm/InRelease">`);
  expect(show('d', 100, 'testing')).toEqual(['d 2026-04-10T12:00', 'c 2026-03-31T12:00']);
});
