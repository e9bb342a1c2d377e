import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Holding } from '#core/closure/file-conflicts.ts';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import type { RepositoryPackage } from '#core/repository/wanted.ts';
import { bareEnvironment, inThrowAway } from '#shell/packages.ts';
import { mustRun } from '#shell/process.ts';
import { bytes } from './served-metadata.ts';

interface Listed {
  readonly files: Readonly<Record<string, string>>;
  readonly yields: readonly string[];
}

/**
 * What a package puts where, by the field's own tools: Packages does not say it, and rpm-md has no digests. Kept by the
 * package's digest, so each is fetched once in its life.
 * @throws ProvisioningError PUBLISHED_UNREACHABLE, COMMAND_FAILED
 */
export async function holdingOf(
  { name, version, arch, sha256 }: RepositoryPackage,
  format: PackageFormat,
  address: string,
  keep: string,
): Promise<Holding> {
  const record = join(keep, 'files', `${sha256}.json`);
  const listed = await readFile(record, 'utf8').then(
    (text) => JSON.parse(text) as Listed,
    () => undefined,
  );
  const { files, yields } = listed ?? (await list(format, address, record));
  return { name, version, arch, files: new Map(Object.entries(files)), yields: new Set(yields) };
}

async function list(format: PackageFormat, address: string, record: string): Promise<Listed> {
  await mkdir(dirname(record), { recursive: true });
  const path = `${record}.package`;
  await writeFile(path, await bytes(address));
  try {
    const listed = await (format === 'deb' ? listDeb(path) : listRpm(path));
    await writeFile(record, JSON.stringify(listed));
    return listed;
  } finally {
    await rm(path, { force: true });
  }
}

/** `-rw-r--r-- root/root 12 2024-01-01 00:00 ./etc/x`; links say where they lead after their name. */
const ROW = /^(?<mode>\S{10}) \S+ +\d+ \S+ \S+ \.(?<path>\/.*?)(?: -> .*| link to .*)?$/;

async function listDeb(path: string): Promise<Listed> {
  return inThrowAway(async (home) => {
    const env = bareEnvironment(home);
    const rows = (await mustRun(['dpkg-deb', '--contents', path], { env })).split('\n');
    const found = rows.map((row) => ROW.exec(row)?.groups).filter((groups) => groups !== undefined);
    const files = found.filter(({ mode }) => !mode?.startsWith('d')).map((one) => [one.path ?? '', ''] as const);
    const fields = await mustRun(['dpkg-deb', '--field', path, 'Replaces', 'Conflicts', 'Breaks'], { env });
    return { files: Object.fromEntries(files), yields: names(fields.replace(/^[A-Za-z]+:/gm, ','), ',') };
  });
}

const QUERY = '[F\\t%{FILENAMES}\\t%{FILEMODES:octal}\\t%{FILEDIGESTS}\\n][C\\t%{CONFLICTS}\\n][C\\t%{OBSOLETES}\\n]';

async function listRpm(path: string): Promise<Listed> {
  return inThrowAway(async (home) => {
    const argv = ['rpm', '-qp', '--dbpath', home, '--nosignature', '--qf', QUERY, '--', path];
    const rows = (await mustRun(argv, { env: bareEnvironment(home) })).split('\n').map((row) => row.split('\t'));
    const files = rows
      .filter(([kind, , mode = '']) => kind === 'F' && !/^0?4\d{4}$/.test(mode))
      .map(([, file = '', mode = '', digest = '']) => [file, digest === '' ? `mode ${mode}` : digest] as const);
    const yields = names(rows.map(([kind, name]) => (kind === 'C' ? name : '')).join(','), ',');
    return { files: Object.fromEntries(files), yields };
  });
}

function names(text: string, separator: string): string[] {
  const found = text.split(separator).map((one) => one.trim().split(/[\s(:|]/)[0] ?? '');
  return [...new Set(found.filter((name) => name !== '' && name !== '(none)'))];
}
