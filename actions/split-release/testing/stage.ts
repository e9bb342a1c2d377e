import { spawn } from 'node:child_process';
import { createSign } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { getOctokit } from '@actions/github';
import { parse } from 'yaml';
import { type RunningForge, startForge } from '#scripts/forge/start.ts';
import { buildAction } from '#shell/testing/built-action.ts';
import { addNextMajor } from '#shell/testing/next-major.ts';
import { dropKey, type Key, makeKey } from '#shell/testing/packages.ts';
import { type ProviderServer, serveFolder } from '#shell/testing/provider.ts';

const root = resolve(import.meta.dirname, '../../..');
export const REPOSITORY = { owner: 'umd', repo: 'release' };

/** The forge with a release repo, a provider's web server, the built action, and the app's token to run it with. */
export interface Stage {
  readonly folder: string;
  readonly forge: RunningForge;
  readonly provider: ProviderServer;
  /** Folder that the provider serves. */
  readonly www: string;
  readonly key: Key;
  readonly store: string;
  /** A release-team member's hands. */
  readonly person: ReturnType<typeof getOctokit>;
  run(inputs?: Readonly<Record<string, string>>, apiUrl?: string): Promise<Outcome>;
  /** Opens and merges a pull request that puts this release.xml on candidate. @returns its number */
  release(folder: string, xml: string): Promise<number>;
  close(): Promise<void>;
}

export interface Outcome {
  readonly code: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export async function makeStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'split-'));
  const [www, store, workspace] = [join(folder, 'www'), join(folder, 'store'), join(folder, 'workspace')];
  for (const path of [www, store, workspace]) mkdirSync(path);
  const key = makeKey(folder, 'provider');
  layWorkspace(workspace, key);
  const forge = await startForge({ dir: join(folder, 'forge'), now: new Date('2026-02-01T08:00:00Z') });
  const person = await seed(forge, workspace);
  const token = await appToken(forge);
  const provider = await serveFolder(www);
  const bundle = await buildAction('split-release', join(folder, 'dist'));
  const given = { 'github-token': token, store, allow: provider.host };
  const run = (inputs = {}, apiUrl = `${forge.url}/api/v3`) =>
    runBundle(bundle, workspace, { ...given, ...inputs }, apiUrl);
  const close = async () => {
    await provider.close();
    await forge.close();
    dropKey(key);
    rmSync(folder, { recursive: true });
  };
  const release = (path: string, xml: string) => mergeRelease(person, path, xml);
  return { folder, forge, provider, www, key, store, person, run, release, close };
}

/** The default branch as the action finds it checked out: this repository's data, with a provider that has a key. */
function layWorkspace(workspace: string, { fingerprint, armored }: Key): void {
  for (const path of ['criteria', 'repos/umd.yml', 'releases/products'])
    cpSync(join(root, path), join(workspace, path), { recursive: true });
  addNextMajor(join(workspace, 'criteria'));
  mkdirSync(join(workspace, 'releases/providers'));
  writeFileSync(join(workspace, 'releases/providers/INFN.asc'), armored);
  const record = {
    shortName: 'INFN',
    name: 'INFN',
    contact: 'a@b.example',
    technicalContact: 'a@b.example',
    people: ['tp'],
  };
  const keys = [{ fingerprint, file: 'releases/providers/INFN.asc' }];
  const text = JSON.stringify({ ...record, keys, repositories: [] });
  writeFileSync(join(workspace, 'releases/providers/INFN.yml'), text);
}

async function seed(forge: RunningForge, workspace: string) {
  const { token } = forge.admin.createUser({ login: 'rita' });
  forge.admin.createOrg({ login: 'umd', owners: ['rita'] });
  const files = Object.fromEntries(
    readdirSync(workspace, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(workspace.length + 1), readFileSync(path, 'utf8')]),
  );
  await forge.admin.createRepo({ owner: 'umd', name: 'release', files });
  const person = getOctokit(token, { baseUrl: `${forge.url}/api/v3` });
  const { data } = await person.rest.git.getRef({ ...REPOSITORY, ref: 'heads/main' });
  await person.rest.git.createRef({ ...REPOSITORY, ref: 'refs/heads/candidate', sha: data.object.sha });
  return person;
}

/** An installation token of the bouncer's app, had as create-github-app-token has it. */
async function appToken(forge: RunningForge): Promise<string> {
  const permissions = { contents: 'write', pull_requests: 'write', issues: 'write', metadata: 'read' } as const;
  const { id, installationId, privateKey } = forge.admin.createApp({ slug: 'umd-bot', owner: 'umd', permissions });
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 60, exp: now + 300, iss: String(id) })}`;
  const jwt = `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
  const url = `${forge.url}/api/v3/app/installations/${installationId}/access_tokens`;
  const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${jwt}` } });
  if (!answer.ok) throw new Error(`No token for the app: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { token: string }).token;
}

/** As a runner does: inputs with the defaults of action.yml, an output file, and nothing else of ours. */
async function runBundle(
  bundle: string,
  workspace: string,
  inputs: Record<string, string>,
  apiUrl: string,
): Promise<Outcome> {
  const action = parse(readFileSync(join(root, 'actions/split-release/action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
  };
  const values = Object.entries(action.inputs).map(([name, { default: preset = '' }]) => [
    `INPUT_${name.toUpperCase()}`,
    inputs[name] ?? preset,
  ]);
  const temp = mkdtempSync(join(dirname(bundle), 'run-'));
  const output = join(temp, 'output');
  writeFileSync(output, '');
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, GITHUB_REPOSITORY: 'umd/release', GITHUB_API_URL: apiUrl, GITHUB_WORKSPACE: workspace };
  const child = spawn(process.execPath, [bundle], {
    env: { ...env, RUNNER_TEMP: temp, TMPDIR: temp, GITHUB_OUTPUT: output, ...Object.fromEntries(values) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  const code = await new Promise<number>((ended) => child.on('close', (status) => ended(status ?? 1)));
  const outputs = readFileSync(output, 'utf8').matchAll(/^(\w+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  rmSync(temp, { recursive: true });
  return { code, log, outputs: Object.fromEntries([...outputs].map(([, name, , value]) => [name, value])) };
}

let branches = 0;

async function mergeRelease(person: ReturnType<typeof getOctokit>, folder: string, xml: string): Promise<number> {
  const head = `release-${++branches}`;
  const { data: base } = await person.rest.git.getRef({ ...REPOSITORY, ref: 'heads/candidate' });
  await person.rest.git.createRef({ ...REPOSITORY, ref: `refs/heads/${head}`, sha: base.object.sha });
  const path = `${folder}/release.xml`;
  const before = await person.rest.repos.getContent({ ...REPOSITORY, path, ref: head }).catch(() => undefined);
  const sha = (before?.data as { sha?: string } | undefined)?.sha;
  const content = Buffer.from(xml).toString('base64');
  const change = { ...REPOSITORY, path, branch: head, message: `Release ${folder}`, content };
  await person.rest.repos.createOrUpdateFileContents(sha === undefined ? change : { ...change, sha });
  const { data: pull } = await person.rest.pulls.create({ ...REPOSITORY, head, base: 'candidate', title: folder });
  await person.rest.pulls.merge({ ...REPOSITORY, pull_number: pull.number });
  return pull.number;
}

/** Paths below the pool, nothing when there is none. */
export function pooled({ store }: Stage): string[] {
  const pool = join(store, 'pool');
  if (!existsSync(pool)) return [];
  return readdirSync(pool, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(deb|rpm)$/.test(path))
    .sort();
}
