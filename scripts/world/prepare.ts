import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '#shell/environment/cache.ts';
import { EDITION, OLD_SUITE, PRODUCTS, SUITE, SYSTEM } from './materials.ts';
import { type IsolatedApt, openMirror } from './mirror.ts';
import { type PackageFile, packagesIn } from './package-file.ts';
import { indexDebs } from './repositories.ts';
import { rpmOfDeb } from './rpm.ts';

/** What the world is made of, on disk; nothing in it is signed by the world's keys yet. */
export interface Materials {
  /** The products' packages; `old` are the builds of the older suite. */
  readonly debs: { readonly old: readonly PackageFile[]; readonly now: readonly PackageFile[] };
  readonly rpms: { readonly old: readonly PackageFile[]; readonly now: readonly PackageFile[] };
  /** Root of the base system's apt repository, indexed but not signed: `pool/` and `dists/<suite>/main`. */
  readonly base: string;
}

export interface Preparation {
  /** Default: the cache folder of the environment. */
  readonly cache?: string;
  readonly progress?: (sentence: string) => void;
}

const ARCHITECTURE = 'amd64';

const NAMES: readonly string[] = Object.values(PRODUCTS).flatMap(({ packages }) => [...packages]);

/** `perl_5.36.0-7_amd64.deb`; apt keeps an epoch in the name, a pool does not. */
function poolName(file: string): string {
  return file.replace(/_\d+%3a/, '_');
}

/** Products to `debs/now`, everything they stand on to the base's pool. */
async function downloadNow(apt: IsolatedApt, dir: string): Promise<void> {
  await apt.get('install', '--yes', '--download-only', '?essential', ...SYSTEM, ...NAMES);
  for (const folder of ['debs/now', 'base/pool']) await mkdir(join(dir, folder), { recursive: true });
  for (const file of (await readdir(apt.archives)).filter((name) => name.endsWith('.deb'))) {
    const folder = NAMES.includes(file.split('_')[0] ?? '') ? 'debs/now' : 'base/pool';
    await rename(join(apt.archives, file), join(dir, folder, poolName(file)));
  }
}

async function downloadOld(apt: IsolatedApt, dir: string): Promise<void> {
  const wanted = Object.values(PRODUCTS).filter(({ old }) => old);
  const names = wanted.flatMap(({ packages }) => packages.map((name) => `${name}/${OLD_SUITE}`));
  await mkdir(join(dir, 'debs/old'), { recursive: true });
  await apt.getInto(join(dir, 'debs/old'), 'download', ...names);
}

/** Two at a time: the machine of the journey has two cores. */
async function buildRpms(dir: string, age: 'old' | 'now'): Promise<void> {
  const wanted = Object.values(PRODUCTS).filter(({ old }) => old);
  const names = wanted.flatMap(({ packages }) => [...packages] as string[]);
  const debs = (await readdir(join(dir, 'debs', age))).filter((file) => names.includes(file.split('_')[0] ?? ''));
  const queue = debs.map((file) => join(dir, 'debs', age, file));
  const work = async () => {
    for (let deb = queue.shift(); deb !== undefined; deb = queue.shift()) await rpmOfDeb(deb, join(dir, 'rpms', age));
  };
  await Promise.all([work(), work()]);
}

async function gather(dir: string, say: (sentence: string) => void): Promise<void> {
  say('local world: reading the lists of the Debian archive');
  const apt = await openMirror(join(dir, 'apt'));
  try {
    say('local world: fetching products and their base system');
    await downloadNow(apt, dir);
    await downloadOld(apt, dir);
  } finally {
    await apt.close();
  }
  say('local world: building rpms and the index of the base system');
  await Promise.all([
    indexDebs(join(dir, 'base'), { origin: '', suite: SUITE, arch: ARCHITECTURE }),
    buildRpms(dir, 'now').then(() => buildRpms(dir, 'old')),
  ]);
}

type Kept = Omit<Materials, 'base'>;

async function describe(dir: string): Promise<Kept> {
  const folder = (kind: string, age: string) => packagesIn(join(dir, kind, age));
  const [debsOld, debsNow, rpmsOld, rpmsNow] = await Promise.all([
    folder('debs', 'old'),
    folder('debs', 'now'),
    folder('rpms', 'old'),
    folder('rpms', 'now'),
  ]);
  return { debs: { old: debsOld, now: debsNow }, rpms: { old: rpmsOld, now: rpmsNow } };
}

/** The paths in it are made anew, because the folder was built under another name and a cache may be moved. */
async function read(home: string): Promise<Materials> {
  const kept = JSON.parse(await readFile(join(home, 'materials.json'), 'utf8')) as Kept;
  const at = (kind: string, age: string, files: readonly PackageFile[]) =>
    files.map((found) => ({ ...found, path: join(home, kind, age, found.file) }));
  return {
    debs: { old: at('debs', 'old', kept.debs.old), now: at('debs', 'now', kept.debs.now) },
    rpms: { old: at('rpms', 'old', kept.rpms.old), now: at('rpms', 'now', kept.rpms.now) },
    base: join(home, 'base'),
  };
}

/**
 * The network part of the local world, done once per cache: real packages from the Debian archive of this system's own
 * apt sources, and rpms of the same content. Built aside and renamed whole, so that a killed run leaves nothing half done.
 * @throws ProvisioningError WORLD_MIRROR_MISSING
 */
export async function prepareWorld({
  cache = cacheFolder(),
  progress = () => {},
}: Preparation = {}): Promise<Materials> {
  const home = join(cache, 'world', `edition-${EDITION}`);
  const isThere = () =>
    stat(join(home, 'materials.json')).then(
      () => true,
      () => false,
    );
  if (await isThere()) return read(home);
  const aside = `${home}.${process.pid}`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  try {
    await gather(aside, progress);
    await writeFile(join(aside, 'materials.json'), JSON.stringify(await describe(aside)));
    await rename(aside, home).catch(async (cause) => {
      if (!(await isThere())) throw cause; // else another process was faster
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return read(home);
}
