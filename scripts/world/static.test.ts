import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Served, serveFolder } from './static.ts';

const base = mkdtempSync(join(tmpdir(), 'static-'));
const root = join(base, 'root');
let served: Served;

/** Status, headers (lower case) and body as curl saw them. */
async function curl(path: string, ...args: string[]) {
  const { stdout } = await promisify(execFile)('curl', ['-s', '-i', '--path-as-is', ...args, `${served.url}${path}`]);
  const [head = '', ...rest] = stdout.split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => [line.split(': ')[0]?.toLowerCase(), line.split(': ')[1]]));
  return { status: Number(status.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}

beforeAll(async () => {
  mkdirSync(join(root, 'snapshots/one'), { recursive: true });
  writeFileSync(join(root, 'snapshots/one/InRelease'), '0123456789');
  writeFileSync(join(root, 'index.html'), '<p>here</p>');
  writeFileSync(join(root, 'a+b~c 1.deb'), 'deb');
  writeFileSync(join(root, 'empty'), '');
  writeFileSync(join(base, 'secret'), 'secret');
  symlinkSync('snapshots/one', join(root, 'now'));
  symlinkSync('../secret', join(root, 'out'));
  utimesSync(join(root, 'snapshots/one/InRelease'), 1_700_000_000, 1_700_000_000);
  served = await serveFolder(root);
});
afterAll(async () => {
  await served.close();
  rmSync(base, { recursive: true });
});

test('a file is sent with its type, size and date; HEAD sends no body', async () => {
  const { status, headers, body } = await curl('/now/InRelease');
  expect([status, body]).toEqual([200, '0123456789']);
  expect(headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'content-length': '10',
    'last-modified': 'Tue, 14 Nov 2023 22:13:20 GMT',
  });
  expect(await curl('/now/InRelease', '-I')).toMatchObject({ status: 200, body: '' });
  expect((await curl('/a+b~c%201.deb')).headers['content-type']).toBe('application/vnd.debian.binary-package');
  expect(await curl('/empty')).toMatchObject({ status: 200, body: '' });
});

test('ranges as a resuming client asks for them', async () => {
  const { etag } = (await curl('/now/InRelease')).headers;
  expect(await curl('/now/InRelease', '-r', '2-4')).toMatchObject({
    status: 206,
    body: '234',
    headers: { 'content-range': 'bytes 2-4/10', 'content-length': '3' },
  });
  expect(await curl('/now/InRelease', '-r', '7-')).toMatchObject({ status: 206, body: '789' });
  expect(await curl('/now/InRelease', '-r', '-2')).toMatchObject({ status: 206, body: '89' });
  expect(await curl('/now/InRelease', '-r', '10-')).toMatchObject({
    status: 416,
    headers: { 'content-range': 'bytes */10' },
  });
  expect((await curl('/now/InRelease', '-r', '7-', '-H', `If-Range: ${etag}`)).status).toBe(206);
  expect((await curl('/now/InRelease', '-r', '7-', '-H', 'If-Range: "other"')).status).toBe(200);
});

test('an unchanged file is not sent again; a pointer put back to an older file is', async () => {
  const { etag } = (await curl('/now/InRelease')).headers;
  const since = 'If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT';
  expect(await curl('/now/InRelease', '-H', since)).toMatchObject({ status: 304, body: '' });
  expect((await curl('/now/InRelease', '-H', `If-None-Match: ${etag}`)).status).toBe(304);
  expect((await curl('/now/InRelease', '-H', 'If-None-Match: "other"', '-H', since)).status).toBe(200);
  expect((await curl('/now/InRelease', '-H', 'If-Modified-Since: Wed, 15 Nov 2023 22:13:20 GMT')).status).toBe(200);

  writeFileSync(join(root, 'next'), '0123456789');
  utimesSync(join(root, 'next'), 1_700_000_000, 1_700_000_000);
  renameSync(join(root, 'next'), join(root, 'snapshots/one/InRelease'));
  expect((await curl('/now/InRelease', '-H', `If-None-Match: ${etag}`)).status).toBe(200);
});

test('directories: index.html, a slash added, no listing', async () => {
  expect((await curl('/')).body).toBe('<p>here</p>');
  expect(await curl('/now')).toMatchObject({ status: 301, headers: { location: '/now/' } });
  expect((await curl('/now/')).status).toBe(404);
});

test('nothing outside the root, nothing but reading', async () => {
  expect((await curl('/out')).status).toBe(404);
  expect((await curl('/../secret')).status).toBe(400);
  expect((await curl('/%2e%2e/secret')).status).toBe(400);
  expect((await curl('/now/%00')).status).toBe(400);
  expect((await curl('/%zz')).status).toBe(400);
  expect(await curl('/', '-X', 'PUT')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
});
