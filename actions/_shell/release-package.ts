import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  debControl,
  debPreinst,
  type ReleasePackage,
  releaseVersion,
  rpmSpec,
} from '#core/repository/release-package.ts';
import { command } from './command.ts';
import type { Pool } from './pool.ts';
import type { Signer } from './signer.ts';
import type { Store } from './store.ts';

/** `<folder>/<name>.json`: the one that is served. */
interface Record {
  readonly version: string;
  readonly content: string;
  readonly signer: string;
  readonly file: string;
  readonly sha256: string;
}

export interface ReleaseHands {
  readonly store: Store;
  readonly pool: Pool;
  readonly signer: Signer;
  readonly now: Date;
}

/** The release package of a lane and system as the pool describes it; undefined when there is none yet. */
export async function servedReleasePackage(
  folder: string,
  name: string,
  { store, pool }: Pick<ReleaseHands, 'store' | 'pool'>,
) {
  const record = readRecord(await store.read(`${folder}/${name}.json`));
  return record !== undefined && (await pool.has(record.sha256)) ? pool.fragment(record.sha256) : undefined;
}

/**
 * Builds and serves a release package when what it brings is not what is served: under its own name for good, and as
 * `<name>.rpm` or `<name>.deb` for who has none yet. An rpm is signed; beside a deb lies a signature, because apt checks
 * none inside.
 * @returns its file name when there is a new one
 * @throws ProvisioningError COMMAND_MISSING, COMMAND_FAILED
 */
export async function publishReleasePackage(
  made: ReleasePackage,
  { store, pool, signer, now }: ReleaseHands,
): Promise<string | undefined> {
  const { name, folder, format, major, content } = made;
  const record = `${folder}/${name}.json`;
  const known = readRecord(await store.read(record));
  if (known?.content === content && known.signer === signer.fingerprint) return undefined;
  const version = releaseVersion(major, now, known?.version);
  const work = await mkdtemp(join(tmpdir(), 'release-'));
  try {
    const path = await (format === 'deb' ? buildDeb(made, version, work) : buildRpm(made, version, work, signer));
    const [bytes, file] = [await readFile(path), path.slice(work.length + 1)];
    await store.put(`${folder}/${file}`, bytes, 'immutable');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await pool.add(path, { sha256, file, format });
    if (format === 'deb') await store.put(`${folder}/${file}.asc`, await signer.detach(bytes), 'immutable');
    await store.link(`${folder}/${name}.${format}`, `${folder}/${file}`);
    const facts: Record = { version, content, signer: signer.fingerprint, file, sha256 };
    await store.put(record, `${JSON.stringify(facts)}\n`, 'pointer');
    return file;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function readRecord(bytes: Buffer | undefined): Record | undefined {
  try {
    return JSON.parse(bytes?.toString() ?? '') as Record;
  } catch {
    return undefined;
  }
}

async function lay({ files }: ReleasePackage, tree: string): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(tree, path)), { recursive: true, mode: 0o755 });
    await writeFile(join(tree, path), text, { mode: 0o644 });
  }
  await chmod(tree, 0o755);
}

async function buildDeb(made: ReleasePackage, version: string, work: string): Promise<string> {
  const [tree, file] = [join(work, 'tree'), join(work, `${made.name}_${version}_all.deb`)];
  await lay(made, tree);
  await mkdir(join(tree, 'DEBIAN'), { mode: 0o755 });
  await writeFile(join(tree, 'DEBIAN/control'), debControl(made, version));
  await writeFile(join(tree, 'DEBIAN/preinst'), debPreinst(made), { mode: 0o755 });
  const configuration = made.files.filter((one) => one.configuration).map(({ path }) => `${path}\n`);
  await writeFile(join(tree, 'DEBIAN/conffiles'), configuration.join(''));
  await command('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', tree, file]);
  return file;
}

async function buildRpm(made: ReleasePackage, version: string, work: string, signer: Signer): Promise<string> {
  const [tree, spec] = [join(work, 'tree'), join(work, 'package.spec')];
  await lay(made, tree);
  await writeFile(spec, rpmSpec(made, version, tree));
  // gzip: every rpm that is in use reads it.
  const macros = {
    ...{ _topdir: join(work, 'build'), _rpmdir: work, _rpmfilename: '%{NVRA}.rpm', _buildhost: 'localhost' },
    ...{ _binary_payload: 'w9.gzdio', _dbpath: join(work, 'db'), _build_name_fmt: '%{NVRA}.rpm' },
  };
  const defines = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  await command('rpmbuild', ['-bb', '--quiet', '--nodeps', '--target', 'noarch', ...defines, spec]);
  const [file = ''] = (await readdir(work)).filter((name) => name.endsWith('.rpm'));
  await signer.signRpm(join(work, file));
  return join(work, file);
}
