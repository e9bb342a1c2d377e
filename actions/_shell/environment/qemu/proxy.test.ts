import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openProxy } from './proxy.ts';

const curl = async (...args: string[]) =>
  (await promisify(execFile)('curl', ['--silent', '--noproxy', '', '--max-time', '5', ...args])).stdout;

test('curl gets through it what the host has, plain and by tunnel; closed it is gone', async () => {
  const server = createServer((asked, answer) => answer.writeHead(201).end(`${asked.method} ${asked.url}`));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/Packages.gz?x=1`;
  const proxy = await openProxy();
  const through = ['--proxy', `http://127.0.0.1:${proxy.port}`];
  expect(await curl(...through, '--write-out', ' %{http_code}', url)).toBe('GET /Packages.gz?x=1 201');
  expect(await curl(...through, '--proxytunnel', url)).toBe('GET /Packages.gz?x=1');
  expect(await curl(...through, '--write-out', '%{http_code}', 'http://127.0.0.1:9/')).toBe('502');
  expect(await curl('--write-out', '%{http_code}', `http://127.0.0.1:${proxy.port}/`)).toBe('400');
  await proxy.close();
  await expect(curl(...through, url)).rejects.toMatchObject({ code: 7 });
  server.close();
});
