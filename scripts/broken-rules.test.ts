import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { RULES } from './broken-rules-list.ts';

test('every rule of the list stands in its source, once, to be broken', () => {
  const lost = RULES.filter(({ file, from, to }) => {
    const text = readFileSync(join(resolve(import.meta.dirname, '..'), 'actions/_core', file), 'utf8');
    return text.split(from).length !== 2 || from === to;
  });
  expect(lost.map(({ says }) => says)).toEqual([]);
});
