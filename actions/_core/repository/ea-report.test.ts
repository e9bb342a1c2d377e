import { execFile, execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { differences, triedAny, triedIn } from '#core/rollout/ea-words.ts';
import { EA_REPORT } from './ea-report.ts';

const PPA = 'INFN.voms.debian-12.amd64-2.1.0';
const run = promisify(execFile);
const sh = (args: readonly string[], env: Record<string, string> = {}) =>
  run('sh', ['-c', EA_REPORT.text, 'ea-report', ...args], { env: { PATH: process.env.PATH ?? '', ...env } });
/** As dpkg itself says. */
const bash = execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'bash'], { encoding: 'utf8' });

test('it prints what dpkg has installed, as a report that counts for a lock of that version only', async () => {
  const { stdout } = await sh([PPA, '0123456789abcdef', 'bash', 'no-such-package'], { UMD_ISSUES: 'noisy "log"' });
  expect(stdout).toMatch(/^\/report accept \nlock: 0123456789abcdef\nos: \S.*\npackage: bash /);
  expect(stdout).not.toContain('no-such-package');
  const tried = triedIn(stdout);
  expect(tried).toMatchObject({ packages: [{ name: 'bash', version: bash }], issues: 'noisy "log"' });
  const lock = (version: string) => ({ packages: [{ name: 'bash', version }] }) as never;
  expect([triedAny(tried, lock(bash)), differences(tried, lock(bash))]).toEqual([true, []]);
  expect(differences(tried, lock('1'))).toEqual([`bash is ${bash}, the lock has 1`]);
});

test('where nothing of it is installed it says so and fails; without arguments it tells its usage', async () => {
  await expect(sh([PPA, '0123456789abcdef', 'no-such-package'])).rejects.toMatchObject({ code: 1 });
  await expect(sh([])).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage: ea-report') });
});

test('with a token it posts, and the token stands in no argument', async () => {
  const heard: { url: string; token: string; body: string }[] = [];
  const server = createServer((asked, answer) => {
    let text = '';
    asked.on('data', (part) => {
      text += part;
    });
    asked.on('end', () => {
      const { body } = JSON.parse(text) as { body: string };
      heard.push({ url: asked.url ?? '', token: asked.headers.authorization ?? '', body });
      answer.writeHead(201).end('{}');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/repos/umd/release`;
  const words = 'it says "no" \\ and dies';
  await sh([PPA, '0123456789abcdef', 'bash'], {
    ...{ UMD_TOKEN: 'secret', UMD_API: api, UMD_PULL: '7', UMD_OUTCOME: 'reject', UMD_WORDS: words },
  });
  await new Promise((closed) => server.close(closed));
  expect(heard).toMatchObject([{ url: '/repos/umd/release/issues/7/comments', token: 'Bearer secret' }]);
  expect(heard[0]?.body.split('\n').slice(0, 2)).toEqual([`/report reject ${words}`, 'lock: 0123456789abcdef']);
});
