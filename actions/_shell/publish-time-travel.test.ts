import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseImage } from '#core/environment/image.ts';
import { soundOf } from '#core/yaml.ts';
import { nspawn } from './environment/nspawn.ts';
import { publish } from './publish.ts';
import { letKeptLast } from './publish-lasting.ts';
import { openSigner } from './signer.ts';
import { framesIn, withSegmentApart } from './testing/apart.ts';
import { makeKey } from './testing/make-key.ts';
import { publishingSite } from './testing/publishing.ts';

const { folder, openShop, shut } = await publishingSite();
afterAll(shut);

/** The golden root of Debian 13, whose apt is the first that knows --snapshot; built when the cache lacks it. */
let golden = '';
const isRoot = process.getuid?.() === 0;
beforeAll(async () => {
  if (!isRoot) return;
  const file = resolve(import.meta.dirname, '../../repos/images/debian-13.yml');
  const image = soundOf(parseImage('debian-13', readFileSync(file, 'utf8')));
  golden = (await nspawn.ensureImage(image, () => {})).root;
}, 600_000);

/** Runs a shell in a throw-away layer over the golden root; the mount is gone with the process. */
async function inside(sources: string, script: string): Promise<string> {
  for (const name of ['up', 'work', 'root']) mkdirSync(join(folder, 'layer', name), { recursive: true });
  const layers = `lowerdir=${golden},upperdir=${folder}/layer/up,workdir=${folder}/layer/work`;
  const steps = `mount -t overlay overlay -o "$1" "$2" && cd "$2" && rm -rf etc/apt/sources.list* && mkdir etc/apt/sources.list.d &&
    printf %s "$3" > etc/apt/sources.list.d/umd.sources && exec chroot . sh -ec "$4"`;
  const args = ['-m', 'sh', '-ec', steps, 'sh', layers, join(folder, 'layer/root'), sources, script];
  return (await promisify(execFile)('unshare', args)).stdout.trim();
}

test.runIf(isRoot)(
  "apt 3 travels to a snapshot by its name, found by the Release's own word, though it is two months old",
  async () => {
    const { store, publishing, first, second } = await openShop();
    const past = new Date(Date.now() - 60 * 86_400_000);
    const { state } = await publish(first, { ...publishing, now: past });
    await publish(second, { ...publishing, now: new Date() });
    const heads = (await publish(second, publishing)).state.shown.map(({ head }) => head);
    expect(await letKeptLast(heads, publishing)).toHaveLength(2); // of untested and of base
    expect(await letKeptLast(heads, publishing)).toEqual([]);
    const sources = readFileSync(join(store, 'clients/umd-5-debian-12/UMD-5-base.sources'), 'utf8');
    const then = state.shown.find(({ head }) => head.id === 'umd-5/production/debian-12/amd64/base')?.head.snapshot;
    const policy = (option: string) =>
      inside(
        sources,
        `apt-get -q ${option} -o APT::Update::Error-Mode=any update >&2; apt-cache ${option} policy says-deb | grep Candidate`,
      );
    expect(await policy('')).toBe('Candidate: 1:1.1-1');
    expect(await policy(`--snapshot ${then}`)).toBe('Candidate: 1.0-1');
    expect(await policy(`-o Acquire::By-Hash=no --snapshot ${then}`)).toBe('Candidate: 1.0-1'); // as debootstrap asks
    expect(await policy('-o Acquire::By-Hash=no')).toBe('Candidate: 1:1.1-1');
    await expect(policy(`--snapshot ${'0'.repeat(64)}`)).rejects.toThrow(/does not have a Release file|404/);
  },
  60_000,
);

test.runIf(isRoot)(
  'apt 3 reads zstd, which repos/umd.yml says of Debian 13',
  async () => {
    const { store, publishing, second } = await openShop();
    const distributions = publishing.distributions.map((one) => ({
      ...one,
      platforms: Object.fromEntries(
        Object.entries(one.platforms).map(([key, platform]) => [key, { ...platform, compression: 'zst' as const }]),
      ),
    }));
    const wanted = await withSegmentApart(second, folder, publishing.pool);
    await publish(wanted, { ...publishing, distributions });
    const indexes = join(store, 'sw/production/umd/5/debian/dists/bookworm/main/binary-amd64');
    rmSync(realpathSync(join(indexes, 'Packages.gz')));
    const sources = readFileSync(join(store, 'clients/umd-5-debian-12/UMD-5-base.sources'), 'utf8');
    const said = await inside(
      sources,
      'apt-get -q -o APT::Update::Error-Mode=any update >&2; apt-cache policy says-deb $(apt-cache pkgnames zz) | grep Candidate',
    );
    // Two segments are two frames, and it reads both.
    expect(framesIn(readFileSync(join(indexes, 'Packages.zst')))).toBe(2);
    expect(said.trim().split(/\n\s*/)).toEqual(['Candidate: 1:1.1-1', 'Candidate: 1.0']);
  },
  60_000,
);

test('what another key signed, or nobody, is not signed anew', async () => {
  const { store, publishing, first, second } = await openShop();
  const old = (await publish(first, publishing)).state.shown;
  const heads = (await publish(second, publishing)).state.shown.map(({ head }) => head);
  const key = makeKey('stranger');
  const stranger = await openSigner(key.secret, new Date());
  expect(await letKeptLast(heads, { ...publishing, signer: stranger })).toEqual([]);
  await stranger.close();
  for (const { head } of old.filter(({ head: { suite } }) => suite !== undefined)) {
    const file = join(store, head.path, 'snapshots', head.snapshot, 'dists/bookworm/InRelease');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^Origin: .*$/m, 'Origin: Stranger'));
  }
  expect(await letKeptLast(heads, publishing)).toEqual([]);
}, 30_000);
