import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A provider's web server: files of a folder, and misbehaviour by path where a test wants it. */
export interface ProviderServer {
  /** `127.0.0.1:4711` */
  readonly host: string;
  readonly url: string;
  /** Paths asked for, in order. */
  readonly asked: string[];
  /** Path → what is done instead of sending the file. */
  readonly instead: Map<string, (answer: ServerResponse) => void>;
  close(): Promise<void>;
}

export async function serveFolder(root: string): Promise<ProviderServer> {
  const asked: string[] = [];
  const instead = new Map<string, (answer: ServerResponse) => void>();
  const server = createServer((request, answer) => {
    const path = decodeURIComponent(request.url ?? '');
    asked.push(path);
    const file = join(root, path);
    const other = instead.get(path);
    if (other !== undefined) other(answer);
    else if (path.includes('..') || !existsSync(file) || !statSync(file).isFile()) answer.writeHead(404).end('no');
    else answer.end(readFileSync(file));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { host, url: `http://${host}`, asked, instead, close };
}

export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
