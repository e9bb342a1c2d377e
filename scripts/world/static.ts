import { realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { contentType, isUnchanged, type OpenFile, openFile, spanOf } from './http-file.ts';

export interface Served {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  readonly url: string;
  /** `127.0.0.1:<port>`, as FETCH_ALLOW wants it. */
  readonly address: string;
  close(): Promise<void>;
}

function refuse(response: ServerResponse, status: number, sentence: string, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(`${sentence}\n`);
}

/** The path asked for, decoded; undefined when it is malformed or climbs. */
function pathOf(request: IncomingMessage): string | undefined {
  const raw = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
  try {
    const path = decodeURIComponent(raw);
    return path.startsWith('/') && !path.includes('\0') && !path.split('/').includes('..') ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Where the path really is; undefined when it is not there or a symbolic link leads out of the root. */
async function locate(root: string, path: string): Promise<string | undefined> {
  const [home, real] = await Promise.all([realpath(root), realpath(join(root, path))]).catch(() => []);
  if (home === undefined || real === undefined) return undefined;
  return real === home || real.startsWith(home + sep) ? real : undefined;
}

async function send(request: IncomingMessage, response: ServerResponse, path: string, file: OpenFile): Promise<void> {
  const { etag, modified, size } = file;
  const common = { etag, 'last-modified': modified, 'accept-ranges': 'bytes' };
  if (isUnchanged(request.headers, file)) return void response.writeHead(304, common).end();
  const span = request.method === 'GET' ? spanOf(request.headers, file) : ({ kind: 'whole' } as const);
  if (span.kind === 'unsatisfiable')
    return refuse(response, 416, 'No such bytes.', { 'content-range': `bytes */${size}` });
  const [first, last] = span.kind === 'part' ? [span.first, span.last] : [0, size - 1];
  response.writeHead(span.kind === 'part' ? 206 : 200, {
    ...common,
    'content-type': contentType(path),
    'content-length': last - first + 1,
    ...(span.kind === 'part' ? { 'content-range': `bytes ${first}-${last}/${size}` } : {}),
  });
  if (request.method === 'HEAD' || size === 0) return void response.end();
  await pipeline(file.handle.createReadStream({ start: first, end: last, autoClose: false }), response);
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'Only GET and HEAD.', { allow: 'GET, HEAD' });
  const path = pathOf(request);
  if (path === undefined) return refuse(response, 400, 'The path is malformed.');
  const real = await locate(root, path.endsWith('/') ? `${path}index.html` : path);
  const file = real === undefined ? undefined : await openFile(real);
  if (file !== undefined && real !== undefined) {
    return send(request, response, real, file).finally(() => file.handle.close());
  }
  if (real !== undefined && !path.endsWith('/')) {
    const location = `${encodeURI(path)}/`;
    return refuse(response, 301, `See ${location}`, { location });
  }
  return refuse(response, 404, 'Not found.');
}

/** Serves the regular files below a folder; symbolic links are followed as long as they stay inside it. */
export function folderListener(root: string): RequestListener {
  return (request, response) => {
    answer(root, request, response).catch(() => response.destroy()); // the client went away, or the disk failed
  };
}

/** Listens on loopback only. `port` 0 or none: any free one. */
export async function listen(listener: RequestListener, port = 0): Promise<Served> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${address}`,
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A static web server for a folder: streams, ranges, conditional requests, `index.html` of a directory. */
export function serveFolder(root: string, { port }: { readonly port?: number } = {}): Promise<Served> {
  return listen(folderListener(root), port);
}
