import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { type Admin, makeAdmin } from '#scripts/forge/admin/admin.ts';
import { makeApp } from '#scripts/forge/app.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { closeForge, openForge } from '#scripts/forge/start.ts';
import type { Level } from '#scripts/forge/state/people.ts';
import type { Exchange } from './described.ts';

/** What the runner hears: of runs, jobs, settings. */
export interface Reported {
  readonly id: number;
  readonly token: string;
  readonly status: string;
  readonly reason?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly secrets: unknown;
  readonly message?: string;
}

/** A forge without a socket, with Octokit as client and every exchange kept. */
export interface Bench {
  readonly forge: Forge;
  readonly admin: Admin;
  readonly exchanges: Exchange[];
  /** A client with that token; without one, anonymous. */
  client(token?: string): Octokit;
  /** A person with a client. */
  person(login: string): Octokit;
  /** An app with these permissions, installed on `umd`. */
  appClient(slug: string, permissions: Readonly<Record<string, Level>>): Octokit;
  /** The runner's side. */
  runner(method: string, path: string, body?: unknown): Promise<Reported>;
  request(path: string, init?: RequestInit): Promise<Response>;
  close(): void;
}

export const BEGIN = new Date('2026-01-05T09:00:00Z');

export function openBench(): Bench {
  const dir = mkdtempSync(join(tmpdir(), 'forge-'));
  const forge = openForge(dir, BEGIN);
  const app = makeApp(forge);
  const admin = makeAdmin(forge);
  const exchanges: Exchange[] = [];
  const request = async (path: string, init?: RequestInit) => app.request(path, init);
  const fetchHere = async (url: string, init: RequestInit) => {
    const answer = await app.request(url, init);
    exchanges.push(await exchangeOf(url, init, answer.clone()));
    const location = answer.headers.get('location');
    return answer.status === 302 && location !== null ? app.request(location) : answer;
  };
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const client = (token?: string) =>
    new Octokit({
      baseUrl: 'http://localhost/api/v3',
      request: { fetch: fetchHere },
      log: quiet,
      ...(token === undefined ? {} : { auth: token }),
    });
  const appClient = (slug: string, permissions: Readonly<Record<string, Level>>) => {
    const { id, login } = admin.createApp({ slug, owner: 'umd', permissions, publicKey: '-' });
    const about = { kind: 'app' as const, login, appId: id, permissions, account: 'umd' };
    forge.db.tokens.put(`ghs_${slug}`, { token: `ghs_${slug}`, ...about, repositories: 'all', expiresAt: null });
    return client(`ghs_${slug}`);
  };
  const runner = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${forge.runnerToken}` };
    const answer = await app.request(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Reported;
  };
  const close = () => {
    closeForge(forge);
    rmSync(dir, { recursive: true, force: true });
  };
  return {
    forge,
    admin,
    exchanges,
    client,
    appClient,
    runner,
    request,
    close,
    person: (login) => client(admin.createUser({ login }).token),
  };
}

async function exchangeOf(url: string, init: RequestInit, answer: Response): Promise<Exchange> {
  const text = await answer.text();
  return {
    method: init.method ?? 'GET',
    path: decodeURIComponent(new URL(url).pathname.replace('/api/v3', '')),
    sent: typeof init.body === 'string' && init.body !== '' ? JSON.parse(init.body) : undefined,
    status: answer.status,
    received: /json/.test(answer.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : text,
  };
}

/** The refusal of a call that must not succeed: `status message`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (cause) {
    const { status, response } = cause as {
      status?: number;
      response?: { data?: { message?: string; errors?: unknown[] } };
    };
    const errors = response?.data?.errors ?? [];
    const details = errors.map((error) =>
      typeof error === 'string'
        ? error
        : ((error as { message?: string; code?: string }).message ?? (error as { code?: string }).code ?? ''),
    );
    return [status, response?.data?.message, ...details].join(' ').trim();
  }
  return 'it was allowed';
}
