import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PLACE, type Stage } from '../../../actions/reconcile/testing/stage.ts';
import {
  folderOf,
  lockOf,
  lockPathOf,
  nameOf,
  type Product,
  reportOf,
} from '../../../actions/reconcile/testing/world.ts';

const run = promisify(execFile);

/** Opens so many PPA pull requests as the bouncer would leave them: branches by one push, pull requests through the API. */
export async function populate(stage: Stage, products: readonly Product[], token: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-reconcile-'));
  const git = (...args: string[]) => run('git', ['-C', dir, ...args], { maxBuffer: 64 << 20 });
  const remote = `${stage.forge.url.replace('://', `://x-access-token:${token}@`)}/umd/release.git`;
  await run('git', ['clone', '--quiet', '--bare', '--branch', 'candidate', remote, dir]);
  await fastImport(dir, products);
  await git('push', '--quiet', remote, 'refs/heads/ppa/*:refs/heads/ppa/*');
  for (let at = 0; at < products.length; at += 8)
    await Promise.all(products.slice(at, at + 8).map((each) => open(stage, each)));
  await rm(dir, { recursive: true });
}

async function fastImport(dir: string, products: readonly Product[]): Promise<void> {
  const child = spawn('git', ['-C', dir, 'fast-import', '--quiet'], { stdio: ['pipe', 'inherit', 'inherit'] });
  for (const product of products) {
    const name = nameOf(product);
    const files = {
      [lockPathOf(product)]: lockOf(product),
      [`${folderOf(product)}/${name}/verification.yml`]: reportOf(product),
    };
    const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
    child.stdin.write(`commit refs/heads/ppa/${name}\ncommitter bot <bot@umd.example> 1767945600 +0000\n${data(name)}`);
    child.stdin.write('from refs/heads/candidate^0\n');
    for (const [path, text] of Object.entries(files)) child.stdin.write(`M 100644 inline ${path}\n${data(text)}`);
  }
  child.stdin.end();
  await new Promise<void>((done, fail) =>
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`git fast-import ended with ${code}`)))),
  );
}

async function open({ bot }: Stage, product: Product): Promise<void> {
  const name = nameOf(product);
  const body = `<!-- umd:ppa release=${folderOf(product)} xml=0 of=1 -->`;
  const { data } = await bot.rest.pulls.create({ ...PLACE, head: `ppa/${name}`, base: 'candidate', title: name, body });
  const labels = ['RolloutProgress: Unverified', 'ReleaseType: Minor', 'UMDRelease: 5'];
  await bot.rest.issues.addLabels({ ...PLACE, issue_number: data.number, labels });
}
