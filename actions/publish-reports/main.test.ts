import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getOctokit } from '@actions/github';
import { dump, load } from 'js-yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderVerification, type Verification } from '#core/verification/verification.ts';
import { startForge } from '#scripts/forge/start.ts';
import { appToken } from '#shell/testing/app-token.ts';

/** The bundle as it is built, the forge, a store on disk. */
const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'publish-reports-'));
const [dist, store] = [join(folder, 'dist'), join(folder, 'store')];
const PLACE = { owner: 'umd', repo: 'release' };
const BRANCH = 'candidate';
const PPA = 'INFN.voms.debian-12.amd64-2.1.0';
const AT = `releases/umd/5/INFN/voms-2.1.0/${PPA}`;
const LATER = 'INFN.voms.debian-12.amd64-2.2.0';

const report = (summary: string): string => {
  const row = { critical: true, found: 'Found.', evidence: 'e'.repeat(64), comment: '' } as const;
  const verification: Verification = {
    ...{ ppa: PPA, product: 'VOMS', version: '2.1.0', releaseType: 'major', criteria: '2.0', verifier: 'vera' },
    ...{ hours: 2.5, outcome: 'accepted', tickets: ['#12'], summary, forEarlyAdopters: '' },
    rows: [{ ...row, criterion: 'QC_DIST_1', name: 'Binary distribution', by: 'machine', machine: 'OK', result: '' }],
  };
  return renderVerification(verification);
};
const INPUTS = 'c'.repeat(64);
const RECORD = dump({
  ...{ ppa: PPA, pull: 7, evidence: { conclusion: 'pass', closures: [INPUTS] } },
  approval: { by: 'vera', at: '2026-06-20T08:00:00Z', commit: 'c' },
});
let forge: Awaited<ReturnType<typeof startForge>>;
let token = '';

beforeAll(async () => {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), `--out=${dist}`]);
  forge = await startForge({ dir: join(folder, 'forge'), now: new Date('2026-06-21T08:00:00Z') });
  ({ token } = forge.admin.createUser({ login: 'rita' }));
  forge.admin.createOrg({ login: 'umd', owners: ['rita'] });
  await forge.admin.createRepo({ owner: 'umd', name: 'release', files: { 'README.md': 'x' } });
  const { data } = await octokit().rest.git.getRef({ ...PLACE, ref: 'heads/main' });
  await octokit().rest.git.createRef({ ...PLACE, ref: `refs/heads/${BRANCH}`, sha: data.object.sha });
}, 60_000);
afterAll(async () => {
  await forge.close();
  rmSync(folder, { recursive: true });
});

const octokit = () => getOctokit(token, { baseUrl: `${forge.url}/api/v3` });

async function put(path: string, text: string): Promise<void> {
  const there = await octokit()
    .rest.repos.getContent({ ...PLACE, path, ref: BRANCH })
    .then(({ data }) => ({ sha: (data as { sha: string }).sha }))
    .catch(() => ({}));
  const content = Buffer.from(text).toString('base64');
  const change = { ...PLACE, path, branch: BRANCH, message: path, content, ...there };
  await octokit().rest.repos.createOrUpdateFileContents(change);
}

/** Asynchronously, for the forge is in this process. */
async function published(): Promise<string[]> {
  const output = join(folder, 'output');
  writeFileSync(output, '');
  const { promisify } = await import('node:util');
  const { execFile } = await import('node:child_process');
  const env = {
    ...{ PATH: process.env.PATH ?? '', GITHUB_REPOSITORY: 'umd/release', GITHUB_API_URL: `${forge.url}/api/v3` },
    ...{ GITHUB_SERVER_URL: forge.url, GITHUB_OUTPUT: output, 'INPUT_GITHUB-TOKEN': token, INPUT_STORE: store },
  };
  await promisify(execFile)(process.execPath, [join(dist, 'publish-reports.js')], { env });
  return JSON.parse(/^published<<\S+\n(.*)$/m.exec(readFileSync(output, 'utf8'))?.[1] ?? '[]') as string[];
}

const served = () => readdirSync(join(store, 'reports'), { recursive: true, encoding: 'utf8' }).sort();

test('a verification becomes a report when its record is there, once, below the digest of its text', async () => {
  await put(`${AT}/verification.yml`, report('Sound.'));
  expect(await published()).toEqual([]);
  await put(`releases/umd/5/INFN/voms-2.1.0/${PPA}/rollout.yml`, RECORD);
  expect(await published()).toEqual([PPA]);
  const digest = execFileSync('sha256sum', { input: report('Sound.'), encoding: 'utf8' }).slice(0, 16);
  const name = `${digest}/${PPA}-qc-2.0`;
  expect(served()).toEqual([digest, `${name}.html`, `${name}.pdf`, 'index.json'].sort());
  const index = JSON.parse(readFileSync(join(store, 'reports/index.json'), 'utf8'));
  expect(index.reports).toMatchObject([{ ppa: PPA, closures: [INPUTS] }]); // so that no sweep takes these
  const html = readFileSync(join(store, 'reports', `${name}.html`), 'utf8');
  expect(html).toContain(`${forge.url}/umd/release/pull/7`);
  const pdf = readFileSync(join(store, 'reports', `${name}.pdf`));
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  // Of its approval, so that the same record gives the same bytes.
  expect(pdf.toString('latin1')).toContain('D:20260620080000Z');
  expect(await published()).toEqual([]);
}, 60_000);

test('another text is another report; what was published stays; a broken record publishes nothing', async () => {
  const before = served();
  await put(`${AT}/verification.yml`, report('Sound, says Łukasz, the second reader.'));
  expect(await published()).toEqual([PPA]);
  expect(served()).toHaveLength(before.length + 3);
  const file = served().find((name) => name.endsWith('.pdf') && !before.includes(name)) ?? '';
  // The bundle brings the font that his name needs.
  expect(readFileSync(join(store, 'reports', file)).toString('latin1')).toContain('DejaVuSansCondensed');
  await put(`${AT}/rollout.yml`, 'ppa: [');
  expect(await published()).toEqual([]);
  const index = JSON.parse(readFileSync(join(store, 'reports/index.json'), 'utf8')) as { reports: unknown[] };
  expect(index.reports).toEqual([]);
}, 60_000);

/** The reconciler's memory as it stands in its check-run, written down by hand. */
const standing = (pull: number, state: string) => ({
  ...{ ppa: LATER, pull, state, lock: 'a'.repeat(64), lockSince: '2026-06-18T08:00:00Z', type: 'minor' },
  ...{ emergency: false, verifier: 'vera', holds: [], tickets: [9], reports: [], answers: [], heard: [] },
  moves: [
    { event: 'opened', to: 'unverified', at: '2026-06-18T08:00:00Z', by: 'reconciler', why: 'Its pull request was opened.' },
    { event: 'verification-failed', from: 'in-verification', to: state, at: '2026-06-19T08:00:00Z', by: 'vera', why: 'It has no licence.' },
  ],
}); // biome-ignore format: one move a line

test('a rejected one is published with who rejected it, when and why, whatever its verifier had written; a label alone rejects nothing', async () => {
  await put(`${AT}/rollout.yml`, RECORD);
  await published();
  const app = getOctokit(await appToken(forge), { baseUrl: `${forge.url}/api/v3` });
  const user = octokit().rest;
  await user.issues.createLabel({ ...PLACE, name: 'RolloutProgress: Rejected', color: 'aa0000' });
  const path = `releases/umd/5/INFN/voms-2.2.0/${LATER}/verification.yml`;
  const text = report('Sound.').replaceAll(PPA, LATER);
  const branch = `ppa/${LATER}`;
  const { data: ref } = await user.git.getRef({ ...PLACE, ref: `heads/${BRANCH}` });
  await user.git.createRef({ ...PLACE, ref: `refs/heads/${branch}`, sha: ref.object.sha });
  const content = Buffer.from(text).toString('base64');
  await user.repos.createOrUpdateFileContents({ ...PLACE, path, branch, message: path, content });
  const { data: pull } = await user.pulls.create({ ...PLACE, head: branch, base: BRANCH, title: LATER });
  const issue = { ...PLACE, issue_number: pull.number };
  await user.issues.update({ ...issue, state: 'closed', labels: ['RolloutProgress: Rejected'] });
  expect(await published()).toEqual([]);

  const remembered = async (state: string) => {
    const summary = { title: state, summary: state };
    const output = { ...summary, text: `\`\`\`json\n${JSON.stringify(standing(pull.number, state))}\n\`\`\`` };
    const done = { status: 'completed', conclusion: 'failure' } as const;
    await app.rest.checks.create({ ...PLACE, name: 'rollout', head_sha: pull.head.sha, ...done, output });
    forge.admin.advance(60_000);
    await app.rest.issues.createComment({ ...issue, body: state }); // as the reconciler's own comment changes
    return published();
  };
  expect(await remembered('in-verification')).toEqual([]);
  expect(await remembered('rejected')).toEqual([LATER]);
  const digest = execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 16);
  const at = (ending: string) => join(store, `reports/${digest}/${LATER}-qc-2.0-rejected-${pull.number}.${ending}`);
  const html = readFileSync(at('html'), 'utf8');
  expect(html).toContain('2026-06-19T08:00:00Z by vera: It has no licence.');
  expect(html).not.toContain('accepted');
  expect(readFileSync(at('pdf')).toString('latin1')).toContain('D:20260619080000Z');
  const record = load(readFileSync(at('yml'), 'utf8'));
  expect(record).toMatchObject({
    ppa: LATER,
    pull: pull.number,
    tickets: ['#9'],
    hours: 2.5,
    moves: [{}, { by: 'vera' }],
  });
  expect(await remembered('rejected')).toEqual([]);
  const index = JSON.parse(readFileSync(join(store, 'reports/index.json'), 'utf8')) as { reports: { ppa: string }[] };
  expect(index.reports.map(({ ppa }) => ppa)).toEqual([PPA, LATER]);
}, 60_000);

test('a minor release whose rows were answered before leads to that report, where it lies', async () => {
  const earlier = report('Sound.');
  const path = `${AT}/verification.yml`;
  const minor = 'INFN.voms.debian-12.amd64-2.1.1';
  const at = 'releases/umd/5/INFN/voms-2.1.1';
  const text = earlier
    .replaceAll(PPA, minor)
    .replace('releaseType: major', 'releaseType: minor')
    .replace(/comment: .*/, `comment: verified with 2.1.0, see ${path}`);
  await put(`${at}/${minor}/verification.yml`, text);
  await put(`${at}/${minor}/rollout.yml`, RECORD.replace(PPA, minor));
  expect(await published()).toEqual([minor]);
  const digest = (of: string) => execFileSync('sha256sum', { input: of, encoding: 'utf8' }).slice(0, 16);
  const [html, pdf] = ['html', 'pdf'].map((ending) =>
    readFileSync(join(store, 'reports', digest(text), `${minor}-qc-2.0.${ending}`)),
  );
  const to = /<a href="(?<to>[^"]+)">/.exec(String(html))?.groups?.to ?? '';
  expect(readFileSync(join(store, 'reports', digest(text), to), 'utf8')).toContain('Verification report: VOMS 2.1.0');
  expect(pdf?.toString('latin1')).toContain(to);
}, 60_000);
