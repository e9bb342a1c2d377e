import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareDeb } from './deb.ts';
import { parsePackageFileName } from './file-name.ts';
import { compareRpm } from './rpm.ts';

type Pair = readonly [left: string, right: string];

/** Where implementations are known to differ: from rpm's own test suite and Debian policy, written down by hand. */
const HARD =
  '1 1.0 1.0.0 1.00 1.01 1.1 1.10 1.9 2.0.1a 2.0.1 5.5p1 5.5p10 10xyz 10.1xyz xyz10 xyz xyz.4 8 a a+ a++ 1.0a 1.0aa 1.a 1..0 1_0 1+0 1.0~ 1.0~rc1 1.0~rc1~git1 1.0~~ 1.0^ 1.0^git1 1.0^git1~p 1.0~rc1^git1 1.0^20160101 1.0^20160101^git1 1.01.1 0:1 1:0.1 2:0 1.0-1 1.0-2 1.0-1.el9 1.0-1.el10 1.0-1.fc9 1.0-0.rc1 1.0-1~bpo12+1 1.0-1+deb12u1 2.1.0~rc3-4 3.0.22-2 1.133-1~deb12u1 1.133-1 00001 20101121 1b.fc17 FC5 fc4 A a1 1a ~1 1~'.split(
    ' ',
  );

const versionText = (unit: string) =>
  fc
    .tuple(
      fc.option(fc.constantFrom('0:', '1:', '10:'), { nil: '' }),
      fc.stringMatching(/^[0-9]{1,2}$/),
      fc.string({ unit: fc.constantFrom(...unit), maxLength: 8 }),
      fc.option(
        fc
          .string({ unit: fc.constantFrom(...unit.replace('-', '')), minLength: 1, maxLength: 5 })
          .map((text) => `-${text}`),
        { nil: '' },
      ),
    )
    .map((parts) => parts.join(''));

function pairsOf(unit: string, allowed: RegExp): Pair[] {
  const hard = HARD.filter((text) => allowed.test(text));
  const known = hard.flatMap((left) => hard.map((right): Pair => [left, right]));
  const made = fc.sample(fc.tuple(versionText(unit), versionText(unit)), { numRuns: 2000, seed: 7 });
  // Neighbours differ in one character only, where mistakes hide.
  const near = fc
    .sample(versionText(unit), { numRuns: 500, seed: 8 })
    .map((text): Pair => [text, text.replace(/.$/, '0')]);
  // A release or revision that is begun and not given is no version; the tools refuse it.
  return [...known, ...made, ...near].filter((pair) => pair.every((each) => !each.endsWith('-')));
}

function disagreements(pairs: readonly Pair[], ours: (...pair: Pair) => number, theirs: readonly number[]): string[] {
  expect(theirs).toHaveLength(pairs.length);
  return pairs.flatMap((pair, at) =>
    ours(...pair) === theirs[at] ? [] : [`${pair.join(' ? ')}: rpm or dpkg says ${theirs[at]}`],
  );
}

test('rpm itself agrees', () => {
  const pairs = pairsOf('019aZr.~^_+', /^(\d+:)?[^:]+$/);
  const folder = mkdtempSync(join(tmpdir(), 'versions-'));
  const list = join(folder, 'pairs');
  writeFileSync(list, pairs.map((pair) => `${pair.join(' ')}\n`).join(''));
  const lua = `for l in io.lines("${list}") do local a, b = l:match("([^ ]+) ([^ ]+)"); local fine, r = pcall(rpm.vercmp, a, b); print((fine and r or "invalid") .. ";") end`;
  const said = execFileSync('rpm', ['--eval', `%{lua:${lua}}`], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(disagreements(pairs, compareRpm, said.trim().split(';').slice(0, -1).map(Number))).toEqual([]);
});

/** One process that reads the pairs and asks `dpkg --compare-versions`, at most twice for each. */
const ASK_DPKG =
  'while read -r a b; do if dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" eq "$b"; then echo 0; else echo 1; fi; done';

test('dpkg itself agrees', () => {
  const all = pairsOf('019aZr.~+-', /^(\d+:)?[0-9][A-Za-z0-9.+~-]*$/);
  const pairs = all.filter((_, at) => at % 4 === 0);
  const said = execFileSync('bash', ['-c', ASK_DPKG], {
    input: pairs.map((pair) => `${pair.join(' ')}\n`).join(''),
    encoding: 'utf8',
  });
  expect(disagreements(pairs, compareDeb, said.trim().split('\n').map(Number))).toEqual([]);
});

test.each([
  ['storm-backend-server-1.11.15-1.el9.x86_64.rpm', 'storm-backend-server', '1.11.15', '1.el9', 'x86_64'],
  ['ca_AEGIS-1.133-1.noarch.rpm', 'ca_AEGIS', '1.133', '1', 'noarch'],
  ['libfoo2-2.0~rc1^git3-0.1.el9.i686.rpm', 'libfoo2', '2.0~rc1^git3', '0.1.el9', 'i686'],
  ['voms-server_2.1.0~rc3-4_amd64.deb', 'voms-server', '2.1.0~rc3', '4', 'amd64'],
  ['igtf-policy-classic_1.133-1~deb12u1_all.deb', 'igtf-policy-classic', '1.133', '1~deb12u1', 'all'],
  ['native_1.2_all.deb', 'native', '1.2', undefined, 'all'],
  ['with-epoch_2%3a1.0-b-3_arm64.deb', 'with-epoch', '1.0-b', '3', 'arm64'],
])('the file name %s', (file, name, version, release, arch) => {
  expect(parsePackageFileName(file)).toMatchObject({
    name,
    version,
    arch,
    ...(release === undefined ? {} : { release }),
  });
});

test.each([
  'a.rpm',
  'a-1.noarch.rpm',
  'A_1_all.deb',
  'a_1.deb',
  '../a_1_all.deb',
  'a-1-1.noarch.rpm.html',
  'a_1_all.deb\n',
])('no package file name: %s', (file) => {
  expect(parsePackageFileName(file)).toBeUndefined();
});
