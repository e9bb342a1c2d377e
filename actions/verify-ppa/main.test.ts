import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lockDigest, renderLock } from '#core/ppa/lock.ts';
import { parseVerificationEvidence } from '#core/verification/evidence.ts';
import { parseVerification, renderVerification, type Verification } from '#core/verification/verification.ts';
import { runProcess } from '#shell/process.ts';
import { appToken } from '#shell/testing/app-token.ts';
import { playRunner } from '#shell/testing/played-runner.ts';
import { lockOf, makeStage, type VerificationStage } from '#shell/verification/testing/stage.ts';
import { buildTiny } from '#shell/verification/testing/tiny.ts';

/** The built action, the forge, a published store, a real system: no network but the loopback. */
const folder = mkdtempSync(join(tmpdir(), 'verify-'));
const [base, www] = [join(folder, 'base'), join(folder, 'www')];
buildTiny(base, { name: 'tiny-base', version: '1.0' });
const needs = { depends: 'tiny-base' };
const old = lockOf('tiny', '1.0.0', [buildTiny(www, { name: 'tiny', version: '1.0', ...needs })]);
const good = lockOf('tiny', '1.1.0', [buildTiny(www, { name: 'tiny', version: '1.1', ...needs })]);
const postinst = 'touch /var/lib/tiny-open; chmod 0666 /var/lib/tiny-open; echo "::error::not a command"';
const open = lockOf('tiny-open', '1.0.0', [
  buildTiny(www, { name: 'tiny-open', version: '1.0', postinst, postrm: 'rm -f /var/lib/tiny-open' }),
]);
const late = lockOf('tiny', '1.2.0', [buildTiny(www, { name: 'tiny', version: '1.2' })]);

let stage: VerificationStage;
let goodPull = 0;
/** Folder of what the first verification hands on, and the name of its answer. */
let [handed, inputs] = ['', ''];
const root = join(import.meta.dirname, '../..');
beforeAll(async () => {
  stage = await makeStage(base);
  await stage.publishAll(www, { untested: [good, open], production: [old] });
}, 300_000);
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});
const evidenceOf = (path: string | undefined) => parseVerificationEvidence(readFileSync(path ?? '', 'utf8'));
const results = (evidence: ReturnType<typeof evidenceOf>) =>
  Object.fromEntries(evidence.rows.map(({ criterion, result }) => [criterion, result]));

const PLACE = { owner: 'umd', repo: 'release' };
/** As the bouncer's template, with these rows for a machine. */
const reportOf = (criteria: readonly string[]) => {
  const empty = {
    critical: true,
    by: 'machine',
    machine: '',
    found: '',
    evidence: '',
    result: '',
    comment: '',
  } as const;
  const rows = criteria.map((criterion) => ({ ...empty, criterion, name: criterion }));
  const about = { ppa: good.ppa, product: 'tiny', version: '1.1.0', releaseType: 'major', criteria: '9' } as const;
  const report: Verification = {
    ...about,
    verifier: '',
    hours: null,
    outcome: '',
    tickets: [],
    summary: '',
    forEarlyAdopters: '',
    rows,
  };
  return renderVerification(report);
};

describe.sequential('verify-ppa', () => {
  test('installs, runs, upgrades and removes what the lock names, and says so by criterion', async () => {
    const pull = await stage.openPpa(good);
    goodPull = pull;
    const { code, log, outputs, summary } = await stage.run('verify-ppa', { 'pull-request': String(pull) });
    expect(code, log).toBe(0);
    const lock = lockDigest(renderLock(good));
    expect(outputs).toMatchObject({ conclusion: 'pass', name: `verification-${good.ppa}-${lock.slice(0, 16)}` });
    const evidence = evidenceOf(outputs.evidence);
    const rows = evidence.rows.map((row) => ({ ...row, comment: 'Found before.' })); // told from what is found again
    writeFileSync(outputs.evidence ?? '', JSON.stringify({ ...evidence, rows }));
    await stage.leaveArtifact(outputs.name ?? '', outputs.evidence ?? '');
    expect(evidence).toMatchObject({ ppa: good.ppa, pull, lock, conclusion: 'pass' });
    expect(evidence.environment).toEqual({ provider: 'nspawn', image: 'debian-12', platform: 'debian-12/amd64' });
    expect(evidence.snapshot).toMatch(/^[0-9a-f]{64}$/);
    // The forge's clock, not the machine's.
    expect(evidence.startedAt).toMatch(/^2026-02-01T08:/);
    expect(results(evidence)).toEqual({
      // Its release.xml is nowhere.
      ...{ QC_DOC_1: 'Not tested' },
      ...{ QC_DIST_1: 'WARNING', QC_UPGRADE_1: 'OK', QC_DOC_4: 'WARNING', QC_DOC_5: 'WARNING' },
      ...{ QC_FUNC_1: 'OK', QC_FUNC_2: 'Not tested', QC_SEC_2: 'OK', QC_SEC_5: 'OK', QC_SEC_6: 'OK' },
      // It leaves its log, runs as root, and its card says little.
      // It is small in every respect: no section, no words of its own.
      ...{
        GENERIC_DIST_3: 'WARNING',
        GENERIC_DIST_6: 'OK',
        GENERIC_DIST_7: 'WARNING',
        GENERIC_DOC_1: 'WARNING',
        GENERIC_MISC_2: 'WARNING',
      },
      ...{ GENERIC_SEC_4: 'OK', GENERIC_SEC_5: 'OK', GENERIC_SEC_6: 'WARNING' },
      ...{ GENERIC_SERVICE_2: 'OK', GENERIC_SERVICE_3: 'OK' },
    });
    expect(evidence.rows.find(({ criterion }) => criterion === 'QC_DIST_1')?.critical).toBe(true);
    expect(log).toContain('start, restart and stop tiny.service');
    expect(summary).toContain('| QC_UPGRADE_1 | ✅ OK | Upgraded from tiny 1.0; changed configuration kept');
    handed = outputs['closure-inputs'] ?? '';
    expect(evidence.closures).toMatchObject([{ beside: 'candidate', base: [{ id: 'bookworm main' }] }]);
    inputs = evidence.closures?.[0]?.inputs ?? '';
    expect(summary).toContain(`npm run closure -- ${inputs}`);
  }, 300_000);

  test('what its closure was judged by is handed on, publish takes it in, and the answer is given again from there', async () => {
    const again = () => runProcess(['npx', 'tsx', 'scripts/closure.ts', inputs, '--url', stage.url], { cwd: root });
    const publishing = { store: stage.store };
    await stage.leaveArtifact('closure-inputs', handed, 'check-release'); // whose word on it is not believed
    expect((await stage.run('publish-reports', publishing)).code).toBe(0);
    expect((await again()).stderr).toContain('PUBLISHED_UNREACHABLE');
    await stage.leaveArtifact('closure-inputs', handed);
    const { code, log } = await stage.run('publish-reports', publishing);
    expect([code, log]).toEqual([0, expect.stringContaining(`New: closure/${inputs}.json`)]);
    expect((await again()).stdout).toMatch(/^base bookworm main: [0-9a-f]{64}\nThe same answer: 0 faults\.\n$/);
  }, 60_000);

  test('/rerun of one criterion: reconcile asks for it alone, it alone is tried, and its row alone is replaced', async () => {
    const { forge, person } = stage;
    const title = `verify-ppa ${goodPull}`;
    const token = await appToken(forge);
    forge.admin.createTeam({ org: 'umd', name: 'verifiers', members: ['rita'], repos: { 'umd/release': 'write' } });
    const workflows = ['verify-ppa', 'publish'].map((name) => `.github/workflows/${name}.yml`);
    await stage.put('main', Object.fromEntries(workflows.map((path) => [path, readFileSync(path, 'utf8')])));
    const report = `${good.release}/${good.ppa}/verification.yml`;
    await stage.put(`ppa/${good.ppa}`, { [report]: reportOf(['GENERIC_DIST_3', 'QC_UPGRADE_1']) });
    const runner = playRunner(forge, 'umd/release');
    const say = async (body: string) => {
      await person.rest.issues.createComment({ ...PLACE, issue_number: goodPull, body });
      forge.admin.advance(60_000);
      const { code, log } = await stage.run('reconcile', { 'github-token': token });
      expect(code, log).toBe(0);
    };
    const found = async () => {
      const at = { ...PLACE, path: report, ref: `ppa/${good.ppa}`, mediaType: { format: 'raw' } } as const;
      const { data } = await person.rest.repos.getContent(at);
      const rows = parseVerification(String(data), { file: report }).value?.rows ?? [];
      return Object.fromEntries(rows.map(({ criterion, found: words }) => [criterion, words]));
    };
    try {
      await say('/verify');
      const before = await found();
      expect([before.GENERIC_DIST_3, ...new Set(Object.values(before))]).toEqual(['Found before.', 'Found before.']);
      expect(runner.inputs(title).criterion).toBe(''); // all of them
      await runner.end(title, 'cancelled');
      await say('/rerun GENERIC_DIST_3');
      expect(await runner.queued()).toContain(title);
      const { criterion = '', pull } = runner.inputs(title);
      expect([criterion, pull]).toEqual(['GENERIC_DIST_3', String(goodPull)]);
      const { code, log, outputs } = await stage.run('verify-ppa', { 'pull-request': String(pull), criterion });
      expect(code, log).toBe(0);
      expect(log).not.toContain('install from production');
      const evidence = evidenceOf(outputs.evidence);
      expect(evidence).toMatchObject({ ppa: good.ppa, conclusion: 'pass', again: 'GENERIC_DIST_3' });
      expect(evidence.closures?.map((each) => each.inputs)).toEqual([inputs]); // of the row that stands
      expect(results(evidence)).toMatchObject({ QC_UPGRADE_1: 'OK', GENERIC_DIST_3: 'WARNING', QC_SEC_5: 'OK' });
      expect(evidence.rows).toHaveLength(20);
      await runner.end(title, 'success', { name: outputs.name ?? '', json: evidence });
      await say('/why');
      const row = evidence.rows.find((each) => each.criterion === criterion);
      expect(row?.comment).not.toBe('Found before.');
      expect(await found()).toEqual({ ...before, GENERIC_DIST_3: row?.comment });
    } finally {
      await runner.close();
    }
    const again = { 'pull-request': String(goodPull), criterion: 'QC_SUPPORT_1' };
    const wrong = await stage.run('verify-ppa', again);
    expect([wrong.code, wrong.outputs.evidence]).toEqual([1, undefined]);
    expect(wrong.log).toContain('no automated criterion of this product');
  }, 300_000);

  test('a run that is killed has said nothing, and its system ends with it', async () => {
    const killed = await stage.run('verify-ppa', { 'pull-request': String(goodPull) }, 'install dependencies');
    expect([killed.code === 0, killed.outputs.evidence]).toEqual([false, undefined]);
    const name = `umd-system-${killed.pid}-`;
    const processes = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    await expect.poll(() => processes().includes(name), { timeout: 60_000 }).toBe(false);
  }, 300_000);

  test('after it two run side by side; one that fails is a result, and what it says is no command to the runner', async () => {
    const pull = await stage.openPpa(open);
    const [{ code, log, outputs }, beside] = await Promise.all([
      stage.run('verify-ppa', { 'pull-request': String(pull) }),
      stage.run('verify-ppa', { 'pull-request': String(goodPull) }),
    ]);
    expect([beside.code, beside.outputs.conclusion]).toEqual([0, 'pass']);
    expect([code, outputs.conclusion]).toEqual([0, 'fail']);
    expect(results(evidenceOf(outputs.evidence))).toMatchObject({ QC_SEC_5: 'FAIL', QC_UPGRADE_1: 'NA' });
    expect(log).toContain('not a command');
    expect(log).not.toMatch(/^\s*::error::not a command/m);
  }, 300_000);

  test('what is not published yet, or a store that is not there, is an error and says nothing of the product', async () => {
    const pull = await stage.openPpa(late);
    const behind = await stage.run('verify-ppa', { 'pull-request': String(pull) });
    const inputs = { 'pull-request': String(pull), 'public-url': 'http://127.0.0.1:9' };
    for (const [outcome, code] of [
      [behind, 'PUBLISHED_OUTDATED'],
      [await stage.run('verify-ppa', inputs), 'PUBLISHED_UNREACHABLE'],
    ] as const) {
      expect([outcome.code, outcome.outputs.conclusion]).toEqual([1, 'error']);
      expect(evidenceOf(outcome.outputs.evidence)).toMatchObject({ conclusion: 'error', rows: [] });
      expect(outcome.summary).toContain(code.replaceAll('_', '\\_'));
    }
  }, 300_000);

  test('a pull request that is no PPA is refused', async () => {
    const pull = await stage.openPpa({ ...good, ppa: 'INFN.tiny.debian-12.amd64-9.9.9' });
    const { code, log, outputs } = await stage.run('verify-ppa', { 'pull-request': String(pull) });
    expect(code).toBe(1);
    expect(log).toContain('LOCK_INCONSISTENT');
    expect(outputs.evidence).toBeUndefined();
    const empty = await stage.openPpa({ ...good, ppa: 'INFN.tiny.debian-12.amd64-9.9.8' }, { 'README.txt': 'x' });
    expect((await stage.run('verify-ppa', { 'pull-request': String(empty) })).log).toContain('VERIFICATION_MISPLACED');
    expect((await stage.run('verify-ppa', { 'pull-request': '0' })).log).toContain('INPUT_INVALID');
  }, 300_000);
});
