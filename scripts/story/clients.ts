import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Image, parseImage } from '#core/environment/image.ts';
import { soundOf } from '#core/yaml.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';
import type { LocalWorld } from './local-world.ts';
import { StoryFault } from './story.ts';

/** Real clients on systems of their own: what a site would type, over HTTP, with every signature checked. */

export type SiteName = 'debian-12' | 'rpm-on-debian';

const CHECKOUT = resolve(import.meta.dirname, '../..');

export function imageOf(name: SiteName | 'checkers'): Image {
  return soundOf(parseImage(name, readFileSync(join(CHECKOUT, `repos/images/${name}.yml`), 'utf8')));
}

/** A site's machine: a throw-away root that has the distribution's base system and our production repositories. */
export async function openSite(name: SiteName, local: LocalWorld): Promise<ThrowAwaySystem> {
  const system = await nspawn.create(await nspawn.ensureImage(imageOf(name), () => {}));
  try {
    if (name === 'debian-12') await setUpApt(system, local);
    else await setUpDnf(system, local);
    return system;
  } catch (cause) {
    await system.destroy();
    throw cause;
  }
}

async function clientFile({ publicUrl }: LocalWorld, path: string): Promise<string> {
  const answer = await fetch(`${publicUrl}/clients/${path}`);
  if (!answer.ok) throw new StoryFault(`The client file ${path} is not published: ${answer.status}.`);
  return answer.text();
}

async function setUpApt(system: ThrowAwaySystem, local: LocalWorld): Promise<void> {
  const { world } = local;
  await type(system, ['sh', '-c', 'rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*']);
  await system.writeFile('/etc/apt/keyrings/base.asc', world.keys.base.public);
  await system.writeFile(
    '/etc/apt/sources.list.d/base.list',
    `deb [signed-by=/etc/apt/keyrings/base.asc] ${world.url}/base/debian-12 bookworm main\n`,
  );
  for (const title of ['UMD-5-base', 'UMD-5-updates']) {
    await system.writeFile(
      `/etc/apt/sources.list.d/${title}.sources`,
      await clientFile(local, `umd-5-debian-12/${title}.sources`),
    );
  }
}

async function setUpDnf(system: ThrowAwaySystem, local: LocalWorld): Promise<void> {
  for (const title of ['UMD-5-base', 'UMD-5-updates']) {
    await system.writeFile(
      `/etc/yum.repos.d/${title}.repo`,
      await clientFile(local, `umd-5-rpm-on-debian/${title}.repo`),
    );
  }
}

const MINUTES = 60_000;
// Bad signatures and failed fetches must not pass for success (publishing.md, trap 6).
const APT = [
  'apt-get',
  '--yes',
  '--quiet',
  '-oAPT::Update::Error-Mode=any',
  '-oAcquire::Languages=none',
  '-oDpkg::Use-Pty=0',
];
const DNF = ['dnf', '--assumeyes', '--quiet', '--refresh', '--disableplugin=local', '--setopt=skip_if_unavailable=0'];

/** Installs or upgrades by the site's own package manager. @throws StoryFault with what it printed */
export async function installOn(name: SiteName, system: ThrowAwaySystem, packages: readonly string[]): Promise<void> {
  if (name === 'rpm-on-debian') {
    await type(system, [...DNF, 'install', ...packages]);
    return;
  }
  await type(system, [...APT, 'update']);
  await type(system, [...APT, 'install', '--no-install-recommends', ...packages]);
}

export async function upgradeOn(name: SiteName, system: ThrowAwaySystem, packages: readonly string[]): Promise<void> {
  if (name === 'rpm-on-debian') {
    await type(system, [...DNF, 'upgrade', ...packages]);
    return;
  }
  await type(system, [...APT, 'update']);
  await type(system, [...APT, 'install', '--only-upgrade', ...packages]);
}

/** Version of an installed package, as dpkg or rpm say it. */
export async function versionOn(name: SiteName, system: ThrowAwaySystem, packageName: string): Promise<string> {
  const ask =
    name === 'rpm-on-debian'
      ? ['rpm', '-q', '--queryformat', '%{VERSION}-%{RELEASE}', packageName]
      : ['dpkg-query', '--show', '--showformat=${Version}', packageName];
  return (await type(system, ask)).trim();
}

async function type(system: ThrowAwaySystem, argv: readonly string[]): Promise<string> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const { code, stdout, stderr } = await system.run(argv, { timeout: 3 * MINUTES, env });
  if (code === 0) return stdout;
  throw new StoryFault(
    `${argv.join(' ')} failed with ${code} on a site.`,
    `${stdout}\n${stderr}`.trim().split('\n').slice(-15),
  );
}
