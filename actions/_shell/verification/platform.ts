import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '#core/distribution/distribution.ts';
import { parseImage } from '#core/environment/image.ts';
import { refusal } from '#core/fault-codes.ts';
import { soundOf } from '#core/yaml.ts';
import { chroot } from '#shell/environment/chroot.ts';
import { host } from '#shell/environment/host.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { EnvironmentProvider, GoldenImage } from '#shell/environment/ports.ts';
import { qemu } from '#shell/environment/qemu/qemu.ts';
import { apt } from './apt.ts';
import { dnf } from './dnf.ts';
import type { PackageManager } from './package-manager.ts';

const PROVIDERS: readonly EnvironmentProvider[] = [nspawn, qemu, host, chroot];

export interface PreparedPlatform {
  readonly provider: EnvironmentProvider;
  readonly golden: GoldenImage;
  readonly packages: PackageManager;
}

/**
 * The kind of system that a platform asks for, with its golden image at hand.
 * @param checkout folder that holds `repos/images`
 * @throws ProvisioningError ENVIRONMENT_MISSING, IMAGE_INVALID
 */
export async function preparePlatform(
  { os, arch, format, environment }: Platform,
  checkout: string,
  say: (line: string) => void,
): Promise<PreparedPlatform> {
  const provider = PROVIDERS.find(({ name }) => name === environment.provider);
  const found = (await provider?.detect()) ?? { available: false as const, why: 'nobody knows it' };
  if (provider === undefined || !found.available) {
    const why = found.available ? '' : found.why;
    throw refusal('ENVIRONMENT_MISSING', `${os}/${arch} needs ${environment.provider}, not to be had here: ${why}.`);
  }
  const path = join(checkout, 'repos/images', `${environment.image}.yml`);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw refusal('ENVIRONMENT_MISSING', `repos/images/${environment.image}.yml is not there.`, { cause });
  });
  const golden = await provider.ensureImage(soundOf(parseImage(environment.image, text)), say);
  return { provider, golden, packages: format === 'deb' ? apt : dnf };
}
