import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type CheckerRun, lintianFindings, rpmlintFindings } from '#core/criteria/checker.ts';
import { type ListedLicence, rpmlintConfiguration } from '#core/criteria/licences.ts';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { type Image, parseImage } from '#core/environment/image.ts';
import type { Outcome } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';
import { soundOf } from '#core/yaml.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { GoldenImage } from '#shell/environment/ports.ts';
import { keptFindings, orWhatFailed } from './findings-kept.ts';

/** Image that the checkers of packages run on: never the one that products are installed on. */
const IMAGE = 'checkers';
/** Milliseconds for one look at all packages of a PPA. */
const LIMIT = 150_000;

export interface PackageLook {
  readonly format: PackageFormat;
  /** Package files on this machine. */
  readonly files: readonly string[];
  readonly licences: readonly ListedLicence[];
  /** Folder that holds `repos/images`. */
  readonly checkout: string;
  readonly say: (line: string) => void;
}

/**
 * lintian or rpmlint over the packages, on a system of their own, cut off from the network. The same packages and the same
 * image give the same findings, so they are looked at once on a machine. What keeps a checker from running is told in the
 * run and is no verdict.
 */
export async function lookAtPackages(look: PackageLook): Promise<CheckerRun> {
  const tool = look.format === 'deb' ? ('lintian' as const) : ('rpmlint' as const);
  return orWhatFailed(tool, async () => {
    const golden = await checkersImage(look);
    const { known, keep } = await keptFindings(await about(look, golden));
    const { text, failed } = known === undefined ? await run(look, golden) : { text: known, failed: undefined };
    if (failed !== undefined) return { tool, failed, findings: [] };
    if (known === undefined) await keep(text);
    return { tool, findings: tool === 'lintian' ? lintianFindings(text) : rpmlintFindings(text) };
  });
}

/** Built when it is not at hand. @throws ProvisioningError ENVIRONMENT_MISSING, IMAGE_INVALID */
export async function checkersImage({ checkout, say }: Pick<PackageLook, 'checkout' | 'say'>): Promise<GoldenImage> {
  const image = await checkersDescribed(checkout);
  const able = await nspawn.detect();
  if (!able.available) throw refusal('ENVIRONMENT_MISSING', `nspawn is not to be had here: ${able.why}.`);
  return nspawn.ensureImage(image, say);
}

/** @throws ProvisioningError ENVIRONMENT_MISSING, IMAGE_INVALID */
export async function checkersDescribed(checkout: string): Promise<Image> {
  const path = join(checkout, 'repos/images', `${IMAGE}.yml`);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw refusal('ENVIRONMENT_MISSING', `repos/images/${IMAGE}.yml is not there.`, { cause });
  });
  return soundOf(parseImage(IMAGE, text));
}

/** What the findings depend on. */
async function about({ format, files, licences }: PackageLook, { sha256 }: GoldenImage): Promise<readonly unknown[]> {
  const digests = await Promise.all(
    files.map(async (file) =>
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    ),
  );
  const names = files.map((file) => basename(file));
  return [sha256, format, licences, names, digests, COMMANDS];
}

const COMMANDS = {
  deb: ['lintian', '--allow-root', '--no-cfg', '--color=never', '--tag-display-limit=0', '--fail-on=none', '--'],
  rpm: ['rpmlint', '--config', '/etc/umd-rpmlint.toml'],
} as const;

async function run(
  { format, files, licences, say }: PackageLook,
  golden: GoldenImage,
): Promise<{ text: string; failed: string | undefined }> {
  say(`look at ${files.length} packages with ${COMMANDS[format][0]}`);
  const system = await nspawn.create(golden);
  try {
    for (const file of files) await system.copyIn(file, `/srv/${basename(file)}`);
    await system.writeFile('/etc/umd-rpmlint.toml', rpmlintConfiguration(licences));
    await system.boot();
    const inside = files.map((file) => `/srv/${basename(file)}`);
    const outcome = await system.run([...COMMANDS[format], ...inside], { timeout: LIMIT });
    return { text: outcome.stdout, failed: failureOf(format, outcome) };
  } finally {
    await system.destroy();
  }
}

/** So asked, lintian ends with 0 whatever it finds; rpmlint with 64 or 66 when it finds something, and tells at its end that it is done. */
function failureOf(format: PackageFormat, { code, stdout, stderr }: Outcome): string | undefined {
  const done = format === 'deb' ? code === 0 : /^\s*\d+ packages and \d+ specfiles checked/m.test(stdout);
  if (done) return undefined;
  if (code === 124) return 'it did not end in time';
  return `it ended with ${code}: ${(stderr.trim() || stdout.trim()).slice(-300)}`;
}
