import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Nginx {
  readonly url: string;
  close(): Promise<void>;
}

/** A store as the configuration that is shipped serves it. @param home folder of nginx's own, made here */
export async function nginxFor(store: string, home: string): Promise<Nginx> {
  const port = await freePort();
  const shipped = readFileSync(resolve(import.meta.dirname, '../../../repos/serve/nginx.conf'), 'utf8')
    .replaceAll('@STORE@', store)
    .replaceAll('@LISTEN@', `127.0.0.1:${port}`)
    .replaceAll('@NAME@', 'localhost');
  execFileSync('chmod', ['-R', 'a+rX', store]);
  return started(shipped, home, port);
}

/**
 * Two caches before a server, as a content delivery network has them: each keeps what Cache-Control lets it, and which of
 * them answers a request is chance. They keep what is missing, too, when nobody forbids it. `x-cache` tells HIT or MISS.
 */
export async function cachesBefore(origin: string, home: string): Promise<Nginx> {
  const port = await freePort();
  const conf = `proxy_cache_path ${home}/one keys_zone=one:1m; proxy_cache_path ${home}/two keys_zone=two:1m;
split_clients "$request_id" $edge { 50% one; * two; }
server {
  listen 127.0.0.1:${port};
  location / {
    proxy_pass ${origin};
    proxy_http_version 1.1;
    proxy_cache $edge;
    proxy_cache_revalidate on;
    proxy_cache_valid 404 10m;
    add_header X-Cache $upstream_cache_status always;
  }
}`;
  return started(conf, home, port);
}

async function started(conf: string, home: string, port: number): Promise<Nginx> {
  mkdirSync(home);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${home}/${name};`,
  );
  const whole = `daemon off; pid ${home}/pid; error_log ${home}/error.log; worker_processes 1; user root;
events {} http { access_log off; ${temporary.join(' ')}
${conf}
}`;
  writeFileSync(join(home, 'nginx.conf'), whole);
  const child = spawn('nginx', ['-e', join(home, 'error.log'), '-c', join(home, 'nginx.conf')], { stdio: 'inherit' });
  const url = `http://127.0.0.1:${port}`;
  await answers(url);
  return {
    url,
    close: async () => {
      child.kill('SIGQUIT');
      if (child.exitCode === null) await once(child, 'close');
    },
  };
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const there = await fetch(url).then(
      () => true,
      () => false,
    );
    if (there) return;
    await sleep(50);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
