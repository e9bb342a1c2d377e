import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The list of stations as a person sees it: on a terminal that `script` makes, and in a pipe. */

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'progress-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const here = resolve(import.meta.dirname);

function journey(second: string): string {
  const file = join(dir, 'journey.mts');
  writeFileSync(
    file,
    `import { travel } from '${here}/progress.ts';
     await travel({}, [
       { title: 'Setting out', run: async (_, say) => say('the sun shines') },
       { title: 'Arriving', run: async (_, say) => { ${second} } },
     ]).then(() => console.log('THERE'), (cause) => { console.log('LOST: ' + cause.message); process.exitCode = 3; });`,
  );
  return `${process.execPath} --import ${import.meta.resolve('tsx')} ${file}`;
}

/** What a terminal of 100 columns was sent, without its control sequences. */
function onTerminal(command: string): string {
  const sent = execFileSync('script', ['-qc', `stty cols 100; ${command}; true`, '/dev/null'], { encoding: 'utf8' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is taken out
  return sent.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
}

test('on a terminal every station stands there with what it said and how long it took', () => {
  const shown = onTerminal(journey(`say('tea is ready')`));
  expect(shown).toMatch(/✔ Setting out.*\[\d+ms\]|✔ Setting out.*\[\d/);
  expect(shown).toContain('› the sun shines');
  expect(shown).toContain('› tea is ready');
  expect(shown).toContain('THERE');
});

test('on a terminal a station that fails ends the journey with its reason', () => {
  const shown = onTerminal(journey(`throw new Error('no bridge')`));
  expect(shown).toContain('✖ ');
  expect(shown).toContain('LOST: no bridge');
});

test('in a pipe there are plain lines', () => {
  const [program = '', ...args] = journey(`say('tea is ready')`).split(' ');
  const lines = execFileSync(program, args, { encoding: 'utf8' }).split('\n');
  expect(lines[0]).toBe('[ 1/2] Setting out');
  expect(lines).toContain('        tea is ready');
});
