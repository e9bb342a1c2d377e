import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

/** Serves a folder over HTTP on loopback, as any static web server would; follows links. */
export async function serveFolder(root: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = join(root, normalize(decodeURIComponent((request.url ?? '/').replace(/\?.*/, ''))));
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined || found.isDirectory()) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-length': found.size, 'last-modified': found.mtime.toUTCString() });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((done) => server.close(() => done())),
  };
}
