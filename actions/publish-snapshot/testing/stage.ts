import { spawn } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getOctokit } from '@actions/github';
import { parse } from 'yaml';
import { lockDigest, renderLock } from '#core/ppa/lock.ts';
import { renderStanding } from '#core/rollout/standing.ts';
import type { State } from '#core/rollout/state.ts';
import { startForge } from '#scripts/forge/start.ts';
import { openPool, type PooledPackage } from '#shell/pool.ts';
import { buildAction } from '#shell/testing/built-action.ts';
import { makeKey } from '#shell/testing/make-key.ts';
import { samplePackages } from '#shell/testing/publishing.ts';
import { serveFolder } from '#shell/testing/serve-folder.ts';

const root = resolve(import.meta.dirname, '../../..');
const REPOSITORY = { owner: 'umd', repo: 'release' };
const PLATFORMS = { deb: { os: 'debian-12', arch: 'amd64' }, rpm: { os: 'al9', arch: 'x86_64' } };

/** The forge with a release repo, a served store whose pool holds the sample packages, and the built action. */
export async function makeStage() {
  const folder = mkdtempSync(join(tmpdir(), 'publish-'));
  const [store, workspace] = [join(folder, 'store'), join(folder, 'workspace')];
  const [key, provider] = [makeKey('umd'), makeKey('infn')];
  layWorkspace(workspace, provider);
  const pooled = await openPool(store).addAll(samplePackages(folder, provider));
  const server = await serveFolder(store);
  const forge = await startForge({ dir: join(folder, 'forge') });
  const { token } = forge.admin.createUser({ login: 'rita' });
  forge.admin.createOrg({ login: 'umd', owners: ['rita'] });
  await forge.admin.createRepo({ owner: 'umd', name: 'release', files: { 'README.md': 'release repo' } });
  const person = getOctokit(token, { baseUrl: `${forge.url}/api/v3` });
  await branch(person, 'candidate', 'main');
  const bundle = await buildAction('publish-snapshot', join(folder, 'dist'));
  const bot = await appOf(forge);
  const given = { 'github-token': token, store, 'public-url': server.url, 'signing-key': key.secret };
  return {
    ...{ folder, store, pooled, person, url: server.url },
    run: (inputs: Readonly<Record<string, string>> = {}) =>
      runBundle(bundle, workspace, { ...given, ...inputs }, forge.url),
    openPpa: (product: string, version: string, packages: readonly PooledPackage[]) =>
      openPpa(person, product, version, packages),
    /** `main` follows the candidate, as a release does, and gets its tag. */
    release: async (tag: string) => {
      const { data } = await person.rest.git.getRef({ ...REPOSITORY, ref: 'heads/candidate' });
      await person.rest.git.updateRef({ ...REPOSITORY, ref: 'heads/main', sha: data.object.sha });
      await person.rest.git.createRef({ ...REPOSITORY, ref: `refs/tags/${tag}`, sha: data.object.sha });
    },
    merge: async (pull: number) => void (await person.rest.pulls.merge({ ...REPOSITORY, pull_number: pull })),
    label: async (pull: number, labels: string[]) =>
      void (await person.rest.issues.setLabels({ ...REPOSITORY, issue_number: pull, labels })),
    /** The reconciler's own record on the head, as it writes it before it labels. */
    vouch: (pull: number, state: State) => vouch(person, bot, pull, state),
    close: async () => {
      await server.close();
      await forge.close();
      rmSync(folder, { recursive: true });
    },
  };
}

type Person = ReturnType<typeof getOctokit>;

/** The default branch as the action finds it checked out: this repository's distribution, a provider with a key. */
function layWorkspace(workspace: string, key: { fingerprint: string; public: string }): void {
  mkdirSync(join(workspace, 'repos'), { recursive: true });
  mkdirSync(join(workspace, 'releases/providers'), { recursive: true });
  cpSync(join(root, 'repos/umd.yml'), join(workspace, 'repos/umd.yml'));
  writeFileSync(join(workspace, 'releases/providers/INFN.asc'), key.public);
  const people = {
    shortName: 'INFN',
    name: 'INFN',
    contact: 'a@b.example',
    technicalContact: 'a@b.example',
    people: [],
  };
  const keys = [{ fingerprint: key.fingerprint, file: 'releases/providers/INFN.asc' }];
  writeFileSync(join(workspace, 'releases/providers/INFN.yml'), JSON.stringify({ ...people, keys, repositories: [] }));
}

async function branch(person: Person, name: string, from: string): Promise<void> {
  const { data } = await person.rest.git.getRef({ ...REPOSITORY, ref: `heads/${from}` });
  await person.rest.git.createRef({ ...REPOSITORY, ref: `refs/heads/${name}`, sha: data.object.sha });
}

/** As the bouncer does: a branch with a lock, a pull request named after the PPA, its first label. */
async function openPpa(
  person: Person,
  product: string,
  version: string,
  packages: readonly PooledPackage[],
): Promise<number> {
  const { os, arch } = PLATFORMS[packages[0]?.fragment.format ?? 'deb'];
  const ppa = `INFN.${product}.${os}.${arch}-${version}`;
  const text = renderLock({
    ...{ product, provider: 'INFN', version, ppa, type: 'minor', release: `releases/umd/5/INFN/${product}-${version}` },
    packages: packages.map(({ sha256, file, fragment: { name, version: is, arch: on, size } }) => ({
      ...{ name, version: is, arch: on, sha256, size, file },
      ...{ signer: 'A'.repeat(40), url: `https://provider.example/${file}` },
    })),
  });
  const path = `repos/umd/5/${os}/${arch}/${product}.yml`;
  await branch(person, `ppa/${ppa}`, 'candidate');
  const before = await person.rest.repos.getContent({ ...REPOSITORY, path, ref: 'candidate' }).catch(() => undefined);
  const sha = (before?.data as { sha?: string } | undefined)?.sha;
  const change = { path, branch: `ppa/${ppa}`, message: ppa, content: Buffer.from(text).toString('base64') };
  await person.rest.repos.createOrUpdateFileContents({
    ...REPOSITORY,
    ...change,
    ...(sha === undefined ? {} : { sha }),
  });
  const { data } = await person.rest.pulls.create({ ...REPOSITORY, head: `ppa/${ppa}`, base: 'candidate', title: ppa });
  await person.rest.issues.addLabels({
    ...REPOSITORY,
    issue_number: data.number,
    labels: ['RolloutProgress: Unverified'],
  });
  return data.number;
}

/** Only an app may write check-runs. */
async function appOf(forge: Awaited<ReturnType<typeof startForge>>): Promise<Person> {
  const permissions = { checks: 'write', metadata: 'read' } as const;
  const { id, installationId, privateKey } = forge.admin.createApp({ slug: 'umd-bot', owner: 'umd', permissions });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(forge.admin.now().getTime() / 1000);
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 30, exp: now + 300, iss: String(id) })}`;
  const jwt = `${unsigned}.${sign('RSA-SHA256', Buffer.from(unsigned), createPrivateKey(privateKey)).toString('base64url')}`;
  const app = getOctokit(jwt, { baseUrl: `${forge.url}/api/v3` });
  const { data } = await app.rest.apps.createInstallationAccessToken({ installation_id: installationId });
  return getOctokit(data.token, { baseUrl: `${forge.url}/api/v3` });
}

async function vouch(person: Person, bot: Person, pull: number, state: State): Promise<void> {
  const { data } = await person.rest.pulls.get({ ...REPOSITORY, pull_number: pull });
  const { data: files } = await person.rest.pulls.listFiles({ ...REPOSITORY, pull_number: pull });
  const path = files[0]?.filename ?? '';
  const { data: file } = await person.rest.repos.getContent({ ...REPOSITORY, path, ref: data.head.sha });
  const text = Buffer.from((file as { content: string }).content, 'base64').toString();
  const none = { holds: [], tickets: [], reports: [], answers: [], heard: [] };
  const standing = renderStanding({
    ...{
      ppa: data.title,
      pull,
      state,
      lock: lockDigest(text),
      lockSince: '',
      type: 'minor',
      emergency: false,
      ...none,
    },
    moves: [{ event: 'opened', to: 'unverified', at: '', by: 'reconciler', why: '' }],
  });
  const output = { title: state, summary: state, text: standing };
  const said = {
    name: 'rollout',
    head_sha: data.head.sha,
    status: 'completed',
    conclusion: 'success',
    output,
  } as const;
  await bot.rest.checks.create({ ...REPOSITORY, ...said });
}

/** As a runner does: inputs with the defaults of action.yml, files for output and summary, and nothing else of ours. */
async function runBundle(bundle: string, workspace: string, inputs: Record<string, string>, forge: string) {
  const action = parse(readFileSync(join(root, 'actions/publish-snapshot/action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
  };
  const values = Object.entries(action.inputs).map(([name, { default: preset = '' }]) => [
    `INPUT_${name.toUpperCase()}`,
    inputs[name] ?? preset,
  ]);
  const files = mkdtempSync(join(tmpdir(), 'runner-'));
  const [output, summary] = [join(files, 'output'), join(files, 'summary')];
  for (const file of [output, summary]) writeFileSync(file, '');
  const { PATH = '', HOME = '' } = process.env;
  const address = { GITHUB_REPOSITORY: 'umd/release', GITHUB_API_URL: `${forge}/api/v3`, GITHUB_SERVER_URL: forge };
  const paths = {
    RUNNER_TEMP: files,
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
  };
  const child = spawn(process.execPath, [bundle], {
    env: { PATH, HOME, ...address, ...paths, ...Object.fromEntries(values) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  const code = await new Promise<number>((ended) => child.on('close', (status) => ended(status ?? 1)));
  const outputs = readFileSync(output, 'utf8').matchAll(/^(\w+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  const changed = JSON.parse(
    Object.fromEntries([...outputs].map(([, name, , value]) => [name, value])).changed ?? 'null',
  ) as string[] | null;
  const table = readFileSync(summary, 'utf8');
  rmSync(files, { recursive: true });
  return { code, log, changed, summary: table };
}
