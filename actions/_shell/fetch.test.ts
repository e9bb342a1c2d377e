import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createRaw, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FetchRequest, fetchPackage } from '#shell/fetch.ts';

const BODY = 'a package, or so it says\n';
const SHA256 = 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2'; // of "foobar", by sha256sum
let folder: string;
const servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fetch-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) (server as unknown as { closeAllConnections(): void }).closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
  rmSync(folder, { recursive: true });
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener) => listen(createServer(listener));
/** Answers with exactly these bytes, right or wrong, and ends the connection. */
const raw = (answer: string) =>
  listen(createRaw((socket) => socket.on('error', () => {}).once('data', () => socket.end(answer))));

type Options = Partial<FetchRequest>;
const get = (url: string, options: Options = {}) =>
  fetchPackage({
    url,
    to: join(folder, 'package'),
    limits: { bytes: 1000, milliseconds: 5000 },
    allow: [],
    backoff: 1,
    ...options,
  });
const fails = async (url: string, code: string, options: Options = {}) => {
  await expect(get(url, options)).rejects.toMatchObject({ code });
  expect(readdirSync(folder), 'nothing stays behind').toEqual([]);
};

test('takes a file from an allowed host, tells digest and size', async () => {
  const host = await serve((_, answer) => answer.end('foobar'));
  expect(await get(`http://${host}/p`, { allow: [host] })).toEqual({ sha256: SHA256, size: 6 });
  expect(readFileSync(join(folder, 'package'), 'utf8')).toBe('foobar');
  expect(readdirSync(folder)).toEqual(['package']);
});

test('an allowed network serves as well as an allowed host', async () => {
  const host = await serve((_, answer) => answer.end('foobar'));
  await get(`http://${host}/p`, { allow: ['127.0.0.0/8'], expect: { sha256: SHA256, size: 6 } });
});

test('plain http needs a pinned sha256 or an allowed host; other schemes and passwords are refused', async () => {
  await fails('http://provider.example/p', 'FETCH_SCHEME');
  await fails('ftp://provider.example/p', 'FETCH_SCHEME');
  await fails('file:///etc/passwd', 'FETCH_URL');
  await fails('https://me:secret@provider.example/p', 'FETCH_URL');
  await fails('n/a', 'FETCH_URL');
});

/** Addresses from the IANA special-purpose registries, each in a spelling that has fooled somebody. */
const PRIVATE =
  `127.0.0.1 10.1.2.3 172.31.0.1 192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.255 0.0.0.0 224.0.0.1 255.255.255.255
  2130706433 0x7f000001 0177.0.0.1 127.1 [::1] [::] [fe80::1] [fd00::1] [fc00::1] [ff02::1] [::ffff:127.0.0.1] [::ffff:7f00:1]
  [::ffff:10.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [2001:db8::1] localhost`.split(/\s+/);

test.each(PRIVATE)('refuses the private address %s', async (host) => {
  await fails(`https://${host}/p`, 'FETCH_ADDRESS_PRIVATE');
  await fails(`http://${host}/p`, 'FETCH_ADDRESS_PRIVATE', { expect: { sha256: SHA256 } });
});

test('an allowed port does not open its neighbours', async () => {
  const host = await serve((_, answer) => answer.end('foobar'));
  await fails(`http://${host}/p`, 'FETCH_ADDRESS_PRIVATE', { allow: ['127.0.0.1:9'], expect: { sha256: SHA256 } });
});

test('a name is judged by the address it gives now, not by the one it gave before (DNS rebinding)', async () => {
  const asked: string[] = [];
  const host = await serve((_, answer) => answer.end('foobar'));
  const port = host.split(':')[1];
  await fails(`http://rebinding.example:${port}/p`, 'FETCH_ADDRESS_PRIVATE', {
    expect: { sha256: SHA256 },
    resolve: (name, done) => {
      asked.push(name);
      done(null, [
        { address: '192.0.43.8', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    },
  });
  expect(asked).toEqual(['rebinding.example']);
});

test('a redirect is followed, each hop checked anew', async () => {
  const host = await serve((request, answer) => {
    if (request.url === '/p') return answer.end('foobar');
    const to = { '/relative': '/p', '/again': '/relative', '/loop': '/loop' }[request.url ?? ''];
    return answer.writeHead(302, { location: to ?? 'http://169.254.169.254/latest' }).end();
  });
  const pinned = { allow: [host], expect: { sha256: SHA256 } };
  expect((await get(`http://${host}/again`, pinned)).size).toBe(6);
  rmSync(join(folder, 'package'));
  await fails(`http://${host}/loop`, 'FETCH_REDIRECT', pinned);
  await fails(`http://${host}/metadata`, 'FETCH_ADDRESS_PRIVATE', pinned);
  await fails(`http://${host}/metadata`, 'FETCH_SCHEME', { allow: [host] });
});

test('404 is an answer and asked once; 503 may pass and is asked three times', async () => {
  const asked: string[] = [];
  const host = await serve((request, answer) => {
    asked.push(request.url ?? '');
    const status = request.url === '/gone' ? 404 : request.url === '/ill' || asked.length < 7 ? 503 : 200;
    answer.writeHead(status).end('foobar');
  });
  await fails(`http://${host}/gone`, 'FETCH_STATUS', { allow: [host] });
  await fails(`http://${host}/ill`, 'FETCH_UNAVAILABLE', { allow: [host] });
  expect(asked).toEqual(['/gone', '/ill', '/ill', '/ill']);
  expect((await get(`http://${host}/recovers`, { allow: [host] })).sha256).toBe(SHA256);
});

test('a success without a package (204, 206) is refused', async () => {
  const host = await serve((request, answer) => answer.writeHead(Number(request.url?.slice(1))).end());
  await fails(`http://${host}/204`, 'FETCH_STATUS', { allow: [host] });
  await fails(`http://${host}/206`, 'FETCH_STATUS', { allow: [host] });
});

test('the wrong sha256 and the wrong size', async () => {
  const host = await serve((_, answer) => answer.end(BODY));
  await fails(`http://${host}/p`, 'FETCH_DIGEST', { allow: [host], expect: { sha256: SHA256 } });
  await fails(`http://${host}/p`, 'FETCH_LENGTH', { allow: [host], expect: { size: 6 } });
  const sha256 = createHash('sha256').update(BODY).digest('hex');
  await get(`http://${host}/p`, { allow: [host], expect: { sha256, size: BODY.length } });
});

test('a web page in the place of a pinned file is named as one', async () => {
  const host = await serve((_, answer) => answer.setHeader('content-type', 'text/html; charset=utf-8').end('<html>'));
  await fails(`http://${host}/p`, 'PACKAGE_IS_WEB_PAGE', { allow: [host], expect: { sha256: SHA256 } });
  await fails(`http://${host}/p`, 'PACKAGE_IS_WEB_PAGE', { allow: [host], expect: { size: 9 } });
});

test('a body longer or shorter than declared, when no length is announced', async () => {
  const host = await serve((_, answer) => {
    answer.write('foo');
    answer.end('bar');
  });
  await fails(`http://${host}/p`, 'FETCH_LENGTH', { allow: [host], expect: { size: 4 } });
  await fails(`http://${host}/p`, 'FETCH_LENGTH', { allow: [host], expect: { size: 8 } });
});

test('a body longer than announced', async () => {
  const host = await raw('HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\nfoobar and more');
  await fails(`http://${host}/p`, 'FETCH_LENGTH', { allow: [host] });
  const alive = await raw('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nfoobar and more');
  await fails(`http://${alive}/p`, 'FETCH_LENGTH', { allow: [alive] });
});

test('a body shorter than announced', async () => {
  const host = await raw('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nfoobar');
  await fails(`http://${host}/p`, 'FETCH_TRUNCATED', { allow: [host] });
});

test('larger than the limit, announced or not', async () => {
  const announced = await raw('HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\nfoobar');
  await fails(`http://${announced}/p`, 'FETCH_TOO_LARGE', { allow: [announced] });
  let sent = 0;
  const endless = await serve((_, answer) => {
    const more = () => {
      while (!answer.destroyed && sent < 1e9 && answer.write('x'.repeat(5000))) sent += 5000;
      if (!answer.destroyed) answer.once('drain', more);
    };
    more();
  });
  await fails(`http://${endless}/p`, 'FETCH_TOO_LARGE', { allow: [endless] });
  expect(sent, 'the transfer was cut, not drained').toBeLessThan(1e9);
});

test('a stalled answer and a stalled body are given up', async () => {
  const limits = { bytes: 1000, milliseconds: 150 };
  const silent = await serve(() => {});
  await fails(`http://${silent}/p`, 'FETCH_TIMEOUT', { allow: [silent], limits });
  const stalled = await serve((_, answer) => {
    answer.writeHead(200, { 'content-length': '6' }).write('foo');
  });
  await fails(`http://${stalled}/p`, 'FETCH_TIMEOUT', { allow: [stalled], limits });
});

test('nobody there, a host unknown', async () => {
  const host = await serve(() => {});
  await new Promise((closed) => servers.pop()?.close(closed));
  await fails(`http://${host}/p`, 'FETCH_CONNECTION', { allow: [host] });
  await fails('https://nowhere.invalid/p', 'FETCH_HOST', {
    resolve: (_, done) => done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []),
  });
});

test('what may not be allowed', async () => {
  for (const entry of ['everything', '127.0.0.0/33', 'http://host:80', ''])
    await fails('https://provider.example/p', 'FETCH_ALLOW_INVALID', { allow: [entry] });
});

test('https: an unknown certificate is refused, and so is a redirect down to http', async () => {
  const [key, cert, home] = ['tls.key', 'tls.pem', mkdtempSync(join(tmpdir(), 'tls-'))];
  const words = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost';
  const files = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...words.split(' '), ...files], { cwd: home, stdio: 'pipe' });
  const options = { key: readFileSync(join(home, key)), cert: readFileSync(join(home, cert)) };
  const plain = await serve((_, answer) => answer.end('foobar'));
  const tls = createTls(options, (_, answer) => answer.writeHead(301, { location: `http://${plain}/p` }).end());
  const port = (await listen(tls)).split(':')[1];
  const url = `https://localhost:${port}/p`;
  const allow = [plain, `localhost:${port}`];
  await fails(url, 'FETCH_CERTIFICATE', { allow });

  // Node reads extra certificates at its start only: ask a second process that trusts this one.
  const request = { url, to: join(folder, 'package'), limits: { bytes: 1000, milliseconds: 5000 }, allow };
  const ask = `import('#shell/fetch.ts').then((m) => m.fetchPackage(${JSON.stringify(request)})).catch((e) => console.log(e.code))`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(home, cert) };
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', ask], { env, stdio: 'pipe' });
  expect((await text(child.stdout)).trim()).toBe('FETCH_REDIRECT');
  rmSync(home, { recursive: true });
});
