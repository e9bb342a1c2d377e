import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { explain } from '#core/closure/chain.ts';
import { regressions } from '#core/closure/closure.ts';
import { buildRpm } from '#shell/testing/build-packages.ts';
import { type Part, type Question, solve } from './solve.ts';

const folder = mkdtempSync(join(tmpdir(), 'solve-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Digest of a stanza's package: its number, 64 digits long. */
const digest = (number: number) => String(number).padStart(64, '0');

function packages(id: string, stanzas: readonly string[], first = 0): Part & { kind: 'packages' } {
  const texts = stanzas.map((text, index) => {
    const [name = '', version = '', ...fields] = text.split(' | ');
    const rest = [...fields, `SHA256: ${digest(first + index)}`, 'Size: 1', 'Filename: x'];
    return `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\n${rest.join('\n')}\n`;
  });
  const path = join(folder, `${id}.Packages`);
  writeFileSync(path, texts.join('\n'));
  return { id, kind: 'packages', path };
}

const OWN = [
  'lib | 1.0',
  'lib | 2.0 | Conflicts: tool',
  'tool | 1.0 | Depends: lib (>= 1), python3',
  'far | 1.0 | Depends: near',
  'near | 1.0 | Depends: lib (= 1.0)',
  'sick | 1.0 | Depends: unheard-of',
  'python3 | 4.0',
  'weak | 1.0 | Recommends: unheard-of',
];
const BASE = ['python3 | 3.11', 'snake | 1.0 | Depends: python3 (<< 4)', 'other | 1.0 | Depends: unheard-of'];

function question(old: readonly number[], now: readonly number[]): Question {
  const own = [packages('umd', OWN)];
  const states = { old: old.map(digest), new: now.map(digest) };
  return { format: 'deb', arch: 'amd64', base: [packages('debian', BASE, 100)], own, states };
}
const told = async (old: readonly number[], now: readonly number[]) =>
  regressions(await solve(question(old, now))).map(explain);

test('what stays whole is no matter, and what was broken before neither', async () => {
  expect(await told([0, 2, 3, 4, 5], [0, 2, 3, 4, 5, 7])).toEqual([]);
});

test('dependants of what changes are named with the chain and who had it', async () => {
  expect(await told([0, 2, 3, 4], [1, 2, 3, 4])).toEqual([
    'far 1.0 (amd64) cannot be installed: far 1.0 (amd64) needs near; near 1.0 (amd64) needs lib = 1.0, which nothing has (lib 1.0 (amd64) of umd had it).',
    'near 1.0 (amd64) cannot be installed: near 1.0 (amd64) needs lib = 1.0, which nothing has (lib 1.0 (amd64) of umd had it).',
    'tool 1.0 (amd64) cannot be installed: tool 1.0 (amd64) needs lib >= 1; lib 2.0 (amd64) conflicts with tool 1.0 (amd64).',
  ]);
});

test('a package of the base breaks when ours hides what it needs; one that never worked does not count', async () => {
  expect(await told([], [6])).toEqual([
    'snake 1.0 (amd64) cannot be installed: snake 1.0 (amd64) needs python3 << 4, which nothing has (python3 3.11 (amd64) of debian had it).',
  ]);
});

test('dose-debcheck, another solver by other people, finds the same packages', async () => {
  const states: readonly (readonly number[])[] = [
    [0, 2, 3, 4, 5, 7],
    [1, 2, 3, 4, 5, 7],
  ];
  for (const held of states) {
    const { new: ours } = await solve(question([], held));
    const foreground = packages(
      'foreground',
      held.map((index) => OWN[index] as string),
    ).path;
    const background = packages('background', BASE).path;
    const { stdout } = spawnSync(
      'dose-debcheck',
      ['--failures', '--latest=99', `--fg=${foreground}`, `--bg=${background}`],
      {
        encoding: 'utf8',
      },
    );
    const theirs = [...stdout.matchAll(/^ {2}package: (\S+)/gm)].map(([, name]) => name);
    expect(ours.map(({ name }) => name).sort()).toEqual(theirs.sort());
  }
});

test('a package that the metadata lacks is told', async () => {
  await expect(solve(question([0], [0, 99]))).rejects.toMatchObject({ code: 'PUBLISHED_OUTDATED' });
});

/** Metadata of real rpms as createrepo_c writes it; gives the part and the digests by name. */
function yum(id: string, contents: readonly { name: string; version: string; depends?: string }[]) {
  const root = join(folder, id);
  mkdirSync(root);
  const built = contents.map((content) => buildRpm(root, content));
  execFileSync('createrepo_c', ['--quiet', '--no-database', '--simple-md-filenames', root]);
  const data = (name: string) => join(root, 'repodata', `${name}.xml.gz`);
  expect(readdirSync(join(root, 'repodata'))).toContain('primary.xml.gz');
  const part: Part = {
    ...{ id, kind: 'rpmmd', primary: data('primary'), filelists: data('filelists') },
    solv: join(folder, `${id}.solv`),
  };
  return { part, digests: built.map(({ sha256 }) => sha256) };
}

test('rpm: files, versions and names by the rules of rpm; the base from its kept binary form the second time', async () => {
  const base = yum('base', [{ name: 'os-tool', version: '1.0-1' }]);
  const own = yum('own', [
    { name: 'by-file', version: '1.0-1', depends: '/usr/bin/os-tool' },
    { name: 'by-lost-file', version: '1.0-1', depends: '/usr/bin/gone' },
    { name: 'by-tilde', version: '1.0-1', depends: 'os-tool >= 1.0~rc1' },
    { name: 'gone', version: '2.0-1' },
  ]);
  const [file, lost, tilde, gone] = own.digests as [string, string, string, string];
  const states = { old: [file, lost, tilde, gone], new: [file, lost, tilde] };
  const question: Question = { format: 'rpm', arch: 'x86_64', base: [base.part], own: [own.part], states };
  for (const _ of ['first', 'second']) {
    const closure = await solve(question);
    expect(closure.old).toEqual([]);
    expect(regressions(closure).map(explain)).toEqual([
      'by-lost-file 1.0-1 (noarch) cannot be installed: by-lost-file 1.0-1 (noarch) needs /usr/bin/gone, which nothing has (gone 2.0-1 (noarch) of own had it).',
    ]);
    expect(existsSync(join(folder, 'base.solv'))).toBe(true);
  }
});
