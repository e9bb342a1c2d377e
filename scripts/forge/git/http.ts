import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { GIT_ENVIRONMENT } from '#scripts/git/reader.ts';
import { type PushRule, renderRules } from './hook.ts';

export interface GitCall {
  readonly dir: string;
  /** `/info/refs`, `/git-upload-pack` or `/git-receive-pack`. */
  readonly path: string;
  readonly user: string;
  readonly rules: readonly PushRule[];
}

export interface UploadCall extends Pick<GitCall, 'dir' | 'path'> {
  /** The repository's refs: another object whenever one of them or the default branch has changed. */
  readonly refs: () => Promise<object>;
}

/**
 * Reading goes to `git upload-pack` itself, which is what `http-backend` would start: half the processes. The advertisement
 * of protocol 2 names abilities and no refs, so one serves all; that of protocol 0 is kept until a ref moves. Source: git's documentation, gitprotocol-v2 and http-protocol.
 */
export async function serveUpload(request: Request, { dir, path, refs }: UploadCall): Promise<Response> {
  const protocol = request.headers.get('git-protocol') ?? '';
  const headers = (what: string) => ({
    'content-type': `application/x-git-upload-pack-${what}`,
    'cache-control': 'no-cache',
  });
  if (path !== '/info/refs') {
    const child = upload(protocol, ['--stateless-rpc', dir]);
    feed(request, child, request.headers.get('content-encoding') === 'gzip');
    return new Response(Readable.toWeb(child.stdout) as ReadableStream, { headers: headers('result') });
  }
  const second = /(^|:)version=2(:|$)/.test(protocol);
  const state = second ? ABILITIES : await refs();
  const told = advertisements.get(state) ?? (await advertised(protocol, dir));
  if (told.length > 0) advertisements.set(state, told);
  const service = Buffer.from('001e# service=git-upload-pack\n0000');
  return new Response(second ? told : Buffer.concat([service, told]), { headers: headers('advertisement') });
}

/** Stands for what this machine's git can do in protocol 2, whatever the repository. */
const ABILITIES = {};
/** By the state they tell of: of protocol 0 the refs as the forge knows them, made anew at every change. */
const advertisements = new WeakMap<object, Uint8Array<ArrayBuffer>>();

async function advertised(protocol: string, dir: string): Promise<Uint8Array<ArrayBuffer>> {
  const child = upload(protocol, ['--stateless-rpc', '--http-backend-info-refs', dir]);
  child.stdin.end();
  return new Uint8Array(await buffer(child.stdout));
}

function upload(protocol: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn('git', ['upload-pack', ...args], { env: { ...GIT_ENVIRONMENT, GIT_PROTOCOL: protocol } });
  child.stderr.resume();
  child.stdin.on('error', () => {});
  return child;
}

/** Git's own `http-backend` answers; we are its CGI server. The answer is streamed. */
export async function serveGit(request: Request, { dir, path, user, rules }: GitCall): Promise<Response> {
  const child = spawn('git', ['http-backend'], {
    env: {
      ...GIT_ENVIRONMENT,
      ...cgiEnvironment(request),
      GIT_PROJECT_ROOT: dirname(dir),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${basename(dir)}${path}`,
      REMOTE_USER: user,
      FORGE_RULES: renderRules(rules),
    },
  });
  child.stderr.resume();
  child.stdin.on('error', () => {});
  feed(request, child);
  const { head, rest } = await readHead(child);
  child.stdout.unshift(rest);
  const headers = new Headers(head.filter(([name]) => name !== 'status'));
  const status = Number.parseInt(head.find(([name]) => name === 'status')?.[1] ?? '200', 10);
  return new Response(Readable.toWeb(child.stdout) as ReadableStream, { status, headers });
}

function cgiEnvironment(request: Request): Record<string, string> {
  const header = (name: string) => request.headers.get(name) ?? '';
  return {
    REQUEST_METHOD: request.method,
    QUERY_STRING: new URL(request.url).search.slice(1),
    CONTENT_TYPE: header('content-type'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: header('git-protocol'),
    ...(header('content-length') === '' ? {} : { CONTENT_LENGTH: header('content-length') }),
  };
}

function feed(request: Request, child: ChildProcessWithoutNullStreams, packed = false): void {
  if (request.body === null) {
    child.stdin.end();
    return;
  }
  const body = Readable.fromWeb(request.body as never);
  const fed = packed ? pipeline(body, createGunzip(), child.stdin) : pipeline(body, child.stdin);
  fed.catch(() => child.stdin.destroy());
}

async function readHead(child: ChildProcessWithoutNullStreams): Promise<{ head: [string, string][]; rest: Buffer }> {
  let bytes = Buffer.alloc(0);
  while (true) {
    const end = bytes.indexOf('\r\n\r\n');
    if (end >= 0) return { head: headersOf(bytes.toString('latin1', 0, end)), rest: bytes.subarray(end + 4) };
    const more: Buffer | null = child.stdout.read() ?? (await nextChunk(child));
    if (more === null) throw new Error('git http-backend ended without an answer.');
    bytes = Buffer.concat([bytes, more]);
  }
}

function nextChunk(child: ChildProcessWithoutNullStreams): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      child.stdout.off('readable', settle).off('end', settle);
      resolve(child.stdout.read() as Buffer | null);
    };
    child.stdout.on('readable', settle).on('end', settle);
    child.once('error', reject);
  });
}

function headersOf(text: string): [string, string][] {
  return text
    .split('\r\n')
    .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
}
