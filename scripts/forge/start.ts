import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { addFirstAccounts } from './acts/actions-app.ts';
import { type Admin, makeAdmin } from './admin/admin.ts';
import { makeApp } from './app.ts';
import { EventQueue } from './events/queue.ts';
import { type Forge, Repositories } from './forge.ts';
import { type Clock, makeClock } from './state/clock.ts';
import { type Database, openDatabase } from './state/database.ts';
import type { ForgeEnv } from './web/env.ts';

export interface ForgeOptions {
  /** Everything is kept here; the same folder brings the same forge back. */
  readonly dir: string;
  /** 0 or left out: any free one. */
  readonly port?: number;
  /** What the clock says at the first start. */
  readonly now?: Date;
}

export interface RunningForge {
  readonly url: string;
  readonly runnerToken: string;
  readonly admin: Admin;
  /** The forge as one function from Request to Response, without a socket. */
  readonly app: Hono<ForgeEnv>;
  readonly forge: Forge;
  close(): Promise<void>;
}

/** Starts a forge on the loopback. */
export async function startForge({ dir, port = 0, now }: ForgeOptions): Promise<RunningForge> {
  const forge = openForge(dir, now);
  const app = makeApp(forge);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  forge.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    forge.events.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    closeForge(forge);
  };
  return { url: forge.origin, runnerToken: forge.runnerToken, admin: makeAdmin(forge), app, forge, close };
}

/** A forge without a socket: for tests of routes. */
export function openForge(dir: string, now?: Date): Forge {
  mkdirSync(dir, { recursive: true });
  const db = openDatabase(join(dir, 'journal.jsonl'));
  const clock = openClock(db, now);
  const runnerToken = kept(db, 'runnerToken', () => `runner_${randomBytes(18).toString('hex')}`);
  const events = new EventQueue(db);
  const repositories = new Repositories(join(dir, 'git'));
  const forge: Forge = {
    db,
    clock,
    events,
    repositories,
    runnerToken,
    files: join(dir, 'files'),
    origin: 'http://localhost',
  };
  addFirstAccounts(forge);
  return forge;
}

export function closeForge(forge: Forge): void {
  forge.repositories.close();
  forge.db.close();
}

/** Kept as the difference to real time, so that it goes on while the forge is down. */
function openClock(db: Database, now: Date | undefined): Clock {
  const offset = Number(kept(db, 'clockOffset', () => String(now === undefined ? 0 : now.getTime() - Date.now())));
  return makeClock(offset, (ahead) => db.settings.put('clockOffset', { value: String(ahead) }));
}

function kept(db: Database, name: string, make: () => string): string {
  return (db.settings.get(name) ?? db.settings.put(name, { value: make() })).value;
}
