import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { getOctokit } from '@actions/github';
import { dump } from 'js-yaml';
import { parseDistribution } from '#core/distribution/parse.ts';
import { type Lock, type LockedPackage, renderLock } from '#core/ppa/lock.ts';
import { wantedRepositories } from '#core/repository/wanted.ts';
import { soundOf } from '#core/yaml.ts';
import { startForge } from '#scripts/forge/start.ts';
import { openPool } from '#shell/pool.ts';
import { publish } from '#shell/publish.ts';
import { openCache } from '#shell/segment-cache.ts';
import { openSigner } from '#shell/signer.ts';
import { openStore } from '#shell/store.ts';
import { buildAction } from '#shell/testing/built-action.ts';
import { leftArtifact } from '#shell/testing/left-artifact.ts';
import { makeKey } from '#shell/testing/make-key.ts';
import { addNextMajor } from '#shell/testing/next-major.ts';
import { serveFolder } from '#shell/testing/serve-folder.ts';
import { signRepository } from './tiny.ts';

const root = resolve(import.meta.dirname, '../../../..');
const REPOSITORY = { owner: 'umd', repo: 'release' };

export interface Outcome {
  readonly code: number;
  /** Of the run, which has ended. */
  readonly pid: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export type VerificationStage = Awaited<ReturnType<typeof makeStage>>;

/** Lock of a tiny product. @param version of the PPA */
export function lockOf(product: string, version: string, packages: readonly LockedPackage[]): Lock {
  const ppa = `INFN.${product}.debian-12.amd64-${version}`;
  const release = `releases/umd/5/INFN/${product}-${version}`;
  return { product, provider: 'INFN', version, ppa, release, type: 'major', packages };
}

/**
 * The forge with a release repo whose one platform has a base repository of its own; a store that is published and
 * served; and the actions, built, to be run as a runner runs them.
 * @param base folder with `pool/`: what the platform's base holds
 * @param environment kind of throw-away system, and its image, of the platform
 */
export async function makeStage(base: string, environment = { provider: 'nspawn', image: 'debian-12' }) {
  const folder = mkdtempSync(join(tmpdir(), 'stage-'));
  const [workspace, store] = [join(folder, 'workspace'), join(folder, 'store')];
  mkdirSync(store);
  const [baseServer, server] = [await serveFolder(base), await serveFolder(store)];
  layWorkspace(workspace, { url: `${baseServer.url}/`, key: signRepository(base) }, environment);
  const forge = await startForge({ dir: join(folder, 'forge'), now: new Date('2026-02-01T08:00:00Z') });
  const { token } = forge.admin.createUser({ login: 'rita' });
  forge.admin.createOrg({ login: 'umd', owners: ['rita'] });
  await forge.admin.createRepo({ owner: 'umd', name: 'release', files: textsIn(workspace) });
  const person = getOctokit(token, { baseUrl: `${forge.url}/api/v3` });
  const { data: main } = await person.rest.git.getRef({ ...REPOSITORY, ref: 'heads/main' });
  await person.rest.git.createRef({ ...REPOSITORY, ref: 'refs/heads/candidate', sha: main.object.sha });

  const signer = await openSigner(makeKey('umd').secret, new Date());
  const pool = openPool(store);
  const distributions = [
    soundOf(parseDistribution(readFileSync(join(workspace, 'repos/umd.yml'), 'utf8'), { file: '' })),
  ];

  async function put(branch: string, files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const content = Buffer.from(text).toString('base64');
      await person.rest.repos.createOrUpdateFileContents({ ...REPOSITORY, path, branch, message: path, content });
    }
  }
  /** A pull request like the bouncer's. Gives its number. */
  async function openPpa(lock: Lock, files = { [lockPath(lock)]: renderLock(lock) }): Promise<number> {
    const head = `ppa/${lock.ppa}`;
    await person.rest.git.createRef({ ...REPOSITORY, ref: `refs/heads/${head}`, sha: main.object.sha });
    await put(head, files);
    return (await person.rest.pulls.create({ ...REPOSITORY, head, base: 'candidate', title: lock.ppa })).data.number;
  }
  /** A release that had this lock, under its tag; and what it is when its distribution has withdrawn it. */
  async function releasedAndWithdrawn(tag: string, lock: Lock): Promise<void> {
    await person.rest.git.createRef({ ...REPOSITORY, ref: `refs/heads/of-${tag}`, sha: main.object.sha });
    await put(`of-${tag}`, { [lockPath(lock)]: renderLock(lock) });
    const { data: head } = await person.rest.git.getRef({ ...REPOSITORY, ref: `heads/of-${tag}` });
    await person.rest.git.createRef({ ...REPOSITORY, ref: `refs/tags/${tag}`, sha: head.object.sha });
    const file = join(workspace, 'repos/umd.yml');
    writeFileSync(file, dump({ ...distributions[0], withdrawn: [lock.ppa] }));
  }
  const toCandidate = (lock: Lock) => put('candidate', { [lockPath(lock)]: renderLock(lock) });

  /** Pools the packages from `<from>/pool` and publishes. */
  async function publishAll(
    from: string,
    {
      untested = [],
      candidate = [],
      production = [],
    }: Partial<Record<'untested' | 'candidate' | 'production', Lock[]>>,
  ): Promise<void> {
    for (const { packages } of [...untested, ...candidate, ...production])
      await pool.addAll(
        packages.map(({ file, sha256 }) => ({ path: join(from, 'pool', file), file, sha256, format: 'deb' })),
      );
    const pulls = untested.map((lock) => ({ ppa: lock.ppa, state: 'in-verification' as const, lock }));
    const tags = production.length === 0 ? [] : [{ tag: 'umd-5.0.0', locks: production }];
    const wanted = wantedRepositories({ distributions, candidate, production: tags, pulls });
    const how = {
      pool,
      cache: openCache(store),
      signer,
      publicUrl: server.url,
      now: new Date(),
      distributions,
      packageKeys: [],
    };
    await publish(wanted, { store: openStore(store), ...how });
  }

  const bundles = new Map<string, Promise<string>>();
  /** @param killedAt words of its log at which the run is killed, as when its runner goes away */
  const run = async (action: string, inputs: Readonly<Record<string, string>>, killedAt?: string): Promise<Outcome> => {
    const given = { 'github-token': token, 'public-url': server.url, ...inputs };
    const bundle = bundles.get(action) ?? buildAction(action, join(folder, 'dist'));
    bundles.set(action, bundle);
    return runBundle(await bundle, { workspace, inputs: given, forgeUrl: forge.url, killedAt });
  };
  const leaveArtifact = (name: string, path: string, workflow = 'verify-ppa') => {
    const files = statSync(path).isDirectory() ? bytesIn(path) : { [basename(path)]: readFileSync(path) };
    return leftArtifact(forge, { name, files, workflow, branch: 'main', sha: main.object.sha });
  };
  async function close(): Promise<void> {
    await signer.close();
    await forge.close();
    await baseServer.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
  return {
    forge,
    person,
    put,
    openPpa,
    releasedAndWithdrawn,
    toCandidate,
    publishAll,
    run,
    leaveArtifact,
    store,
    url: server.url,
    close,
  };
}

function lockPath({ product }: Lock): string {
  return `repos/umd/5/debian-12/amd64/${product}.yml`;
}

function layWorkspace(
  workspace: string,
  served: { readonly url: string; readonly key: string },
  environment: { readonly provider: string; readonly image: string },
): void {
  for (const path of ['criteria', 'repos/images']) cpSync(join(root, path), join(workspace, path), { recursive: true });
  addNextMajor(join(workspace, 'criteria'));
  const write = (path: string, value: unknown) => {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), typeof value === 'string' ? value : dump(value));
  };
  const base = { id: 'tiny', url: served.url, suite: 'bookworm', components: ['main'], key: 'repos/keys/tiny.asc' };
  const platform = {
    os: 'debian-12',
    arch: 'amd64',
    format: 'deb',
    title: 'Debian 12',
    suite: 'bookworm',
    base: [base],
  };
  const text = readFileSync(join(root, 'repos/umd.yml'), 'utf8');
  const real = soundOf(parseDistribution(text, { file: 'repos/umd.yml' }));
  write('repos/keys/tiny.asc', served.key);
  write('repos/umd.yml', {
    ...real,
    majors: [{ major: 5, platforms: ['debian-12/amd64'] }],
    platforms: { 'debian-12/amd64': { ...platform, runsOn: ['ubuntu-latest'], environment } },
  });
  const card = { provider: 'INFN', description: 'Tiny.', contact: 'a@b.example', supportUnit: 'Tiny', eaTeams: [] };
  for (const product of ['tiny', 'tiny-open'])
    write(`releases/products/${product}.yml`, {
      ...{ ...card, product, name: product, capabilities: ['NONE'], platforms: ['debian-12/amd64'] },
      ...{ profiles: ['generic', 'service'], service: { units: [`${product}.service`] } },
    });
}

function bytesIn(folder: string): Record<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)]));
}

function textsIn(folder: string): Record<string, string> {
  return Object.fromEntries(Object.entries(bytesIn(folder)).map(([path, bytes]) => [path, bytes.toString()]));
}

interface BundleRun {
  readonly workspace: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly forgeUrl: string;
  readonly killedAt: string | undefined;
}

/** As a runner does: inputs, the runner's files, and nothing else of ours but the cache of golden images. */
async function runBundle(bundle: string, { workspace, inputs, forgeUrl, killedAt }: BundleRun): Promise<Outcome> {
  const temp = mkdtempSync(join(dirname(bundle), 'run-'));
  const [output, summary] = [join(temp, 'output'), join(temp, 'summary')];
  for (const path of [output, summary]) writeFileSync(path, '');
  const { PATH = '', HOME = '', UMD_CACHE } = process.env;
  const github = { GITHUB_API_URL: `${forgeUrl}/api/v3`, GITHUB_SERVER_URL: forgeUrl, GITHUB_WORKSPACE: workspace };
  const about = { PATH, HOME, GITHUB_REPOSITORY: 'umd/release', ...github };
  const files = { RUNNER_TEMP: temp, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary };
  const values = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const cache = UMD_CACHE === undefined ? {} : { UMD_CACHE };
  const child = spawn(process.execPath, [bundle], {
    env: { ...about, ...files, ...cache, ...Object.fromEntries(values) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (killedAt !== undefined && log.includes(killedAt)) child.kill('SIGKILL');
    });
  const code = await new Promise<number>((ended) => child.on('close', (status) => ended(status ?? 1)));
  const outputs = [...readFileSync(output, 'utf8').matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)];
  const named = Object.fromEntries(outputs.map(([, name, , value]) => [name, value]));
  return { code, pid: child.pid ?? 0, log, summary: readFileSync(summary, 'utf8'), outputs: named };
}
