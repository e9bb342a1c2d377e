import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from './process.ts';

/** A package as its own file tells it, not as its name does. */
export interface PackageFile {
  readonly path: string;
  readonly file: string;
  readonly format: 'deb' | 'rpm';
  readonly name: string;
  /** deb `[epoch:]upstream[-revision]`, rpm `[epoch:]version-release`. */
  readonly version: string;
  readonly arch: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

export async function sha256Of(path: string): Promise<string> {
  const sum = createHash('sha256');
  await pipeline(createReadStream(path), sum);
  return sum.digest('hex');
}

const QUERIES = {
  deb: ['dpkg-deb', '--show', '--showformat=${Package}\t${Version}\t${Architecture}'],
  rpm: ['rpm', '-qp', '--nosignature', '--qf', '%{NAME}\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\t%{ARCH}'],
} as const;

export async function readPackage(path: string): Promise<PackageFile> {
  const format = path.endsWith('.rpm') ? 'rpm' : 'deb';
  const [command, ...args] = QUERIES[format];
  const [said, sha256, { size }] = await Promise.all([run(command, [...args, path]), sha256Of(path), stat(path)]);
  const [name = '', version = '', arch = ''] = said.trim().split('\t');
  return { path, file: basename(path), format, name, version, arch, sha256, size };
}

/** The packages of a folder, by file name. */
export async function packagesIn(folder: string): Promise<readonly PackageFile[]> {
  const files = (await readdir(folder)).filter((file) => /\.(deb|rpm)$/.test(file)).sort();
  return Promise.all(files.map((file) => readPackage(join(folder, file))));
}
