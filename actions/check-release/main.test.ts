import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { getOctokit } from '@actions/github';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningForge, startForge } from '#scripts/forge/start.ts';
import { faultyRelease } from '#scripts/world/faulty.ts';
import { buildAction, type Outcome, runBuilt } from '#shell/testing/built-action.ts';

const REPOSITORY = { owner: 'umd', repo: 'release' };
const RELEASE = 'releases/umd/5/EMI/emi-3.0.0/release.xml';
const good = readFileSync('actions/_core/release/__fixtures__/bundle.xml', 'utf8')
  .replaceAll('INFN', 'EMI')
  .replaceAll('infn<', 'emi<');

const folder = mkdtempSync(join(tmpdir(), 'check-release-'));
const workspace = join(folder, 'workspace');
let forge: RunningForge;
let bundle: string;
let jobToken: string;
let people: Readonly<Record<'ada' | 'mallory' | 'rita', string>>;

beforeAll(async () => {
  layWorkspace();
  forge = await startForge({ dir: join(folder, 'forge'), now: new Date('2026-02-01T08:00:00Z') });
  const token = (login: string) => forge.admin.createUser({ login }).token;
  people = { ada: token('ada'), mallory: token('mallory'), rita: token('rita') };
  forge.admin.createOrg({ login: 'umd' });
  await forge.admin.createRepo({ owner: 'umd', name: 'release', files: filesOf(workspace) });
  const repos = { 'umd/release': 'maintain' } as const;
  forge.admin.createTeam({ org: 'umd', name: 'release-team', members: ['rita'], repos });
  const rita = handsOf('rita').rest.git;
  const { data } = await rita.getRef({ ...REPOSITORY, ref: 'heads/main' });
  await rita.createRef({ ...REPOSITORY, ref: 'refs/heads/candidate', sha: data.object.sha });
  for (const login of ['ada', 'mallory'] as const) await handsOf(login).rest.repos.createFork({ ...REPOSITORY });
  jobToken = await workflowToken();
  bundle = await buildAction('check-release', folder);
}, 120_000);
afterAll(async () => {
  await forge.close();
  rmSync(folder, { recursive: true });
});

/** The default branch: this checkout's data, with a provider EMI, whose person is ada, that owns the products. */
function layWorkspace(): void {
  for (const path of ['criteria/capabilities.yml', 'repos/umd.yml', 'releases/products', 'releases/providers'])
    cpSync(path, join(workspace, path), { recursive: true });
  const umd = readFileSync('repos/umd.yml', 'utf8').replace('[al9/', '[rpm-on-debian/x86_64, al9/');
  const copied = /^ {2}al9\/x86_64:\n(?: {4}.*\n)+/m.exec(umd)?.[0] ?? '';
  const platform = copied.replaceAll('al9', 'rpm-on-debian');
  writeFileSync(
    join(workspace, 'repos/umd.yml'),
    umd.replace('platforms:\n', (line) => line + platform),
  );
  const text = readFileSync('releases/providers/INFN.yml', 'utf8').replaceAll('INFN', 'EMI').replace('[]', '[Ada]');
  writeFileSync(join(workspace, 'releases/providers/EMI.yml'), text);
  for (const product of ['voms', 'fetch-crl']) {
    const card = join(workspace, `releases/products/${product}.yml`);
    writeFileSync(card, readFileSync(card, 'utf8').replace(/provider: \w+/, 'provider: EMI'));
  }
}

function filesOf(place: string): Record<string, string> {
  const entries = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(place.length + 1), readFileSync(path, 'utf8')]));
}

/** The token that .github/workflows/check-release.yml has: it reads, and may not see teams. */
async function workflowToken(): Promise<string> {
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${forge.runnerToken}`, 'content-type': 'application/json' };
    const answer = await fetch(`${forge.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as { id: number; token: string };
  };
  const { data } = await handsOf('rita').rest.git.getRef({ ...REPOSITORY, ref: 'heads/main' });
  const about = { name: 'check-release', display_title: 'check-release', event: 'workflow_dispatch', actor: 'rita' };
  const head = { head_sha: data.object.sha, head_branch: 'main', pull_requests: [] };
  const path = '.github/workflows/check-release.yml';
  const run = await post('/_runner/runs', { repository: 'umd/release', workflow_path: path, ...about, ...head });
  const permissions = { contents: 'read', 'pull-requests': 'read' };
  return (await post(`/_runner/runs/${run.id}/jobs`, { name: 'check', labels: [], permissions })).token;
}

type Login = 'ada' | 'mallory' | 'rita';
const handsOf = (login: Login) => getOctokit(people[login], { baseUrl: `${forge.url}/api/v3` });

let branches = 0;

/** Git with its standard input; what it says, trimmed. Never synchronously: the forge lives in this very process. */
type Git = (words: readonly string[], input?: string) => Promise<string>;
/** Works in a clone of candidate; the commit it gives, or else what it left there, is submitted. */
type Change = (place: string, git: Git) => Promise<string> | unknown;

/** A pull request made with plain Git. @returns its number */
async function submit(login: Login, change: Change): Promise<number> {
  const home = login === 'rita' ? 'umd' : login;
  const branch = `change-${++branches}`;
  const place = join(folder, branch);
  const url = (owner: string) => `${forge.url.replace('//', `//x:${people[login]}@`)}/${owner}/release.git`;
  mkdirSync(place);
  const git: Git = async (words, input = '') => {
    const running = promisify(execFile)('git', words, { cwd: place, timeout: 50_000 });
    // A Git that reads no input may have ended before it comes.
    running.child.stdin?.on('error', () => undefined).end(input);
    return (await running).stdout.trim();
  };
  await git(['clone', '-q', '-b', 'candidate', url('umd'), '.']);
  const made = await change(place, git);
  if (made === undefined) {
    await git(['add', '--all', '.']);
    await git(['-c', `user.name=${login}`, '-c', `user.email=${login}@x.example`, 'commit', '-qm', branch]);
  }
  await git(['push', '-q', url(home), `${made ?? 'HEAD'}:refs/heads/${branch}`]);
  const head = `${home}:${branch}`;
  return (await handsOf(login).rest.pulls.create({ ...REPOSITORY, head, base: 'candidate', title: branch })).data
    .number;
}

function put(place: string, path: string, text: string): void {
  mkdirSync(dirname(join(place, path)), { recursive: true });
  writeFileSync(join(place, path), text);
}

interface Said extends Outcome {
  readonly evidence: {
    readonly sha: string;
    readonly conclusion: string;
    readonly ppas: readonly object[];
    readonly faults: readonly { code: string; where?: { file?: string; line?: number } }[];
  };
}

async function check(pull: number): Promise<Said> {
  const inputs = { 'github-token': jobToken, 'pull-request': String(pull) };
  const api = { GITHUB_REPOSITORY: 'umd/release', GITHUB_API_URL: `${forge.url}/api/v3`, GITHUB_SERVER_URL: forge.url };
  const said = await runBuilt('check-release', bundle, inputs, {
    ...api,
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: folder,
  });
  expect(said.code, said.log).toBe(0);
  return { ...said, evidence: JSON.parse(readFileSync(said.outputs.evidence ?? '', 'utf8')) };
}
const codesOf = ({ evidence }: Said) => evidence.faults.map(({ code }) => code);

test('a good release passes, previews its PPAs and leaves evidence of the head', async () => {
  const pull = await submit('ada', (place) => put(place, RELEASE, good));
  const said = await check(pull);
  const { data } = await handsOf('rita').rest.pulls.get({ ...REPOSITORY, pull_number: pull });
  expect(said.outputs).toMatchObject({ conclusion: 'pass', sha: data.head.sha });
  expect(said.evidence).toEqual({
    kind: 'release-check',
    pull,
    sha: data.head.sha,
    conclusion: 'pass',
    faults: [],
    ppas: [
      { name: 'EMI.voms.debian-12.amd64-2.1.0', packages: 2, platform: 'debian-12/amd64', type: 'major' },
      { name: 'EMI.fetch-crl.debian-12.amd64-3.0.22', packages: 1, platform: 'debian-12/amd64', type: 'minor' },
      { name: 'EMI.fetch-crl.al9.x86_64-3.0.22', packages: 2, platform: 'al9/x86_64', type: 'minor' },
    ],
  });
  expect(said.summary).toContain('| EMI.voms.debian-12.amd64-2.1.0 | debian-12/amd64 | major | 2 |');
  expect(said.log).not.toContain('::error');
});

test('its faulty twin is refused with all its faults, each with file and line, and the step does not fail', async () => {
  const site = { deb: 'http://127.0.0.1:9/emi/', rpm: 'http://127.0.0.1:9/emi-rpm/' };
  const faulty = faultyRelease({ EMI: site, IGTF: site } as unknown as Parameters<typeof faultyRelease>[0]);
  const said = await check(await submit('ada', (place) => put(place, faulty.path, faulty.xml)));
  const found = said.evidence.faults.map(({ code, where }) => ({ line: where?.line, code }));
  interface Line {
    readonly line: number | undefined;
    readonly code: string;
  }
  const order = (a: Line, b: Line) => (a.line ?? 0) - (b.line ?? 0) || (a.code < b.code ? -1 : 1);
  expect(found.sort(order)).toEqual([...faulty.faults].sort(order));
  expect(new Set(said.evidence.faults.map(({ where }) => where?.file))).toEqual(new Set([faulty.path]));
  expect(said.outputs.conclusion).toBe('fail');
  for (const { line, code } of faulty.faults) {
    expect(said.log).toMatch(new RegExp(`^::error [^\n]*title=${code},file=${faulty.path},line=${line},`, 'm'));
    expect(said.summary).toContain(`| ${faulty.path}:${line}:`);
  }
});

test('a stranger, and a provider that touches more than its own folder', async () => {
  const path = RELEASE.replace('3.0.0', '3.0.5');
  const stranger = await check(await submit('mallory', (place) => put(place, path, good)));
  expect(codesOf(stranger)).toEqual(['PULL_AUTHOR_UNKNOWN']);
  const greedy = await check(
    await submit('ada', (place) => {
      put(place, path.replace('3.0.5', '3.0.2'), good);
      put(place, '.github/workflows/publish.yml', 'on: push');
      put(place, 'repos/umd/5/debian-12/amd64/voms.yml', 'product: voms');
      put(place, 'releases/umd/5/IGTF/fetch-crl-3.0.0/notes.txt', 'x');
    }),
  );
  expect(greedy.evidence.faults.map(({ code, where }) => [code, where?.file])).toEqual([
    ['PULL_PATH_FORBIDDEN', '.github/workflows/publish.yml'],
    ['PULL_PATH_FORBIDDEN', 'releases/umd/5/IGTF/fetch-crl-3.0.0/notes.txt'],
    ['PULL_PATH_FORBIDDEN', 'repos/umd/5/debian-12/amd64/voms.yml'],
  ]);
});

test('a symbolic link in the place of release.xml is refused and not followed', async () => {
  const said = await check(
    await submit('ada', (place) => {
      const path = join(place, RELEASE.replace('3.0.0', '3.0.3'));
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync('../../../../../.git/config', path);
    }),
  );
  expect(codesOf(said)).toEqual(['PULL_FILE_KIND']);
});

/** A tree with one more file at any path whatever: `mktree` takes every name. */
async function grafted(
  git: Git,
  tree: string | undefined,
  [name = '', ...rest]: string[],
  blob: string,
): Promise<string> {
  const listed = tree === undefined ? [] : (await git(['ls-tree', tree])).split('\n').filter((line) => line !== '');
  const inner = listed.find((line) => line.endsWith(`\t${name}`))?.match(/tree (\w+)/)?.[1];
  const entry = rest.length === 0 ? `100644 blob ${blob}` : `040000 tree ${await grafted(git, inner, rest, blob)}`;
  const others = listed.filter((line) => !line.endsWith(`\t${name}`));
  return git(['mktree'], [...others, `${entry}\t${name}`, ''].join('\n'));
}

test('a path with `..`, in a tree that Git was fed by hand', async () => {
  const path = 'releases/umd/5/EMI/../IGTF/release.xml';
  const pull = await submit('ada', async (_, git) => {
    const blob = await git(['hash-object', '-w', '--stdin'], good);
    const tree = await grafted(git, 'HEAD^{tree}', path.split('/'), blob);
    const identity = ['-c', 'user.name=ada', '-c', 'user.email=ada@x.example'];
    return git([...identity, 'commit-tree', '-m', 'x', '-p', 'HEAD', tree]);
  });
  const said = await check(pull);
  expect(said.evidence.faults.map(({ code, where }) => [code, where?.file])).toEqual([
    ['PULL_PATH_INVALID', path],
    ['PULL_PATH_FORBIDDEN', path],
  ]);
});

test('the same release a second time, and a PPA that was opened once', async () => {
  const again = await check(await submit('rita', (place) => put(place, RELEASE, good)));
  expect(again.evidence.faults.map(({ code, where }) => [code, where?.line])).toEqual([
    ['RELEASE_PPA_SUBMITTED', undefined],
  ]);
  const name = 'EMI.voms.debian-12.amd64-2.1.0';
  const rita = handsOf('rita').rest;
  const { data: ref } = await rita.git.getRef({ ...REPOSITORY, ref: 'heads/candidate' });
  await rita.git.createRef({ ...REPOSITORY, ref: `refs/heads/ppa/${name}`, sha: ref.object.sha });
  const content = Buffer.from('x').toString('base64');
  const file = { ...REPOSITORY, branch: `ppa/${name}`, message: 'x', content };
  await rita.repos.createOrUpdateFileContents({
    ...file,
    path: `releases/umd/5/EMI/emi-3.0.0/${name}/verification.yml`,
  });
  const { data: ppa } = await rita.pulls.create({ ...REPOSITORY, head: `ppa/${name}`, base: 'candidate', title: name });
  expect((await check(ppa.number)).outputs.conclusion).toBe('pass');
  await rita.pulls.update({ ...REPOSITORY, pull_number: ppa.number, state: 'closed' });
  const other = await check(await submit('ada', (place) => put(place, RELEASE.replace('3.0.0', '3.0.4'), good)));
  expect(other.evidence.faults.map(({ code, where }) => [code, where?.line])).toEqual([['RELEASE_PPA_SUBMITTED', 25]]);
});

test('a pull request without a release: words are free, workflows are the release team’s', async () => {
  const words = await check(await submit('mallory', (place) => put(place, 'README.md', 'Hello')));
  expect([words.outputs.conclusion, words.summary]).toEqual(['pass', expect.stringContaining('nothing to check')]);
  const change = (place: string) => put(place, '.github/workflows/x.yml', 'on: push');
  expect((await check(await submit('mallory', change))).outputs.conclusion).toBe('fail');
  expect((await check(await submit('rita', change))).outputs.conclusion).toBe('pass');
});

test('a pull request that is not there is an accident: the step fails and says so', async () => {
  const inputs = { 'github-token': people.rita, 'pull-request': '9999' };
  const api = { GITHUB_REPOSITORY: 'umd/release', GITHUB_API_URL: `${forge.url}/api/v3` };
  const said = await runBuilt('check-release', bundle, inputs, { ...api, GITHUB_WORKSPACE: workspace });
  expect([said.code, said.outputs]).toEqual([1, {}]);
  const wrong = await runBuilt('check-release', bundle, { ...inputs, 'pull-request': '../1' }, api);
  expect(wrong.log).toContain('INPUT_INVALID');
});
