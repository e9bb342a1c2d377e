import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publish } from './publish.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
let nginx: Awaited<ReturnType<typeof startNginx>>;
let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => {
  shop = await openShop();
  nginx = await startNginx(shop.store);
});
afterAll(async () => {
  await nginx.close();
  await shut();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** nginx with the configuration that is shipped, in a folder of its own. */
async function startNginx(store: string) {
  const [home, port] = [join(folder, 'nginx'), await freePort()];
  mkdirSync(home);
  execFileSync('chmod', ['-R', 'a+rX', store, folder]);
  const shipped = readFileSync('repos/serve/nginx.conf', 'utf8')
    .replaceAll('@STORE@', store)
    .replaceAll('@LISTEN@', `127.0.0.1:${port}`)
    .replaceAll('@NAME@', 'localhost');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${home}/${name};`,
  );
  const config = `daemon off; pid ${home}/pid; error_log ${home}/error.log; worker_processes 1; user root;
events {} http { access_log off; ${temporary.join(' ')}
${shipped}
}`;
  writeFileSync(join(home, 'nginx.conf'), config);
  const child = spawn('nginx', ['-e', join(home, 'error.log'), '-c', join(home, 'nginx.conf')], { stdio: 'inherit' });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      break;
    await sleep(50);
  }
  return {
    url,
    close: async () => {
      child.kill('SIGQUIT');
      if (child.exitCode === null) await once(child, 'close');
    },
  };
}

test('apt-get and dnf read a store that nginx serves; a switched pointer is seen at once', async () => {
  const publishing = { ...shop.publishing, publicUrl: nginx.url };
  await publish(shop.first, publishing);
  const file = (name: string) => readFileSync(join(shop.store, 'clients', name), 'utf8');
  const apt = aptClient(join(folder, 'nginx-apt'), file('umd-5-debian-12/UMD-5-base.sources'));
  const dnf = dnfClient(join(folder, 'nginx-dnf'), file('umd-5-al9/UMD-5-base.repo'));
  await apt.refresh();
  await apt.install('says-deb');
  await dnf.refresh();
  await dnf.install('says-rpm');
  await publish(shop.second, publishing);
  await apt.refresh();
  expect(await apt.offers()).toEqual(['libsays 1.0-1', 'says-deb 1:1.1-1']);
  await dnf.refresh();
  expect(await dnf.offers()).toEqual(['libsays 1.0-1.el9', 'says-rpm 1.1-1.el9']);
}, 60_000);

test('says what may change and what never will, and shows nothing of the publisher itself', async () => {
  const publishing = { ...shop.publishing, publicUrl: nginx.url };
  const { state } = await publish(shop.first, publishing);
  const said = async (key: string, method = 'HEAD') => {
    const answer = await fetch(`${nginx.url}/${key}`, { method });
    return `${answer.status} ${answer.headers.get('cache-control')} ${answer.headers.get('content-type')}`;
  };
  const [rpm] = shop.pooled.filter(({ fragment }) => fragment.format === 'rpm');
  const place = `pool/${rpm?.sha256.slice(0, 2)}/${rpm?.sha256}`;
  const root = 'sw/production/umd/5/al9/x86_64/base';
  const snapshot = state.shown.find(({ head }) => head.path === root)?.head.snapshot;
  const [lasting, brief] = ['200 public, max-age=31536000, immutable', '200 public, max-age=60, must-revalidate'];
  expect(await said(`${root}/${place}/${rpm?.file}`)).toBe(`${lasting} application/x-rpm`);
  expect(await said(`${root}/snapshots/${snapshot}/repodata/repomd.xml`)).toBe(`${lasting} application/xml`);
  expect(await said(`${root}/repodata/repomd.xml`)).toBe(`${brief} application/xml`);
  const kept = state.shown.find(({ head }) => head.suite === 'bookworm')?.head;
  expect(await said(`${kept?.path}/snapshots/${kept?.snapshot}/dists/bookworm/InRelease`)).toMatch(
    `${brief} text/plain`,
  );
  expect(await said(`${root}/mirrorlist`)).toMatch(`${brief} text/plain`);
  expect(await said('state.json')).toMatch(`${brief} application/json`);
  expect(await said('')).toMatch(`${brief} text/html`);
  for (const own of [`${place}/fragment.json`, 'cache/00/x', 'publish.lock', 'pool/.incoming-x/y'])
    expect(await said(own)).toMatch(/^404 /);
  expect(await said('state.json', 'DELETE')).toMatch(/^405 /);
}, 60_000);
