import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeKey } from '#shell/testing/make-key.ts';
import { furtherKeys } from './provider-keys.ts';

test('keys for sites are public ones, one in a file; whatever else lies there is told at once', async () => {
  const root = mkdtempSync(join(tmpdir(), 'further-'));
  expect(await furtherKeys({ root })).toEqual([]);
  const folder = join(root, 'repos/keys');
  mkdirSync(folder, { recursive: true });
  const [one, two] = [makeKey('one'), makeKey('two')];
  for (const [name, text] of [['b.asc', two.public], ['a.asc', one.public], ['README.md', 'x']] as const) writeFileSync(join(folder, name), text); // biome-ignore format: one thought
  expect(await furtherKeys({ root })).toEqual([
    { name: 'a', armored: one.public },
    { name: 'b', armored: two.public },
  ]);
  for (const [name, text] of [['secret.asc', one.secret], ['two.asc', one.public + two.public], ['none.asc', 'x']] as const) writeFileSync(join(folder, name), text); // biome-ignore format: one thought
  await expect(furtherKeys({ root })).rejects.toMatchObject({
    code: 'SITE_KEY_INVALID',
    faults: ['none', 'secret', 'two'].map((name) => ({
      sentence: `repos/keys/${name}.asc is not one armored public key.`,
    })),
  });
  rmSync(root, { recursive: true });
});
