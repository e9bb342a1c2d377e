import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** The doors of the house (README, "Rooms"): which room may import what. */
const root = resolve(import.meta.dirname, '..');

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/_dist\/|node_modules\/|__fixtures__\//.test(file));
}

const files = [...filesBelow(join(root, 'actions')), ...filesBelow(join(root, 'scripts'))];
const isTest = (file: string) => /\.test\.ts$|__tests__\//.test(file) || file.includes('/testing/');

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g,
    ),
  ].map((found) => (found[1] ?? found[2] ?? found[3]) as string);
}

/** The room an import leads to: `core`, `shell`, a script's name, `node`, or the library's name. */
function roomOf(file: string, specifier: string): string {
  if (specifier.startsWith('#'))
    return roomOfFile(
      specifier.replace('#core', 'actions/_core').replace('#shell', 'actions/_shell').replace('#scripts', 'scripts'),
    );
  if (specifier.startsWith('.')) return roomOfFile(relative(root, resolve(root, dirname(file), specifier)));
  const bare = specifier.replace(/^node:/, '');
  return builtinModules.includes(bare) ? 'node' : `library ${specifier}`;
}

function roomOfFile(path: string): string {
  if (path.startsWith('actions/_core/')) return 'core';
  if (path.startsWith('actions/_shell/')) return 'shell';
  const [top, name] = path.split('/');
  return `${top}/${name}`;
}

const PURE = /^library (ajv|ajv-formats|js-yaml|fast-xml-parser|@noble\/hashes|fflate)(\/|$)/;

const RULES: readonly { of: (room: string) => boolean; allows: (room: string, to: string) => boolean }[] = [
  { of: (room) => room === 'core', allows: (_, to) => to === 'core' || PURE.test(to) },
  {
    of: (room) => room === 'shell',
    allows: (_, to) => ['core', 'shell', 'node'].includes(to) || to.startsWith('library '),
  },
  {
    of: (room) => room.startsWith('actions/'),
    allows: (room, to) => ['core', 'shell', room].includes(to) || to === 'library @actions/core' || to === 'node',
  },
  {
    of: (room) => room === 'scripts/forge' || room === 'scripts/runner',
    allows: (room, to) => [room, 'scripts/git', 'node'].includes(to) || to.startsWith('library '),
  },
  { of: (room) => room === 'scripts/git', allows: (room, to) => [room, 'node'].includes(to) },
  {
    of: (room) => room === 'scripts/portal',
    allows: (room, to) => [room, 'core', 'node'].includes(to) || to.startsWith('library '),
  },
];

function faultsOf(file: string, imports: readonly string[]): string[] {
  const room = roomOfFile(file);
  return RULES.filter((rule) => rule.of(room)).flatMap((rule) =>
    imports
      .map((specifier) => roomOf(file, specifier))
      .filter((to) => !rule.allows(room, to))
      .map((to) => `${file} imports ${to}`),
  );
}

test('every import goes through a door that is there', () => {
  const sources = files.filter((file) => !isTest(file));
  expect(sources.length).toBeGreaterThan(10);
  expect(sources.flatMap((file) => faultsOf(file, importsOf(file)))).toEqual([]);
});

test('the rule sees a breach', () => {
  expect(faultsOf('actions/_core/rollout/x.ts', ['node:fs', '#shell/github.ts', 'simple-git'])).toHaveLength(3);
  expect(faultsOf('actions/reconcile/main.ts', ['../verify-ppa/main.ts'])).toHaveLength(1);
  expect(faultsOf('scripts/forge/x.ts', ['#core/ppa/ppa.ts'])).toHaveLength(1);
});

test('the core knows neither clock nor chance nor process', () => {
  const banned = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bperformance\.|\bfetch\(/;
  const breaches = files
    .filter((file) => roomOfFile(file) === 'core' && !isTest(file))
    .filter((file) => banned.test(readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')));
  expect(breaches).toEqual([]);
});

test('nothing exports a default, but the tools that ask for it', () => {
  const breaches = files.filter((file) => /^export default/m.test(readFileSync(join(root, file), 'utf8')));
  expect(breaches).toEqual([]);
});
