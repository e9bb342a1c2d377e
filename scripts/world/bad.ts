import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyRing } from './keys.ts';
import { readPackage } from './package-file.ts';
import { run } from './process.ts';
import { DEB_SUITE, type ProviderSite, place, type ServedPackage } from './providers.ts';
import { indexDebs, indexRpms, signSuite } from './repositories.ts';

/** One package that must be refused: where it is, and what a release.xml would declare of it. */
export interface BadPackage {
  readonly declared: Pick<ServedPackage, 'name' | 'version' | 'arch' | 'file' | 'format' | 'sha256' | 'size'>;
  readonly url: string;
  /** Repository that the release would name as its source. */
  readonly repository: string;
}

/** What the server does instead of sending the package, by the folder below `/bad/`. */
const MISBEHAVIOURS = {
  missing: (_, response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>'),
  'web-page': (_, response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Please log in</title>'),
  'no-package': (_, response) =>
    void response.writeHead(200, { 'content-type': 'application/octet-stream' }).end('These are no packages.\n'),
  'redirect-private': (request, response) => redirect(response, `http://10.0.0.1${request.url}`),
  'redirect-metadata': (request, response) => redirect(response, `http://169.254.169.254${request.url}`),
  'redirect-file': (_, response) => redirect(response, 'file:///etc/passwd'),
  'redirect-loop': (request, response) => redirect(response, request.url ?? ''),
  endless: (_, response) => pour(response),
  truncated: (_, response) => {
    response.writeHead(200, { 'content-length': 100_000 });
    response.write('!<arch>\n', () => response.destroy());
  },
  stalled: (_, response) => void response.writeHead(200, { 'content-length': 100_000 }).write('!<arch>\n'),
} as const satisfies Record<string, (request: IncomingMessage, response: ServerResponse) => void>;

export type Misbehaviour = keyof typeof MISBEHAVIOURS;
const isMisbehaviour = (name: string): name is Misbehaviour => Object.hasOwn(MISBEHAVIOURS, name);

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}

/** A body without announced length and without end, at most 1 GB: longer than any limit. */
function pour(response: ServerResponse): void {
  const part = Buffer.alloc(65_536);
  let left = 16_384;
  const more = () => {
    while (left-- > 0) if (!response.write(part)) return void response.once('drain', more);
    response.end();
  };
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  more();
}

/** Answers `/bad/<misbehaviour>/…` and hands everything else on. */
export function badListener(otherwise: RequestListener): RequestListener {
  return (request, response) => {
    const name = /^\/bad\/([a-z-]+)\//.exec(request.url ?? '')?.[1] ?? '';
    if (isMisbehaviour(name)) MISBEHAVIOURS[name](request, response);
    else otherwise(request, response);
  };
}

interface Workshop {
  readonly www: string;
  readonly url: string;
  readonly ring: KeyRing;
  /** Whose package it pretends to be. */
  readonly site: ProviderSite;
}

/** The provider's deb with another architecture in its control file; the file keeps its name. */
async function wrongArch(deb: ServedPackage, to: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'deb-'));
  try {
    await run('dpkg-deb', ['--raw-extract', deb.path, join(work, 'deb')]);
    const control = join(work, 'deb/DEBIAN/control');
    await writeFile(control, (await readFile(control, 'utf8')).replace(/^Architecture: .*$/m, 'Architecture: arm64'));
    await run('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', join(work, 'deb'), to]);
  } finally {
    await rm(work, { recursive: true });
  }
}

/** One byte in the middle of the payload. */
async function damage(from: string, to: string): Promise<void> {
  const bytes = await readFile(from);
  const at = Math.trunc(bytes.length * 0.8);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await writeFile(to, bytes);
}

type BadDeb = 'wrong-arch' | 'index-other-key' | 'index-unsigned' | 'index-changed';

async function badDeb(kind: BadDeb, deb: ServedPackage, { www, url, ring, site }: Workshop): Promise<BadPackage> {
  const root = join(www, 'bad', kind);
  const path = join(root, 'pool', deb.file);
  await mkdir(join(root, 'pool'), { recursive: true });
  await (kind === 'wrong-arch' ? wrongArch(deb, path) : place(deb.path, path));
  await indexDebs(root, { origin: '', ...DEB_SUITE });
  const key =
    kind === 'index-other-key' ? await ring.create('Stranger <stranger@nowhere.example>', 'ed25519') : site.key;
  if (kind !== 'index-unsigned') await signSuite(root, { origin: 'Bad packages', ...DEB_SUITE }, ring, key);
  const packages = join(root, 'dists', DEB_SUITE.suite, `main/binary-${DEB_SUITE.arch}/Packages`);
  if (kind === 'index-changed') for (const file of [packages, `${packages}.gz`]) await writeFile(file, '');
  const { sha256, size } = await readPackage(path);
  return {
    declared: { ...deb, sha256, size },
    url: `${url}/bad/${kind}/pool/${deb.file}`,
    repository: `${url}/bad/${kind}/`,
  };
}

type BadRpm = 'rpm-unsigned' | 'rpm-other-key' | 'rpm-changed';

/** @param unsigned the same rpm before the provider signed it */
async function badRpm(
  kind: BadRpm,
  rpm: ServedPackage,
  unsigned: string,
  { www, url, ring, site }: Workshop,
): Promise<BadPackage> {
  const root = join(www, 'bad', kind);
  const path = join(root, rpm.file);
  await mkdir(root, { recursive: true });
  await (kind === 'rpm-changed' ? damage(rpm.path, path) : copyFile(unsigned, path));
  if (kind === 'rpm-other-key')
    await ring.signRpms([path], await ring.create('Stranger of rpms <stranger@nowhere.example>', 'rsa3072'));
  await indexRpms(root, ring, site.key).catch((cause) => {
    if (kind !== 'rpm-changed') throw cause; // createrepo_c may notice
  });
  const { sha256, size } = await readPackage(path);
  return {
    declared: { ...rpm, sha256, size },
    url: `${url}/bad/${kind}/${rpm.file}`,
    repository: `${url}/bad/${kind}/`,
  };
}

export type BadKind =
  | Misbehaviour
  | BadDeb
  | BadRpm
  | 'wrong-sha256'
  | 'wrong-size'
  | 'wrong-version'
  | 'private-address';

/** Every kind of package that intake must refuse, each wrong in one way only. */
export async function openBad(
  { deb, rpm, unsigned, other }: { deb: ServedPackage; rpm: ServedPackage; unsigned: string; other: ServedPackage },
  workshop: Workshop,
): Promise<Readonly<Record<BadKind, BadPackage>>> {
  const { url, site } = workshop;
  const plain: BadPackage = { declared: deb, url: deb.url, repository: site.deb };
  const misbehaved = Object.keys(MISBEHAVIOURS).map((name) => [
    name,
    { ...plain, url: `${url}/bad/${name}/${deb.file}` },
  ]);
  const debs: readonly BadDeb[] = ['wrong-arch', 'index-other-key', 'index-unsigned', 'index-changed'];
  const rpms: readonly BadRpm[] = ['rpm-unsigned', 'rpm-other-key', 'rpm-changed'];
  return {
    ...(Object.fromEntries(misbehaved) as Record<Misbehaviour, BadPackage>),
    'wrong-sha256': { ...plain, declared: { ...deb, sha256: other.sha256 } },
    'wrong-size': { ...plain, declared: { ...deb, size: deb.size - 1 } },
    'wrong-version': { ...plain, declared: { ...deb, sha256: other.sha256, size: other.size }, url: other.url },
    'private-address': { ...plain, url: `http://10.0.0.1/${deb.file}` },
    ...(Object.fromEntries(
      await Promise.all(debs.map(async (kind) => [kind, await badDeb(kind, deb, workshop)])),
    ) as Record<BadDeb, BadPackage>),
    ...(Object.fromEntries(
      await Promise.all(rpms.map(async (kind) => [kind, await badRpm(kind, rpm, unsigned, workshop)])),
    ) as Record<BadRpm, BadPackage>),
  };
}
