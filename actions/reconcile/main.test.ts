import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePublishedState } from '#core/repository/published.ts';
import { makeStage, PLACE, type Stage } from './testing/stage.ts';
import { folderOf, lockOf, lockPathOf, nameOf, type Product, reportOf } from './testing/world.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.close());

const voms: Product = { product: 'voms', version: '2.1.0' };
const bdii: Product = { product: 'bdii', version: '6.0.0' };
const branchOf = (product: Product) => `ppa/${nameOf(product)}`;
const reportPath = (product: Product) => `${folderOf(product)}/${nameOf(product)}/verification.yml`;

/** sha256 of the lock as this test wrote it, not as our code reads it. */
const digest = (product: Product) => createHash('sha256').update(lockOf(product)).digest('hex');

async function reconcile(): Promise<readonly string[]> {
  const { code, log, writes } = await stage.reconcile();
  expect(code, log).toBe(0);
  return writes;
}
const comment = (login: string, pull: number, body: string) =>
  stage.as(login).rest.issues.createComment({ ...PLACE, issue_number: pull, body });
async function say(login: string, pull: number, body: string) {
  await comment(login, pull, body);
  return reconcile();
}
async function shown(pull: number) {
  const { data } = await stage.bot.rest.pulls.get({ ...PLACE, pull_number: pull });
  const labels = data.labels.map(({ name }) => name);
  const state = labels
    .filter((name) => name.startsWith('RolloutProgress'))
    .join('+')
    .replaceAll('RolloutProgress: ', '');
  return {
    state,
    labels,
    merged: data.merged,
    open: data.state === 'open',
    head: data.head.sha,
    assignees: (data.assignees ?? []).map(({ login }) => login),
  };
}
async function sticky(pull: number): Promise<string> {
  const { data } = await stage.bot.rest.issues.listComments({ ...PLACE, issue_number: pull });
  const said = data.filter(({ user }) => user?.login === 'umd-bot[bot]');
  const ours = said.filter(({ body = '' }) => body.startsWith('<!-- provisioning'));
  expect(ours.length).toBe(1);
  expect(said.filter((each) => !ours.includes(each)).every(({ body = '' }) => body.startsWith('<!-- umd:notice'))).toBe(
    true,
  );
  return ours[0]?.body ?? '';
}
async function checksOn(ref: string, check_name: string) {
  return (await stage.bot.rest.checks.listForRef({ ...PLACE, ref, check_name })).data.check_runs;
}
/** As `ea-report` prints it. */
const accept = ({ product, version }: Product) => `/report accept\npackage: ${product} ${version}-1`;
const approve = (login: string, pull: number) =>
  stage.as(login).rest.pulls.createReview({ ...PLACE, pull_number: pull, event: 'APPROVE' });

/** What the publisher would serve when these are in untested. */
const serve = (...products: Product[]) => serveIn('untested', ...products);
const serveIn = (area: 'untested' | 'testing', ...products: Product[]) => {
  const repository = {
    ...{
      id: `umd-5/${area}/debian-12/amd64`,
      area,
      lane: 'umd-5',
      os: 'debian-12',
      arch: 'amd64',
      part: '',
    },
    ...{ format: 'deb', path: `sw/${area}/umd/5/debian-12/amd64`, suite: 'bookworm', snapshot: 'e'.repeat(64) },
    packages: products.map((product) => ({
      ...{ name: product.product, version: product.version, arch: 'amd64', ppa: nameOf(product) },
      sha256: /sha256: (\w{64})/.exec(lockOf(product))?.[1] ?? '',
    })),
  };
  const state = { generatedAt: '', publicUrl: 'http://127.0.0.1', signer: 'A'.repeat(40), repositories: [repository] };
  parsePublishedState(JSON.stringify(state));
  stage.serve(state);
};

const evidence = (product: Product, pull: number, conclusion: string, result = 'OK') => ({
  name: `verification-${nameOf(product)}-${digest(product).slice(0, 16)}`,
  json: {
    ...{ kind: 'verification', ppa: nameOf(product), pull, lock: digest(product), snapshot: 'e'.repeat(64) },
    ...{ environment: { provider: 'nspawn', image: 'debian-12', platform: 'debian-12/amd64' }, conclusion },
    rows: [{ criterion: 'QC_DIST_1', result, comment: 'installs' }],
    ...{ startedAt: '2026-01-10T08:00:00Z', finishedAt: '2026-01-10T08:01:00Z' },
  },
});

/** From Unverified to StagedRollout, everybody playing his part. */
async function toStagedRollout(product: Product, pull: number) {
  await say('vera', pull, '/verify');
  await stage.runner.end(`verify-ppa ${pull}`, 'success', evidence(product, pull, 'pass'));
  await stage.put('vera', branchOf(product), reportPath(product), reportOf(product, { verifier: 'vera' }));
  await reconcile();
  await approve('vera', pull);
  await reconcile();
  expect((await shown(pull)).state, await sticky(pull)).toBe('StagedRollout');
}

// the clock has whole seconds: the order of what happens within one is told by numbers alone
describe.sequential('within one second: one PPA from Unverified into the candidate', { timeout: 180_000 }, () => {
  let pull: number;
  beforeAll(() => stage.forge.admin.stand());
  afterAll(() => stage.forge.admin.go());

  test('a new one is published and waits for a verifier; looking again changes nothing', async () => {
    pull = await stage.openPpa(voms);
    await reconcile();
    expect(await stage.runner.queued()).toEqual(['publish']);
    expect(await sticky(pull)).toContain('Nobody has taken it for verification yet');
    expect(await reconcile()).toEqual([]);
  });

  test('an outsider’s label is put back, with the reason and who may; a typo gets the nearest command', async () => {
    await stage
      .as('otto')
      .rest.issues.addLabels({ ...PLACE, issue_number: pull, labels: ['RolloutProgress: StagedRollout'] });
    await stage
      .as('otto')
      .rest.issues.removeLabel({ ...PLACE, issue_number: pull, name: 'RolloutProgress: Unverified' });
    await reconcile();
    expect((await shown(pull)).state).toBe('Unverified');
    await say('otto', pull, '/verify');
    expect(await sticky(pull)).toContain('Only @umd/verifiers may do this.');
    await say('vera', pull, '/verfy');
    expect(await sticky(pull)).toContain('the nearest is `/verify`');
    expect((await shown(pull)).state).toBe('Unverified');
    expect(await reconcile()).toEqual([]);
  });

  test('a verifier takes it and owns it; it is verified once it is served', async () => {
    await say('vera', pull, '/verify');
    expect(await shown(pull)).toMatchObject({ state: 'In Verification', assignees: ['vera'] });
    expect(await stage.runner.queued()).toEqual(['publish']);
    serve(voms);
    await stage.runner.end('publish', 'success');
    await reconcile();
    expect(await stage.runner.queued()).toContain(`verify-ppa ${pull}`);
    expect(await reconcile()).toEqual([]);
  });

  test('missing, foreign and forged evidence never passes', async () => {
    await stage.put('vera', branchOf(voms), reportPath(voms), reportOf(voms, { verifier: 'vera', machine: 'OK' }));
    await approve('vera', pull);
    const forged = evidence(voms, pull, 'pass');
    const run = {
      workflow_path: '.github/workflows/verify-ppa.yml',
      name: 'verify-ppa',
      display_title: `verify-ppa ${pull}`,
    };
    await stage.runner.run({ ...run, event: 'workflow_dispatch', head_branch: branchOf(voms) }, forged);
    await stage.runner.run({ ...run, event: 'pull_request' }, forged);
    await stage.runner.run(
      { ...run, event: 'workflow_dispatch', workflow_path: '.github/workflows/doorbell.yml' },
      forged,
    );
    await reconcile();
    expect((await shown(pull)).state).toBe('In Verification');
    await stage.runner.end(`verify-ppa ${pull}`, 'success', evidence(voms, pull, 'error'));
    await reconcile();
    expect((await shown(pull)).state).toBe('In Verification');
    expect(await stage.runner.queued()).toContain(`verify-ppa ${pull}`);
  });

  test('its results are written into the report, where no one can mend them', async () => {
    await stage.runner.end(`verify-ppa ${pull}`, 'success', evidence(voms, pull, 'pass'));
    await reconcile();
    const { data } = await stage.bot.rest.repos.getContent({
      ...PLACE,
      path: reportPath(voms),
      ref: branchOf(voms),
      mediaType: { format: 'raw' },
    });
    expect(data).toContain('found: installs');
    expect((await shown(pull)).state).toBe('In Verification');
    expect(await sticky(pull)).toContain('approved another content');
  });

  test('nobody approves his own pull request, and only a verifier’s approval counts', async () => {
    const own = stage.bot.rest.pulls.createReview({ ...PLACE, pull_number: pull, event: 'APPROVE' });
    await expect(own).rejects.toMatchObject({ status: 422 });
    await approve('mara', pull);
    await reconcile();
    expect((await shown(pull)).state).toBe('In Verification');
    await approve('vera', pull);
    await reconcile();
    expect((await shown(pull)).state).toBe('StagedRollout');
  });

  test('a push that changes the lock voids everything; a label just before it does not carry it through', async () => {
    await say('carla', pull, accept(voms));
    const changed = { ...voms, build: 2 };
    await stage
      .as('mara')
      .rest.issues.addLabels({ ...PLACE, issue_number: pull, labels: ['RolloutProgress: UMDStore'] });
    await stage.put('vera', branchOf(voms), lockPathOf(voms), lockOf(changed));
    await reconcile();
    expect(await shown(pull)).toMatchObject({ state: 'Unverified', assignees: [] });
    expect(await sticky(pull)).toContain('The lock changed while this was asked');
    await stage.put('vera', branchOf(voms), lockPathOf(voms), lockOf(voms));
    await reconcile();
    expect((await shown(pull)).state).toBe('Unverified');
  });

  test('a problem ticket is waited for, and its end resumes', async () => {
    await say('victor', pull, '/verify');
    const { data: ticket } = await stage
      .as('victor')
      .rest.issues.create({ ...PLACE, title: 'UMD Verification: voms does not start' });
    await say('victor', pull, `/waiting #${ticket.number}`);
    expect((await shown(pull)).state).toBe('Waiting for Response');
    await stage.as('victor').rest.issues.update({ ...PLACE, issue_number: ticket.number, state: 'closed' });
    await reconcile();
    expect((await shown(pull)).state).toBe('In Verification');
  });

  test('both teams accept: recorded, and merged as it was judged', async () => {
    await reconcile();
    await approve('victor', pull);
    await reconcile();
    expect((await shown(pull)).state, await sticky(pull)).toBe('StagedRollout');
    await say('carla', pull, `${accept(voms)}\nissues: the timer is late\ninstalled on two nodes`);
    await say('otto', pull, accept(voms));
    expect(await sticky(pull)).toContain('Only members of the selected teams may report');
    expect((await shown(pull)).merged).toBe(false);
    await say('luis', pull, accept(voms));
    expect(await shown(pull)).toMatchObject({ state: 'UMDStore', merged: true });
    const path = `${folderOf(voms)}/${nameOf(voms)}/rollout.yml`;
    const { data } = await stage.bot.rest.repos.getContent({
      ...PLACE,
      path,
      ref: 'candidate',
      mediaType: { format: 'raw' },
    });
    expect(data).toContain(`lock: ${digest(voms)}`);
    expect(data).toContain('hours: 2.5');
    expect(data).toContain('installed on two nodes');
    expect(await reconcile()).toEqual([]);
  });
});

describe.sequential('freeze and release', { timeout: 180_000 }, () => {
  let waiting: number;
  const candidate = async () => (await stage.bot.rest.git.getRef({ ...PLACE, ref: 'heads/candidate' })).data.object.sha;
  const main = async () => (await stage.bot.rest.git.getRef({ ...PLACE, ref: 'heads/main' })).data.object.sha;

  test('what becomes ready during the freeze waits with the date', async () => {
    waiting = await stage.openPpa(bdii);
    await reconcile();
    stage.forge.admin.set(new Date('2026-02-24T08:00:00Z'));
    serve(bdii);
    await toStagedRollout(bdii, waiting);
    await comment('carla', waiting, accept(bdii));
    await say('luis', waiting, accept(bdii));
    expect(await shown(waiting)).toMatchObject({ state: 'UMDStore', merged: false });
    expect(await sticky(waiting)).toContain('umd-5 is frozen for umd-5.0.0');
    expect(await sticky(waiting)).toContain('not before 2026-03-02');
  });

  test('why the next release is not out stands on the candidate’s head and in its issue, in the same words', async () => {
    const [check, ...more] = await checksOn(await candidate(), 'next-release/umd-5');
    expect([check?.output.title, more]).toEqual(['umd-5.0.0: waiting for item', []]);
    expect(check?.output.summary).toContain('The texts of the release (releases/umd/5/umd-5.0.0.yml) are not there.');
    const { data: issues } = await stage.bot.rest.issues.listForRepo({ ...PLACE, labels: 'ReleaseChecklist' });
    expect(issues.map(({ title }) => title)).toEqual(['Release umd-5.0.0']);
    expect(issues[0]?.body?.split('\n\n')[0]).toBe(check?.output.summary);
    expect(check?.output.summary).toContain(`Not signed in #${issues[0]?.number}: \`advisories\` (by 2026-02-25).`);
  });

  test('the tag is refused with all reasons while it is not tested or not a release manager’s', async () => {
    const sha = await candidate();
    await stage.as('otto').rest.users.getAuthenticated();
    await stage.as('vera').rest.git.createRef({ ...PLACE, ref: 'refs/tags/umd-5.0.0', sha });
    await reconcile();
    expect(await stage.runner.queued()).toContain('release umd-5.0.0');
    const before = await main();
    const refused = await stage.publishRelease('umd-5.0.0');
    expect(refused.code).toBe(1);
    expect(refused.log).toContain('was not tested whole');
    expect(refused.log).toContain('@vera is not in @umd/release-managers.');
    expect(refused.log).toContain('The texts of the release (releases/umd/5/umd-5.0.0.yml) are not there.');
    expect(await main()).toBe(before);
    await stage.as('rita').rest.git.deleteRef({ ...PLACE, ref: 'tags/umd-5.0.0' });
    await stage.as('rita').rest.git.createRef({ ...PLACE, ref: 'refs/tags/umd-5.0.0', sha });
    const untested = await stage.publishRelease('umd-5.0.0');
    expect(untested.log).not.toContain('is not in @umd/release-managers');
    expect(await main()).toBe(before);
    await stage.as('rita').rest.git.deleteRef({ ...PLACE, ref: 'tags/umd-5.0.0' });
  });

  test('the texts were drafted; a person finishes and approves them, then they are merged', async () => {
    const path = 'releases/umd/5/umd-5.0.0.yml';
    const { data: pulls } = await stage.bot.rest.pulls.list({ ...PLACE, state: 'open', head: 'umd:texts/umd-5.0.0' });
    const pull = pulls[0]?.number ?? 0;
    const { data } = await stage.bot.rest.repos.getContent({
      ...{ ...PLACE, path, ref: 'texts/umd-5.0.0', mediaType: { format: 'raw' } },
    });
    expect(data).toContain(`- ${nameOf(voms)}`);
    expect(data).toContain('the timer is late (early adopter cesga)');
    await approve('rita', pull);
    await reconcile();
    expect(await shown(pull)).toMatchObject({ merged: false });
    expect(await sticky(pull)).toContain('Description still says');
    await stage.put(
      'rita',
      'texts/umd-5.0.0',
      path,
      String(data).replace(/\[to be written: [^\]]*\]/, 'The first one.'),
    );
    await reconcile();
    expect(await sticky(pull)).toContain('It lacks an approval of exactly this commit');
    await approve('rita', pull);
    await reconcile();
    expect(await shown(pull)).toMatchObject({ merged: true });
    expect(await reconcile()).toEqual([]);
  });

  test('tested whole and tagged by a release manager it is released; what waited moves', async () => {
    const commit = await candidate();
    await stage.as('rita').rest.git.createRef({ ...PLACE, ref: 'refs/tags/umd-5.0.0', sha: commit });
    const platform = {
      platform: 'debian-12/amd64',
      snapshot: 'e'.repeat(64),
      conclusion: 'pass',
      packages: 1,
      comment: '',
    };
    const json = { kind: 'candidate', lane: 'umd-5', commit, conclusion: 'pass', platforms: [platform] };
    const run = {
      workflow_path: '.github/workflows/compose-release.yml',
      name: 'compose-release',
      display_title: 'compose-release umd-5',
      event: 'workflow_dispatch',
    };
    await stage.runner.run(run, { name: `candidate-umd-5-${commit}`, json });
    await reconcile();
    const { data } = await stage.bot.rest.repos.getCombinedStatusForRef({ ...PLACE, ref: commit });
    expect(data.statuses.find(({ context }) => context === 'release-candidate/umd-5')?.state).toBe('success');
    const released = await stage.publishRelease('umd-5.0.0');
    expect(released.code, released.log).toBe(0);
    expect((await stage.publishRelease('umd-5.0.0')).code).toBe(0);
    const { data: release } = await stage.bot.rest.repos.getReleaseByTag({ ...PLACE, tag: 'umd-5.0.0' });
    expect(release.body).toContain('## Description\nThe first one.');
    expect(release.body).toContain('the timer is late (early adopter cesga)');
    expect(release.body).toContain('| INFN | voms | 2.1.0 | debian-12/amd64 |');
    await reconcile();
    expect(await shown(waiting)).toMatchObject({ state: 'UMDStore', merged: true });
    const { data: pulls } = await stage.bot.rest.pulls.list({ ...PLACE, state: 'closed' });
    expect((await shown(pulls.find(({ title }) => title === nameOf(voms))?.number ?? 0)).state).toBe('Production');
    expect(await reconcile()).toEqual([]);
  });
});

describe.sequential('an emergency during a freeze', { timeout: 180_000 }, () => {
  const fix: Product = { product: 'voms', version: '2.1.1', build: 3 };
  const branch = `emergency/${nameOf(fix)}`;
  const refOf = async (ref: string) =>
    (await stage.bot.rest.git.getRef({ ...PLACE, ref }).catch(() => undefined))?.data.object.sha;
  const has = async (path: string, ref: string) =>
    stage.bot.rest.repos.getContent({ ...PLACE, path, ref }).then(
      () => true,
      () => false,
    );
  const candidateHead = async () => (await refOf('heads/candidate')) ?? '';
  let pull: number;

  test('agreed on by both groups it goes the short way, onto a branch of main and its lock alone', async () => {
    stage.forge.admin.set(new Date('2026-05-26T08:00:00Z'));
    pull = await stage.openPpa(fix);
    serve(fix);
    for (const [login, body] of [
      ['rolf', '/emergency CVE-2026-1234 is exploited'],
      ['sven', '/confirm'],
      ['vera', '/verify'],
    ] as const)
      await comment(login, pull, body);
    await reconcile();
    expect((await shown(pull)).labels).toContain('Emergency');
    await stage.runner.end(`verify-ppa ${pull}`, 'success', evidence(fix, pull, 'pass'));
    await stage.put('vera', branchOf(fix), reportPath(fix), reportOf(fix, { verifier: 'vera' }));
    await reconcile();
    await approve('vera', pull);
    await reconcile();
    expect((await shown(pull)).state, await sticky(pull)).toBe('StagedRollout');
    serveIn('testing', fix);
    await say('carla', pull, accept(fix).replace('-1', '-3'));
    expect(await shown(pull), await sticky(pull)).toMatchObject({ state: 'UMDStore', merged: false });
    expect(await sticky(pull)).toContain('tag its head `umd-5.0.1`');
    expect([await has(lockPathOf(voms), branch), await has(lockPathOf(bdii), branch)]).toEqual([true, false]);
    expect(await stage.runner.queued()).toContain(`compose-release umd-5 ${branch}`);
  });

  test('taken back its branch goes and its tag is refused; asked for and confirmed again it is there again', async () => {
    const commit = (await refOf(`heads/${branch}`)) ?? '';
    await stage.as('rita').rest.git.createRef({ ...PLACE, ref: 'refs/tags/umd-5.0.1', sha: commit });
    await comment('sven', pull, '/no-emergency no proof');
    const branched = await stage.publishRelease('umd-5.0.1'); // the branch still stands, the record is not yet heard
    expect(branched.log).not.toContain('is no emergency that was confirmed');
    await reconcile();
    expect([(await shown(pull)).labels.includes('Emergency'), await refOf(`heads/${branch}`)]).toEqual([
      false,
      undefined,
    ]);
    const refused = await stage.publishRelease('umd-5.0.1');
    expect([refused.code, refused.log]).toEqual([1, expect.stringContaining('The tag does not hold the locks')]);
    await stage.as('olga').rest.git.createRef({ ...PLACE, ref: `refs/heads/${branch}`, sha: commit });
    expect((await stage.publishRelease('umd-5.0.1')).log).toContain(
      `${nameOf(fix)} is no emergency that was confirmed.`,
    );
    await stage.as('rita').rest.git.deleteRef({ ...PLACE, ref: 'tags/umd-5.0.1' });
    await comment('rolf', pull, '/emergency CVE-2026-1234 is exploited');
    await say('sven', pull, '/confirm');
    expect([(await shown(pull)).state, (await refOf(`heads/${branch}`)) === undefined]).toEqual(['UMDStore', false]);
  });

  test('its tag is refused untested; tested it is in production without the rest of the candidate, then in the candidate', async () => {
    const commit = (await refOf(`heads/${branch}`)) ?? '';
    await stage.as('rita').rest.git.createRef({ ...PLACE, ref: 'refs/tags/umd-5.0.1', sha: commit });
    const untested = await stage.publishRelease('umd-5.0.1');
    const reasons = new Set(
      [...untested.log.matchAll(/TAG_REFUSED ([^(\n]+)/g)].map(([, sentence]) => sentence?.trim()),
    );
    expect([untested.code, ...reasons]).toEqual([1, expect.stringContaining('The tagged commit was not tested whole')]);
    const platform = { platform: 'debian-12/amd64', snapshot: '', conclusion: 'pass', packages: 1, comment: '' };
    const json = { kind: 'candidate', lane: 'umd-5', commit, conclusion: 'pass', platforms: [platform] };
    await stage.runner.end(`compose-release umd-5 ${branch}`, 'success', { name: `candidate-umd-5-${commit}`, json });
    const released = await stage.publishRelease('umd-5.0.1');
    expect(released.code, released.log).toBe(0);
    expect([await has(lockPathOf(voms), 'main'), await has(lockPathOf(bdii), 'main')]).toEqual([true, false]);
    const { data: release } = await stage.bot.rest.repos.getReleaseByTag({ ...PLACE, tag: 'umd-5.0.1' });
    expect(release.body).toContain('Emergency release: CVE-2026-1234 is exploited');
    await reconcile();
    expect(await shown(pull)).toMatchObject({ state: 'Production', open: false, merged: false });
    const there = { ...PLACE, path: lockPathOf(voms), ref: 'candidate', mediaType: { format: 'raw' } } as const;
    expect((await stage.bot.rest.repos.getContent(there)).data).toContain(nameOf(fix));
    const commits = [await candidateHead(), 'next-release/umd-5'] as const;
    const [check] = await checksOn(...commits);
    expect(check?.output.title).toMatch(/^umd-5\.0\.2: /);
    expect(check?.output.summary).toContain('The calendar plans it as 5.0.1, a number that an emergency took');
    const { data: issues } = await stage.bot.rest.issues.listForRepo({ ...PLACE, labels: 'ReleaseChecklist' });
    expect(issues.map(({ title }) => title)).toContain('Release umd-5.0.2');
    expect([await has(lockPathOf(bdii), 'candidate'), await refOf(`heads/${branch}`)]).toEqual([true, undefined]);
    const { data: compared } = await stage.bot.rest.repos.compareCommits({ ...PLACE, base: 'candidate', head: commit });
    expect(compared.ahead_by).toBe(0);
    expect(await reconcile()).toEqual([]);
  });
});

describe.sequential('within one second: side ways', { timeout: 180_000 }, () => {
  beforeAll(() => stage.forge.admin.stand());
  afterAll(() => stage.forge.admin.go());
  const bdii6: Product = { product: 'bdii', version: '6.5.0' };

  test('a PPA is rejected with a reason and closed', async () => {
    const pull = await stage.openPpa({ product: 'voms', version: '2.2.0' });
    await say('vera', pull, '/verify');
    await say('otto', pull, '/reject because');
    expect((await shown(pull)).open).toBe(true);
    await say('vera', pull, '/reject it has no licence');
    expect(await shown(pull)).toMatchObject({ state: 'Rejected', open: false });
    expect(await reconcile()).toEqual([]);
  });

  test('annotations are those of the last run on the lock, though the forge adds to what a check-run has', async () => {
    const pull = await stage.openPpa(bdii6);
    serve(bdii6);
    await say('vera', pull, '/verify');
    const annotated = async () => {
      const { sha } = (await stage.bot.rest.pulls.get({ ...PLACE, pull_number: pull })).data.head;
      const [check] = await checksOn(sha, 'rollout');
      const asked = { ...PLACE, check_run_id: check?.id ?? 0 };
      const { data } = await stage.bot.rest.checks.listAnnotations(asked);
      return data.map(({ title, annotation_level: level }) => `${title} ${level}`);
    };
    const verified = async (conclusion: string, result: string) => {
      await stage.runner.end(`verify-ppa ${pull}`, 'success', evidence(bdii6, pull, conclusion, result));
      await reconcile();
      return annotated();
    };
    expect(await verified('fail', 'FAIL')).toEqual(['QC_DIST_1 failure']);
    await say('vera', pull, '/rerun');
    expect(await annotated()).toEqual([]);
    expect(await verified('fail', 'FAIL')).toEqual(['QC_DIST_1 failure']);
    await say('vera', pull, '/rerun');
    expect(await verified('pass', 'WARNING')).toEqual(['QC_DIST_1 warning']);
    await say('vera', pull, '/reject seen enough');
  });

  test('a release pull request is checked, answered once, and checked again after a push', async () => {
    const tom = stage.as('vera');
    const { data: base } = await tom.rest.git.getRef({ ...PLACE, ref: 'heads/candidate' });
    await tom.rest.git.createRef({ ...PLACE, ref: 'refs/heads/release', sha: base.object.sha });
    await stage.put('vera', 'release', 'releases/umd/5/INFN/voms-3.0.0/release.xml', '<x/>');
    const { data } = await tom.rest.pulls.create({ ...PLACE, head: 'release', base: 'candidate', title: 'voms 3' });
    await reconcile();
    const sha = data.head.sha;
    const [pending] = await checksOn(sha, 'check-release');
    expect([pending?.status, pending?.conclusion]).toEqual(['in_progress', null]);
    expect(pending?.output.summary).toContain('The check of this head is not done yet.');
    expect(await sticky(data.number)).toContain(pending?.output.summary);
    expect(await reconcile()).toEqual([]);
    const where = { file: 'releases/umd/5/INFN/voms-3.0.0/release.xml', line: 1, column: 1 };
    const faults = [{ code: 'RELEASE_ROOT', sentence: 'The root is x.', hint: 'Mend it.', where }];
    const json = { kind: 'release-check', pull: data.number, sha, conclusion: 'fail', faults, ppas: [] };
    await stage.runner.end(`check-release ${data.number}`, 'failure', {
      name: `check-release-${data.number}-${sha}`,
      json,
    });
    await reconcile();
    expect(await sticky(data.number)).toContain('release.xml:1:1');
    expect((await checksOn(sha, 'check-release')).map(({ conclusion }) => conclusion)).toEqual(['failure']);
    expect(await reconcile()).toEqual([]);
  });
});

describe.sequential('what the house is governed by', { timeout: 180_000 }, () => {
  const read = async (path: string, ref: string) => {
    const at = { ...PLACE, path, ref, mediaType: { format: 'raw' } } as const;
    const found = await stage.bot.rest.repos.getContent(at).catch(() => undefined);
    return String(found?.data ?? '');
  };

  test('an exception of a freeze wants the approvals of both whom it names, of this very commit', async () => {
    const [path, branch] = ['releases/exceptions.yml', 'exception'];
    const vera = stage.as('vera');
    const { data: main } = await vera.rest.git.getRef({ ...PLACE, ref: 'heads/main' });
    await vera.rest.git.createRef({ ...PLACE, ref: `refs/heads/${branch}`, sha: main.object.sha });
    const entry = { ppa: nameOf(bdii), lock: digest(bdii), reason: 'grid down', until: '2026-12-31' };
    const text = (reason: string) =>
      JSON.stringify({ exceptions: [{ ...entry, reason, approvers: ['rita', 'rolf'] }] });
    await stage.put('vera', branch, path, text('grid down'));
    const { data: pull } = await vera.rest.pulls.create({ ...PLACE, head: branch, base: 'main', title: 'Let it in' });
    await approve('rolf', pull.number);
    await stage.put('vera', branch, path, text('the grid is down'));
    await approve('rita', pull.number);
    await reconcile();
    expect(await shown(pull.number)).toMatchObject({ merged: false });
    expect(await sticky(pull.number)).toContain('@rolf is named as approver');
    await approve('rolf', pull.number);
    await reconcile();
    expect(await shown(pull.number)).toMatchObject({ merged: true });
    expect(await read(path, 'main')).toContain('the grid is down');
  });

  test('a release is rolled back by an approved pull request; what is withdrawn leaves the candidate and stays out', async () => {
    const fix: Product = { product: 'voms', version: '2.1.1', build: 3 };
    expect((await stage.rollback('rita', 'umd-5.0.0', '')).log).toContain('umd-5.0.0 is the base of 5.0.1.');
    const { code, log } = await stage.rollback('rita', 'umd-5.0.1', 'it loses proxies');
    expect(code, log).toBe(0);
    const pull = Number(/\/pull\/(\d+)/.exec(log)?.[1]);
    await reconcile();
    expect(await sticky(pull)).toContain(
      'It lacks an approval of exactly this commit by somebody else than its author',
    );
    expect(await read('repos/umd.yml', 'main')).not.toContain(nameOf(fix));
    await approve('rolf', pull);
    await reconcile();
    expect(await shown(pull)).toMatchObject({ merged: true });
    expect(await read('repos/umd.yml', 'main')).toContain(`- ${nameOf(fix)}`);
    for (const branch of ['main', 'candidate']) expect(await read(lockPathOf(voms), branch)).toContain(nameOf(voms));
    await stage.put('umd-bot[bot]', 'candidate', lockPathOf(voms), lockOf(fix));
    await reconcile();
    expect(await read(lockPathOf(voms), 'candidate')).toContain(nameOf(voms));
    expect(await reconcile()).toEqual([]);
  });
});

describe.sequential('what the next look need not read', { timeout: 180_000 }, () => {
  const look = async () => {
    const { code, log, requests, writes } = await stage.reconcile();
    expect(code, log).toBe(0);
    return { requests, writes: writes.length };
  };

  test('a remembered look asks nothing about quiet PPAs; a comment, another record of the workflow’s or none are read anew', async () => {
    const pulls = [await stage.openPpa({ product: 'bdii', version: '7.0.0' })];
    await reconcile();
    stage.forge.admin.advance(60_000);
    const cold = await look();
    await stage.remember();
    const idle = await look();
    expect([cold.writes, idle.writes]).toEqual([0, 0]);
    expect(idle.requests).toBeLessThan(cold.requests);
    await say('otto', pulls[0] ?? 0, '/verify');
    expect(await sticky(pulls[0] ?? 0)).toContain('Only @umd/verifiers may do this.');
    stage.forge.admin.advance(24 * 3_600_000);
    expect((await look()).writes).toBe(0);
  });
});
