import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image } from '#core/environment/image.ts';
import { refusal } from '#core/fault-codes.ts';
import { cleanEnvironment, mustRun } from '#shell/process.ts';

/** Where a machine of the platform has its own repositories. */
export const REPOSITORIES = '/etc/yum.repos.d';

/**
 * A true root of an rpm platform, made by dnf from the repositories that this machine itself has.
 * @throws ProvisioningError ENVIRONMENT_BASE_MISSING when it has none: nothing else is taken for the platform
 */
export async function buildDnfRoot(
  { name, title, suite, arch, packages }: Image,
  root: string,
  contained: readonly string[],
  repositories = REPOSITORIES,
): Promise<void> {
  const there = existsSync(repositories) && readdirSync(repositories).some((file) => file.endsWith('.repo'));
  if (!there)
    throw refusal(
      'ENVIRONMENT_BASE_MISSING',
      `${name} (${title}) has no base here: this machine has no dnf repositories.`,
    );
  const home = await mkdtemp(join(tmpdir(), 'dnf-root-'));
  try {
    // Debian's rpm would keep the root's database under the home directory.
    await writeFile(join(home, '.rpmmacros'), '%_dbpath /var/lib/rpm\n');
    await mkdir(root, { recursive: true });
    const options = ['--assumeyes', '--quiet', `--installroot=${root}`, `--releasever=${suite}`, `--forcearch=${arch}`];
    const settings = [
      `reposdir=${repositories}`,
      'install_weak_deps=False',
      'keepcache=True',
      `cachedir=${home}/cache`,
    ];
    const argv = [
      ...contained,
      'dnf',
      ...options,
      ...settings.map((each) => `--setopt=${each}`),
      'install',
      ...packages,
    ];
    await mustRun(argv, { timeout: 900_000, env: { ...cleanEnvironment(), HOME: home } as Record<string, string> });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
