import type { Image } from '#core/environment/image.ts';
import { refusal } from '#core/fault-codes.ts';
import { ProvisioningError } from '#core/faults.ts';
import { hostSources } from '#shell/environment/apt-sources.ts';
import { mustRun, runProcess } from '#shell/process.ts';

// initramfs.conf(5), MODULES=list: what our machines have and nothing else, so that it is small and quickly unpacked.
const SMALL_INITRAMFS = `cd "$1" && mkdir -p etc/initramfs-tools/conf.d usr/share/initramfs-tools/modules.d &&
  echo MODULES=list > etc/initramfs-tools/conf.d/testbed &&
  printf 'virtio_pci\\nvirtio_blk\\next4\\n' > usr/share/initramfs-tools/modules.d/testbed`;

/**
 * A root of a Debian suite, made by mmdebstrap from where this machine finds its own packages.
 * @param sources one-line apt sources of the suite
 * @param runs whether this machine can run programs of an architecture (Debian's name)
 * @throws ProvisioningError ENVIRONMENT_BASE_MISSING when it cannot: nothing else is taken for the platform.
 * IMAGE_SOURCES_MISSING when apt cannot read the suite
 */
export async function buildDebianRoot(
  image: Image,
  root: string,
  contained: readonly string[],
  { sources = hostSources(image.suite), runs = runsHere } = {},
): Promise<void> {
  const { name, title, suite, arch, packages, vm } = image;
  if (!(await runs(arch)))
    throw refusal(
      'ENVIRONMENT_BASE_MISSING',
      `${name} (${title}) has no base here: this machine does not run ${arch}.`,
    );
  const options = ['--mode=root', '--variant=minbase', '--format=directory', '--quiet'];
  const wanted = [`--include=${packages.join(',')}`, '--aptopt=APT::Install-Recommends "false"'];
  const hooks = vm === undefined ? [] : [`--essential-hook=${SMALL_INITRAMFS}`];
  const argv = [...contained, 'mmdebstrap', ...options, ...wanted, ...hooks, `--architectures=${arch}`, suite, root];
  try {
    await mustRun(argv, { input: `${sources.join('\n')}\n`, timeout: 900_000 });
  } catch (cause) {
    if (!(cause instanceof ProvisioningError) || !/apt-get update .*failed/.test(cause.message)) throw cause;
    const sentence = `${name} (${title}) has no base here: apt cannot read ${suite} for ${arch} from where this machine finds its own packages.`;
    throw refusal('IMAGE_SOURCES_MISSING', sentence, { cause });
  }
}

/** Its own, and others where the machine has an emulator for them and arch-test to tell so: mmdebstrap asks the same. */
async function runsHere(arch: string): Promise<boolean> {
  const own = await mustRun(['dpkg', '--print-architecture'], { timeout: 10_000 });
  if (own.trim() === arch) return true;
  const tested = await runProcess(['arch-test', arch], { timeout: 10_000 }).catch(() => undefined);
  return tested?.code === 0;
}
