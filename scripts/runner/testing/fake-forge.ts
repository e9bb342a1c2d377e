import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serveGit } from './git-server.ts';

type Fields = { [name: string]: unknown };
export type FakeRun = Fields & {
  id: number;
  run_number: number;
  status: string;
  conclusion?: string;
  workflow_path: string;
  name: string;
};
export type FakeJob = Fields & {
  id: number;
  run: number;
  name: string;
  status: string;
  conclusion?: string;
  log: string;
  summary: string;
  steps: { name: string; status: string; conclusion: string | null }[];
  annotations: { annotation_level: string; message: string; title?: string; path: string; start_line: number }[];
  permissions: Fields;
  labels: string[];
};

/** The forge's side of the wire, written from the contract alone: it keeps what it is told and says what a test puts in. */
export async function startFakeForge(root: string) {
  const events: Fields[] = [];
  const runs: FakeRun[] = [];
  const jobs: FakeJob[] = [];
  const artifacts: { id: number; run: number; name: string; zip: Buffer }[] = [];
  const settings: {
    variables: Fields;
    secrets: Fields;
    environments: { [name: string]: { secrets?: Fields; refused?: string; waiting?: boolean } };
  } = {
    variables: {},
    secrets: {},
    environments: {},
  };
  const requests: { method: string; path: string; authorization: string; body: string }[] = [];
  let now = new Date('2024-03-01T12:00:00Z');
  let waiting: (() => void)[] = [];
  let ids = 100;

  function answer(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'content-type': 'application/json', date: now.toUTCString() });
    response.end(JSON.stringify(body));
  }

  function emit(event: string, payload: Fields, more: Fields = {}): void {
    const seq = events.length + 1;
    const base = { seq, id: `e${seq}`, event, repository: 'umd/release', payload, at: now.toISOString() };
    events.push({ ...base, actor: { login: 'ann', type: 'User' }, via: 'user', ...more });
    for (const wake of waiting.splice(0)) wake();
  }

  const routes: [RegExp, (found: string[], body: Buffer, url: URL, response: ServerResponse) => unknown][] = [
    [
      /^GET \/_runner\/events$/,
      async (_found, _body, url) => {
        const after = Number(url.searchParams.get('after'));
        if (events.length <= after && url.searchParams.get('wait') !== '0') {
          await new Promise<void>((resolve) => {
            waiting.push(resolve);
          });
        }
        return { events: events.slice(after), seq: events.length };
      },
    ],
    [
      /^GET \/_runner\/repositories$/,
      () => ({
        repositories: [
          { full_name: 'umd/release', default_branch: 'main', fork: false, pushed_at: '2024-03-01T12:00:00Z' },
          { full_name: 'someone/release', default_branch: 'main', fork: true, pushed_at: '2024-03-01T12:00:00Z' },
        ],
      }),
    ],
    [/^GET \/_runner\/clock$/, () => ({ now: now.toISOString() })],
    [
      /^POST \/_runner\/runs$/,
      (_found, body) => {
        ids += 1;
        const run = {
          status: 'queued',
          ...JSON.parse(body.toString()),
          id: ids,
          run_number: runs.length + 1,
        } as FakeRun;
        runs.push(run);
        return { id: run.id, run_number: run.run_number };
      },
    ],
    [/^PATCH \/_runner\/runs\/(\d+)$/, ([id], body) => Object.assign(runOf(Number(id)), JSON.parse(body.toString()))],
    [
      /^POST \/_runner\/runs\/(\d+)\/jobs$/,
      ([run], body) => {
        ids += 1;
        const asked = JSON.parse(body.toString()) as Pick<FakeJob, 'name' | 'labels' | 'permissions'> & {
          environment?: string;
        };
        const rule = settings.environments[asked.environment ?? ''];
        const status = rule?.refused === undefined ? (rule?.waiting ? 'waiting' : 'queued') : 'refused';
        const token = `token-${ids}`;
        jobs.push({ log: '', summary: '', steps: [], annotations: [], ...asked, id: ids, run: Number(run), status });
        return { id: ids, check_run_id: ids + 1000, token, status, ...(rule?.refused ? { reason: rule.refused } : {}) };
      },
    ],
    [/^GET \/_runner\/jobs\/(\d+)$/, ([id]) => ({ id: Number(id), status: jobOf(Number(id)).status })],
    [/^PATCH \/_runner\/jobs\/(\d+)$/, ([id], body) => Object.assign(jobOf(Number(id)), JSON.parse(body.toString()))],
    [
      /^PUT \/_runner\/runs\/(\d+)\/artifacts\/(.+)$/,
      ([run, name], zip) => {
        ids += 1;
        artifacts.push({ id: ids, run: Number(run), name: decodeURIComponent(name as string), zip });
        return { id: ids };
      },
    ],
    [
      /^GET \/_runner\/repositories\/umd\/release\/settings$/,
      (_found, _body, url) => {
        const own = settings.environments[url.searchParams.get('environment') ?? ''];
        return { variables: settings.variables, secrets: { ...settings.secrets, ...own?.secrets } };
      },
    ],
    [
      /^GET \/api\/v3\/repos\/umd\/release\/actions\/runs\/(\d+)\/artifacts$/,
      ([run]) => ({
        artifacts: artifacts.filter((artifact) => artifact.run === Number(run)).map(({ id, name }) => ({ id, name })),
      }),
    ],
    [
      /^GET \/api\/v3\/repos\/umd\/release\/actions\/artifacts\/(\d+)\/zip$/,
      ([id], _body, _url, response) => {
        response.end(artifacts.find((artifact) => artifact.id === Number(id))?.zip);
        return undefined;
      },
    ],
    [/^GET \/api\/v3\/repos\/umd\/release\/installation$/, () => ({ id: 77, app_slug: 'umd-bot' })],
    [/^POST \/api\/v3\/app\/installations\/77\/access_tokens$/, () => ({ token: 'ghs_installation' })],
    [/^DELETE \/api\/v3\/installation\/token$/, () => ({})],
  ];

  const runOf = (id: number) => runs.find((run) => run.id === id) as FakeRun;
  const jobOf = (id: number) => jobs.find((job) => job.id === id) as FakeJob;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    if (/\.git\//.test(url.pathname)) return serveGit(root, request, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const asked = `${request.method} ${url.pathname}`;
    const authorization = request.headers.authorization ?? '';
    if (!asked.includes('/_runner/'))
      requests.push({ method: request.method ?? '', path: url.pathname, authorization, body: body.toString() });
    const route = routes.find(([pattern]) => pattern.test(asked));
    if (route === undefined) return answer(response, 501, { message: `no route for ${asked}` });
    const reply = await route[1]((route[0].exec(asked) ?? []).slice(1), body, url, response);
    if (reply !== undefined) answer(response, 200, reply);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((cause: Error) => answer(response, 500, { message: cause.message }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bare = join(root, 'umd/release.git');
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare]);

  return {
    url,
    bare,
    runs,
    jobs,
    artifacts,
    settings,
    requests,
    emit,
    now: () => now,
    setClock(iso: string) {
      now = new Date(iso);
      emit('clock', { now: now.toISOString() }, { repository: '' });
    },
    job: (name: string) => {
      const found = jobs.filter((job) => job.name === name);
      if (found.length === 0) throw new Error(`no job ${name}, only ${jobs.map((job) => job.name).join(', ')}`);
      return found.at(-1) as FakeJob;
    },
    async close() {
      for (const wake of waiting.splice(0)) wake();
      waiting = [];
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type FakeForge = Awaited<ReturnType<typeof startFakeForge>>;
