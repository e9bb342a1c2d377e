import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { publish } from '#shell/publish.ts';
import { publishingSite } from '#shell/testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

/** What a person types, and what is said: the answer, or the complaint. */
async function typed(script: 'snapshots' | 'pool' | 'publish', args: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const argv = ['--import', 'tsx', `scripts/${script}.ts`, ...args];
  return promisify(execFile)(process.execPath, argv, { env }).then(
    ({ stdout }) => stdout,
    ({ code, stderr }) => `${code} ${stderr}`,
  );
}
const BASE = 'umd-5/production/al9/x86_64/base';

test('snapshots are listed and compared by hand; who mistypes is told what there is', async () => {
  const { store, publishing, first, second } = await openShop();
  const old = (await publish(first, publishing)).state.shown.find(({ head }) => head.id === BASE)?.head.snapshot ?? '';
  await publish(second, publishing);
  const snapshots = (...args: string[]) => typed('snapshots', [...args, '--store', store]);
  const said = await Promise.all([
    snapshots('list', BASE),
    snapshots('show', BASE, old.slice(0, 10)),
    snapshots('diff', BASE, old.slice(0, 10)),
    snapshots('show', 'umd-5/base'),
    snapshots('point', BASE, old.slice(0, 10)),
    snapshots('diff', BASE),
    snapshots('diff', BASE, 'xx', 'yy'),
    snapshots('point', BASE, 'zz'),
    snapshots('list', BASE, 'and', 'more'),
    snapshots('list', '--bogus'),
  ]);
  expect(said[0]).toMatch(new RegExp(`^${BASE}: 2 packages\n  2\\S+ ${old}\n  2\\S+ [0-9a-f]{64} \\(served\\)\n$`));
  expect(said[1]).toContain('says-rpm 1.0-1.el9 noarch ');
  expect(said[2]).toBe('~ says-rpm noarch 1.0-1.el9 → 1.1-1.el9\n');
  expect(said[3]).toContain(`1 SNAPSHOT_MISSING Nothing is published as "umd-5/base". There are:\n  ${BASE}\n`);
  expect(said[4]).toContain('1 SIGNER_KEY_INVALID SIGNING_KEY is not set');
  expect(said[5]).toMatch(/^1 SNAPSHOT_MISSING Which snapshot\? There are:\n( {2}[0-9a-f]{64}\n){2}/);
  expect(said[6]).toMatch(/begins with xx[\s\S]*begins with yy/);
  expect(said[7]).toMatch(/begins with zz[\s\S]*SIGNING_KEY is not set/);
  expect(said[8]).toMatch(/^1 npm run snapshots -- list \[repository\]\n/);
  expect(said[9]).toMatch(/^2 Unknown option '--bogus'\.\nnpm run snapshots/);
}, 60_000);

test('a store that is none is no empty store; what publish by hand lacks is said at once', async () => {
  const nowhere = join(folder, 'nowhere');
  const said = await Promise.all([
    typed('snapshots', ['list']),
    typed('snapshots', ['list', '--store', nowhere]),
    typed('pool', ['verify', '--store', folder]),
    typed('pool', ['verify', '--store', 's3://bucket/x']),
    typed('publish', ['--check']),
  ]);
  expect(said[0]).toContain('1 STORE_INVALID Which store?');
  expect(said[1]).toContain(`1 STORE_INVALID There is no ${nowhere}.`);
  expect(said[2]).toContain(`1 STORE_INVALID ${folder} is no store: it has no pool.`);
  expect(said[3]).toContain('1 STORE_INVALID Only a pool on a disk');
  expect(said[4]).toMatch(
    /^2 Set these:\n {2}STORE .*\n {2}PUBLIC_URL .*\n {2}GITHUB_TOKEN .*\n {2}GITHUB_REPOSITORY .*\n$/,
  );
}, 60_000);
