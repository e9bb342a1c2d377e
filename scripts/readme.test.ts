import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readme, withErrors } from './readme.ts';

const root = resolve(import.meta.dirname, '..');

test('the table of errors is the list of codes', () => {
  expect(readme()).toContain('| `RELEASE_DTD` |');
  expect(withErrors(readme())).toBe(readme());
});

test('every file the README points to is there', () => {
  const links = [...readme().matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((found) => found[1] as string);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
});

test('every command the README names is a script of package.json', async () => {
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
  const named = [...readme().matchAll(/`npm (?:run )?([a-z-]+)/g)].map((found) => found[1] as string);
  const known = [...Object.keys(manifest.scripts), 'ci', 'install'];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
