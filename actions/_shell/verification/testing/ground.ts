import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Facts } from '#core/criteria/facts.ts';
import { parseImage } from '#core/environment/image.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { soundOf } from '#core/yaml.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { EnvironmentProvider, GoldenImage } from '#shell/environment/ports.ts';
import { serveFolder } from '#shell/testing/serve-folder.ts';
import { apt } from '../apt.ts';
import { dnf } from '../dnf.ts';
import type { FreshFacts } from '../fresh.ts';
import type { PackageManager, SetupFile } from '../package-manager.ts';
import type { Stage } from '../stage.ts';

const images = resolve(import.meta.dirname, '../../../../repos/images');

/** Where the packages of a folder are verified: a golden image, and the folder served as a signed repository. */
export interface Ground {
  readonly golden: GoldenImage;
  readonly url: string;
  stage(locked: readonly LockedPackage[], changed?: Partial<Stage> & { readonly key?: string }): Stage;
  close(): Promise<void>;
}

interface GroundOptions {
  readonly folder: string;
  /** Armored; of the deb repository's signer. */
  readonly key?: string;
  readonly image?: string;
  readonly provider?: EnvironmentProvider;
  readonly say?: (line: string) => void;
}

/** @param options `folder` as signRepository left it */
export function debGround(options: GroundOptions): Promise<Ground> {
  return groundOf({ image: 'debian-12', ...options }, apt, (url, key) => [
    {
      path: '/etc/apt/sources.list.d/tiny.list',
      text: `deb [signed-by=/etc/apt/keyrings/tiny.asc] ${url} bookworm main\n`,
    },
    { path: '/etc/apt/keyrings/tiny.asc', text: key },
  ]);
}

/** @param options `folder` with `repodata`, signed, and `key.asc` */
export function rpmGround(options: GroundOptions): Promise<Ground> {
  return groundOf({ image: 'rpm-on-debian', ...options }, dnf, (url) => [
    {
      path: '/etc/yum.repos.d/tiny.repo',
      text: `[tiny]\nname=tiny\nbaseurl=${url}\ngpgcheck=1\nrepo_gpgcheck=1\ngpgkey=${url}/key.asc\n`,
    },
  ]);
}

async function groundOf(
  { folder, key = '', image, provider = nspawn, say = () => {} }: GroundOptions & { readonly image: string },
  packages: PackageManager,
  filesOf: (url: string, key: string) => SetupFile[],
): Promise<Ground> {
  const text = readFileSync(join(images, `${image}.yml`), 'utf8');
  const golden = await provider.ensureImage(soundOf(parseImage(image, text)), say);
  const { url, close } = await serveFolder(folder);
  return {
    golden,
    url,
    close,
    stage: (locked, { key: other = key, ...changed } = {}) => {
      return { provider, golden, packages, files: filesOf(url, other), locked, say: () => {}, ...changed };
    },
  };
}

/** What was found, with notes and a product card that leave nothing to wish. */
export function factsOf(fresh: FreshFacts, format: 'deb' | 'rpm', upgrade?: Facts['upgrade']): Facts {
  const product = {
    description: 'A small daemon, made for the tests of this room.',
    ...{ purpose: 'Tests.', supportEnds: ['2030-01-01'], day: '2026-06-01' },
  };
  const documentation = { notes: 'Everything works as before.', pages: [] };
  return { ...fresh, product, documentation, format, upgrade };
}
