import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ATTRIBUTES, BUNDLE_ELEMENTS, META_ELEMENTS, SINGLE_ELEMENTS } from './elements.ts';
import { parseRelease } from './parse.ts';
import { ppasOf } from './plan.ts';

const readme = readFileSync('releases/README.md', 'utf8');

test('the example of releases/README.md is a release without a fault', () => {
  const example = /```xml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const { release, faults } = parseRelease(example, { file: 'example' });
  expect(faults).toEqual([]);
  expect(release === undefined ? [] : ppasOf(release).map(({ name }) => name)).toEqual([
    'INFN.fetch-crl.debian-12.amd64-3.0.22',
    'INFN.fetch-crl.al9.x86_64-3.0.22',
  ]);
});

test('the page names every element and attribute that is read', () => {
  const names = [BUNDLE_ELEMENTS, SINGLE_ELEMENTS, META_ELEMENTS].flatMap((table) => Object.keys(table));
  const attributes = Object.values(ATTRIBUTES).flatMap(({ must, may }) => [...must, ...may]);
  const locals = [...names, ...attributes].map((name) => name.slice(name.indexOf(':') + 1));
  expect(locals.filter((name) => !readme.includes(name))).toEqual([]);
});
