import { createReadStream, statSync } from 'node:fs';
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cachesBefore, nginxFor } from '#shell/testing/nginx.ts';

/** A static server that answers late, as one far away does: what it read first and what it reads next are some time apart. */
export async function slowServer(root: string, delay: () => number): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    await sleep(delay());
    const path = join(root, normalize(decodeURIComponent((request.url ?? '/').replace(/\?.*/, ''))));
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined || found.isDirectory()) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-length': found.size, 'last-modified': found.mtime.toUTCString() });
    createReadStream(path)
      .on('error', () => response.destroy())
      .pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** The same before nginx as it is shipped, with two caches between that keep what it lets them keep. */
export async function slowCaches(
  root: string,
  folder: string,
  delay: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const nginx = await nginxFor(root, join(folder, 'nginx'));
  const caches = await cachesBefore(nginx.url, join(folder, 'caches'));
  const relay = createServer(async (request, response) => {
    await sleep(delay);
    const { url = '/', method = 'GET', headers } = request;
    ask(`${caches.url}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    })
      .on('error', () => response.destroy())
      .end();
  });
  await new Promise<void>((done) => relay.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    close: async () => {
      relay.close();
      relay.closeAllConnections();
      await caches.close();
      await nginx.close();
    },
  };
}
