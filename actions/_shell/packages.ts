import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { ProvisioningError } from '#core/faults.ts';
import { factsOf, formatOf, type PackageFacts } from '#core/intake/package-facts.ts';
import { runProcess } from '#shell/process.ts';

/** An environment in which no file of the user's home speaks along: rpm macros, gpg keys, dpkg options. */
export function bareEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin:/usr/sbin:/sbin',
    LC_ALL: 'C',
    TZ: 'UTC',
    HOME: home,
    GNUPGHOME: home,
  };
}

/** A folder of one's own (mode 0700) for as long as `body` runs. */
export async function inThrowAway<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'intake-'));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** rpm's `EPOCH:VERSION-RELEASE`; a source rpm's header names the machine it was built on, so `src` is said here. */
const QUERY =
  '%{NAME}\\n%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\n%|SOURCEPACKAGE?{src}:{%{ARCH}}|\\n%{SOURCERPM}\\n%|MODULARITYLABEL?{%{MODULARITYLABEL}}:{}|\\n';

/** Signatures are another question (signature.ts); digests are checked here, so a torn file is not read as a whole one. */
async function rpmFields(path: string) {
  const said = await inThrowAway((home) => {
    const options = ['--dbpath', home, '--nosignature', '--qf', QUERY];
    return runProcess(['rpm', '-qp', ...options, '--', path], { env: bareEnvironment(home) });
  });
  if (said.code !== 0) throw unreadable('rpm', said.stderr);
  const [name = '', version = '', arch = '', file = '', module = ''] = said.stdout.split('\n');
  const source = arch === 'src' ? name : file.replace(/-[^-]+-[^-]+\.(no)?src\.rpm$/, '');
  return { name, version, arch, source, module };
}

async function debFields(path: string) {
  const said = await inThrowAway((home) =>
    runProcess(['dpkg-deb', '--field', '--', path], { env: bareEnvironment(home) }),
  );
  if (said.code !== 0) throw unreadable('dpkg-deb', said.stderr);
  const field = (key: string) => new RegExp(`^${key}: *(.*)$`, 'im').exec(said.stdout)?.[1]?.trim() ?? '';
  const [name, version, arch] = [field('Package'), field('Version'), field('Architecture')];
  return { name, version, arch, source: field('Source').split(' ')[0] || name };
}

function unreadable(tool: string, said: string): ProvisioningError {
  const words = said.trim().split('\n').at(-1)?.slice(-200) ?? '';
  return refusal('PACKAGE_FORMAT', `${tool} cannot read the package: ${words}`);
}

/**
 * Reads what a package says of itself, by the field's own tools.
 * @throws ProvisioningError PACKAGE_IS_WEB_PAGE, PACKAGE_FORMAT
 */
export async function readPackage(path: string): Promise<PackageFacts> {
  const absolute = resolve(path);
  const format = formatOf(await startOf(absolute));
  if (typeof format !== 'string') throw new ProvisioningError(format.code, format.sentence, format.hint);
  return factsOf(format, format === 'rpm' ? await rpmFields(absolute) : await debFields(absolute));
}
