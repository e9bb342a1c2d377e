import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { changesBetween, LISTING } from './manifest.ts';

const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (path: string) => join(folder, path);
/** The listing of find itself, of our folder instead of the whole machine. */
function listing(): string {
  const argv = LISTING.map((word) => (word === '/' ? folder : word)).filter((_, index) => index < 5 || index > 8);
  return execFileSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8' });
}

test('what came, went, or is another than it was; a file of the same size and time of change is seen, too', () => {
  for (const name of ['kept', 'gone', 'same size', 'opened']) writeFileSync(at(name), 'x');
  mkdirSync(at('tree/inner'), { recursive: true });
  writeFileSync(at('tree/inner/file'), '');
  mkdirSync(at('busy'));
  const before = listing();
  expect(changesBetween(before, listing())).toEqual([]);

  rmSync(at('gone'));
  rmSync(at('tree'), { recursive: true });
  writeFileSync(at('same size'), 'y');
  utimesSync(at('same size'), 0, 0);
  chmodSync(at('opened'), 0o1666);
  writeFileSync(at('busy/new'), 'new');
  symlinkSync('kept', at('a\nlink'));
  const found = changesBetween(before, listing());
  expect(found.map(({ kind, type, mode, path }) => [kind, type, mode.toString(8), path.slice(folder.length)])).toEqual([
    ['added', 'link', '777', '/a\nlink'],
    ['added', 'file', '644', '/busy/new'],
    ['removed', 'other', '0', '/gone'],
    ['changed', 'file', '1666', '/opened'],
    ['changed', 'file', '644', '/same size'],
    ['removed', 'other', '0', '/tree'],
  ]);
});
