import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getOctokit } from '@actions/github';
import { type RunningForge, startForge } from '#scripts/forge/start.ts';
import { appToken } from '#shell/testing/app-token.ts';
import { buildAction, type Outcome, runBuilt } from '#shell/testing/built-action.ts';
import { type PlayedRunner, playRunner } from '#shell/testing/played-runner.ts';
import { FILES, folderOf, lockOf, lockPathOf, nameOf, PEOPLE, type Product, reportOf } from './world.ts';

const root = resolve(import.meta.dirname, '../../..');
export const PLACE = { owner: 'umd', repo: 'release' };
const ACTIONS = ['reconcile', 'publish-release'] as const;
type Person = ReturnType<typeof getOctokit>;

/** Forge, people with their own tokens, a played runner, a served state.json, and the built actions. */
export interface Stage {
  readonly forge: RunningForge;
  readonly runner: PlayedRunner;
  as(login: string): Person;
  readonly bot: Person;
  /** Runs the built action; `writes` are the requests of it that may change something. */
  reconcile(): Promise<Outcome & { readonly writes: readonly string[]; readonly requests: number }>;
  /** Leaves what the last look remembered as an artifact of its workflow, as the workflow does. */
  remember(): Promise<void>;
  /** The app's. */
  readonly token: string;
  publishRelease(tag: string, actor?: string): Promise<Outcome>;
  /** `npm run rollback` as this person. */
  rollback(login: string, tag: string, reason: string): Promise<{ readonly code: number; readonly log: string }>;
  /** What the store serves as state.json. */
  serve(state: object | undefined): void;
  openPpa(product: Product): Promise<number>;
  /** A commit on the PPA's branch by a person. */
  put(login: string, branch: string, path: string, text: string): Promise<void>;
  close(): Promise<void>;
}

export async function makeStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'reconcile-'));
  const forge = await startForge({ dir: join(folder, 'forge'), now: new Date('2026-01-10T08:00:00Z') });
  const { people, tokens } = await populate(forge);
  const token = await appToken(forge);
  const bot = getOctokit(token, { baseUrl: `${forge.url}/api/v3` });
  const built = Object.fromEntries(
    await Promise.all(ACTIONS.map(async (name) => [name, await buildAction(name, join(folder, 'dist'))] as const)),
  );
  let state: object | undefined;
  const store = await listen(
    createServer(({ url }, answer) => {
      const there = state !== undefined && url?.endsWith('/state.json') === true;
      answer.writeHead(there ? 200 : 404).end(JSON.stringify(state));
    }),
  );
  const written: string[] = [];
  const counted = { requests: 0 };
  let memory: object | undefined;
  const proxy = await listen(counting(forge.url, written, counted));
  const runner = playRunner(forge, 'umd/release');
  const as = (login: string) => {
    const person = people.get(login);
    if (person === undefined) throw new Error(`Nobody is ${login}.`);
    return person;
  };
  const run = async (name: (typeof ACTIONS)[number], inputs: Readonly<Record<string, string>>, actor: string) => {
    const given = { 'github-token': token, 'public-url': store.url, ...inputs };
    const github = {
      GITHUB_REPOSITORY: 'umd/release',
      GITHUB_API_URL: `${proxy.url}/api/v3`,
      GITHUB_SERVER_URL: forge.url,
    };
    return runBuilt(name, built[name] ?? '', given, { ...github, GITHUB_ACTOR: actor });
  };
  return {
    ...{ forge, runner, as, bot, token },
    reconcile: async () => {
      written.length = 0;
      const before = counted.requests;
      const outcome = await run('reconcile', {}, 'umd-bot[bot]');
      const { memory: path } = outcome.outputs;
      if (path !== undefined) memory = JSON.parse(readFileSync(path, 'utf8')) as object;
      return { ...outcome, writes: [...written], requests: counted.requests - before };
    },
    remember: async () => {
      const asked = { workflow_path: '.github/workflows/reconcile.yml', name: 'reconcile', display_title: 'reconcile' };
      if (memory !== undefined)
        await runner.run({ ...asked, event: 'schedule' }, { name: 'reconcile-memory', json: memory });
    },
    publishRelease: (tag, actor = 'umd-bot[bot]') => run('publish-release', { tag }, actor),
    rollback: (login, tag, reason) => {
      const github = { GITHUB_REPOSITORY: 'umd/release', GITHUB_API_URL: `${forge.url}/api/v3` };
      const env = { ...process.env, ...github, GITHUB_SERVER_URL: forge.url, GITHUB_TOKEN: tokens.get(login) ?? '' };
      return script(['scripts/rollback.ts', tag, '--reason', reason], env);
    },
    serve: (to) => {
      state = to;
    },
    openPpa: (product) => openPpa(bot, product),
    put: (login, branch, path, text) => putFile(login === 'umd-bot[bot]' ? bot : as(login), branch, path, text),
    close: async () => {
      await runner.close();
      for (const server of [store, proxy]) await server.close();
      await forge.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function populate({ admin, url }: RunningForge) {
  const tokens = new Map<string, string>();
  const hands = (login: string): [string, Person] => {
    const { token } = admin.createUser({ login });
    tokens.set(login, token);
    return [login, getOctokit(token, { baseUrl: `${url}/api/v3` })];
  };
  const logins = [...new Set(Object.values(PEOPLE).flat())];
  const people = new Map([...logins, 'otto', 'olga'].map(hands));
  admin.createOrg({ login: 'umd', owners: ['olga'] });
  const workflows = join(root, '.github/workflows');
  const files = Object.fromEntries(
    readdirSync(workflows).map((name) => [`.github/workflows/${name}`, readFileSync(join(workflows, name), 'utf8')]),
  );
  await admin.createRepo({ owner: 'umd', name: 'release', files: { ...files, ...FILES } });
  for (const [name, members] of Object.entries(PEOPLE))
    admin.createTeam({
      org: 'umd',
      name,
      members,
      repos: { 'umd/release': name.startsWith('ea-') ? 'read' : 'write' },
    });
  admin.setCollaborator({ repository: 'umd/release', login: 'otto', role: 'triage' });
  const olga = people.get('olga');
  const { data } = await olga!.rest.git.getRef({ ...PLACE, ref: 'heads/main' });
  await olga!.rest.git.createRef({ ...PLACE, ref: 'refs/heads/candidate', sha: data.object.sha });
  return { people, tokens };
}

async function listen(server: Server) {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Hands every request on and writes down those that may change something. */
function counting(to: string, written: string[], counted: { requests: number }): Server {
  return createServer((asked, answer) => {
    const { method = 'GET', url = '', headers } = asked;
    counted.requests += 1;
    if (method !== 'GET' && method !== 'HEAD')
      written.push(`${method} ${url.replace('/api/v3/repos/umd/release', '')}`);
    const on = request(`${to}${url}`, { method, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 500, given.headers);
      given.pipe(answer);
    });
    on.on('error', () => answer.destroy());
    asked.pipe(on);
  });
}

async function putFile(person: Person, branch: string, path: string, text: string): Promise<void> {
  const before = await person.rest.repos.getContent({ ...PLACE, path, ref: branch }).catch(() => undefined);
  const sha = (before?.data as { sha?: string } | undefined)?.sha;
  const content = Buffer.from(text).toString('base64');
  const change = { ...PLACE, branch, path, message: `Change ${path}`, content };
  await person.rest.repos.createOrUpdateFileContents(sha === undefined ? change : { ...change, sha });
}

/** As the bouncer leaves it. */
async function openPpa(bot: Person, product: Product): Promise<number> {
  const [name, folder] = [nameOf(product), folderOf(product)];
  const { data: base } = await bot.rest.git.getRef({ ...PLACE, ref: 'heads/candidate' });
  const branch = `ppa/${name}`;
  await bot.rest.git.createRef({ ...PLACE, ref: `refs/heads/${branch}`, sha: base.object.sha });
  await putFile(bot, branch, lockPathOf(product), lockOf(product));
  await putFile(bot, branch, `${folder}/${name}/verification.yml`, reportOf(product));
  const body = `<!-- umd:ppa release=${folder} xml=0 of=1 -->`;
  const { data } = await bot.rest.pulls.create({ ...PLACE, head: branch, base: 'candidate', title: name, body });
  const labels = ['RolloutProgress: Unverified', 'ReleaseType: Minor', 'UMDRelease: 5'];
  await bot.rest.issues.addLabels({ ...PLACE, issue_number: data.number, labels });
  return data.number;
}

/** One of the one-screen commands, as npm starts it. */
async function script(argv: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(join(root, 'node_modules/.bin/tsx'), argv, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  const code = await new Promise<number>((ended) => child.on('close', (status) => ended(status ?? 1)));
  return { code, log };
}
