import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** As `npm run <command> -- <words>` does; the exit code and all that is said. */
const said = (command: string, words: readonly string[]) =>
  new Promise<string>((ended) => {
    const argv = [join(root, 'node_modules/.bin/tsx'), join(root, `scripts/${command}.ts`), ...words];
    execFile(process.execPath, argv, (fault, stdout, stderr) => ended(`${fault?.code ?? 0} ${stdout}${stderr}`));
  });

test.each([
  ['criteria', ['coverag'], '2 "coverag" is none of: coverage, check,'],
  ['criteria', ['coverage', '9.9'], '2 There is no version 9.9 of the criteria; there are 1.0 (DEPRECATED), 2.0'],
  ['criteria', ['check', '--date', '2026-02-30'], '2 "2026-02-30" is no day; write YYYY-MM-DD.'],
  ['metrics', [join(root, 'scripts')], 'is no checkout of a release repo: it has no criteria and no releases.'],
  ['report', ['nowhere.yml'], '2 nowhere.yml cannot be read (ENOENT).'],
  ['report', [join(root, 'package.json')], 'package.json:1:1: VERIFICATION_INVALID The document lacks "hours".'],
  ['images', ['debian-99'], '2 repos/images describes no debian-99; there are al9,'],
] as const)('%s %j says what is wrong, and no stack', async (command, words, sentence) => {
  const found = await said(command, words);
  expect(found).toContain(sentence);
  expect(found).not.toMatch(/^\s+at /m);
  if (sentence.startsWith('2 ')) expect(found).toContain(`npm run ${command}`);
});
