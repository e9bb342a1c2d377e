import { createHash } from 'node:crypto';
import { dump } from 'js-yaml';
import { expect, test } from 'vitest';
import { lockDigest } from '#core/ppa/lock.ts';
import { isRecordOf } from './record.ts';
import { ACCEPT, history, lockText, PPA } from './testing/history.ts';

test('the whole ladder, and at its end nothing is left to do', () => {
  const it = history();
  expect(it.state).toBe('unverified');
  it.inVerification();
  expect(it.facts.labels).toEqual(['ReleaseType: Minor', 'UMDRelease: 5', 'RolloutProgress: In Verification']);
  expect(it.facts.assignees).toEqual(['vera']);
  it.verified('OK', 'pass').reconcile();
  expect(it.facts.verification?.text).toContain('machine: OK');
  expect(it.why.verdict).toBe('needs approval');
  it.completedBy().review('vera', 'approved').reconcile();
  expect(it.state).toBe('staged-rollout');
  it.say('carla', `${ACCEPT}\nfine`).reconcile();
  expect(it.why.sentence).toContain('lip has not reported');
  it.say('luis', ACCEPT).reconcile();
  expect(it.facts.merged).toBe(true);
  expect(it.facts.labels).toContain('RolloutProgress: UMDStore');
  expect(it.facts.rollout?.text).toContain('hours: 3');
  it.facts = { ...it.facts, releasedBy: 'umd-5.0.0' };
  it.reconcile();
  expect(it.facts.labels).toContain('RolloutProgress: Production');
  expect(it.plan().effects).toEqual([]);
});

test('the new label is put on before the old one is taken off, and both after it is remembered', () => {
  const kinds = history()
    .say('vera', '/verify')
    .plan()
    .effects.map(({ kind }) => kind);
  expect(kinds.slice(0, 4)).toEqual(['check', 'add-labels', 'remove-label', 'assign']);
});

test('a label of somebody without the role is put back, with the reason and who may', () => {
  const it = history().label('nobody', 'RolloutProgress: In Verification');
  it.reconcile();
  expect(it.facts.labels).toEqual(['RolloutProgress: Unverified', 'ReleaseType: Minor', 'UMDRelease: 5']);
  expect(it.lastAnswer).toMatchObject({ by: 'nobody', granted: false, sentence: 'Only @umd/verifier may do this.' });
  expect(it.facts.sticky?.body).toContain('**refused.** Only @umd/verifier may do this.');
});

test('a verifier’s label is as good as the command', () => {
  const it = history().unlabel('vera', 'RolloutProgress: Unverified').label('vera', 'RolloutProgress: In Verification');
  it.reconcile();
  expect([it.state, it.facts.assignees]).toEqual(['in-verification', ['vera']]);
});

test('nobody leaps: labels far ahead, unknown ones and none at all are mended', () => {
  const it = history().label('vera', 'RolloutProgress: UMDStore').label('vera', 'RolloutProgress: Done');
  it.unlabel('vera', 'RolloutProgress: Unverified').reconcile();
  expect(it.facts.labels.filter((label) => label.startsWith('Rollout'))).toEqual(['RolloutProgress: Unverified']);
});

test('missing evidence never passes, not even with approval and a complete report written by hand', () => {
  const it = history().inVerification();
  it.completedBy().review('vera', 'approved').reconcile();
  expect(it.state).toBe('in-verification');
  expect(it.why.reasons.map(({ sentence }) => sentence)).toContain('The automated verification is not done yet.');
  it.label('vera', 'RolloutProgress: StagedRollout').reconcile();
  expect(it.state).toBe('in-verification');
});

test('a machine’s FAIL cannot be mended by hand', () => {
  const it = history().inVerification().verified('FAIL', 'fail');
  it.completedBy('OK').review('vera', 'approved').reconcile();
  expect(it.facts.verification?.text).toContain('machine: FAIL');
  expect(it.state).toBe('in-verification');
  expect(it.why.reasons.some(({ sentence }) => sentence.includes('Critical criteria fail: QC_DIST_1'))).toBe(true);
});

test('an approval counts for the content it was given on, by a verifier who is not of the provider', () => {
  const it = history().inVerification().verified('OK', 'pass');
  it.reconcile();
  it.review('vera', 'approved').completedBy().reconcile();
  expect(it.why.sentence).toContain('another content');
  it.review('nobody', 'approved').reconcile();
  expect(it.state).toBe('in-verification');
  it.review('toni', 'approved').reconcile();
  expect(it.state).toBe('in-verification');
  it.review('vera', 'changes_requested').reconcile();
  expect(it.why.sentence).toContain('asked for changes');
  it.review('vera', 'approved').reconcile();
  expect(it.state).toBe('staged-rollout');
});

test('a push that changes the lock voids everything; one that does not, nothing', () => {
  const it = history().stagedRollout();
  it.say('carla', ACCEPT).reconcile();
  it.push({}).reconcile();
  expect(it.state).toBe('staged-rollout');
  it.push({ lock: { path: it.facts.lock?.path ?? '', text: lockText('2') } }).reconcile();
  expect([it.state, it.facts.assignees, it.facts.labels.includes('RolloutProgress: Unverified')]).toEqual([
    'unverified',
    [],
    true,
  ]);
  expect(it.why.sentence).toContain('Approvals, verification and reports of the former one are void.');
  expect(it.facts.sticky?.body).toContain('A push changed the lock.');
  const rung = it.facts.timeline.flatMap((each) => (each.kind === 'commented' && each.by.ours ? [each.body] : []));
  expect(rung.filter((body) => body.includes('@vera @carla A push changed the lock.'))).toHaveLength(1);
  it.inVerification().verified('OK', 'pass').reconcile();
  expect(it.state).toBe('in-verification');
  it.review('vera', 'approved').reconcile();
  expect(it.state).toBe('staged-rollout');
  expect(it.why.reasons.some(({ sentence }) => sentence.includes('cesga has not reported'))).toBe(true);
});

test('contradictory evidence is no pass: of several results the failing one counts, and one that denies itself none', () => {
  const twice = history().inVerification().verified('FAIL', 'fail').verified('OK', 'pass');
  twice.reconcile();
  expect(twice.plan().standing.evidence?.value.conclusion).toBe('fail');
  for (const [result, conclusion] of [
    ['OK', 'fail'],
    ['FAIL', 'pass'],
  ] as const) {
    const it = history().inVerification().verified(result, conclusion);
    const [first] = it.facts.evidence;
    if (first === undefined) throw new Error('no evidence');
    const rows = first.value.rows.map((row) => ({ ...row, critical: true }));
    it.facts = { ...it.facts, evidence: [{ ...first, value: { ...first.value, rows } }] };
    it.reconcile();
    it.completedBy(result).review('vera', 'approved').reconcile();
    expect(it.state).toBe('in-verification');
    expect(it.why).toMatchObject({ verdict: 'cannot tell', who: '@umd/verifier (`/rerun`)' });
  }
});

test.each(['label', 'assign', 'command'])(
  'what is asked by a %s just before a push of another lock is about the former one',
  (how) => {
    const it = history();
    if (how === 'label') it.label('vera', 'RolloutProgress: In Verification');
    if (how === 'command') it.say('vera', '/verify');
    if (how === 'assign') it.happen({ kind: 'assigned', login: 'vera' }, 'vera');
    it.push({ lock: { path: it.facts.lock?.path ?? '', text: lockText('2') } }).reconcile();
    expect([it.state, it.lastAnswer?.granted]).toEqual(['unverified', false]);
    it.push({}).reconcile();
    expect(it.state).toBe('unverified');
  },
);

test('a label set just before a push does not carry the push through', () => {
  const it = history().label('vera', 'RolloutProgress: In Verification');
  it.push({ lock: { path: it.facts.lock?.path ?? '', text: lockText('2') } }).reconcile();
  expect(it.state).toBe('unverified');
  expect(it.lastAnswer?.sentence).toContain('The lock changed while this was asked');
});

test('waiting for response needs an open problem ticket, and ends with it', () => {
  const it = history().inVerification();
  it.say('vera', '/waiting #9').reconcile();
  expect(it.lastAnswer?.sentence).toBe('There is no issue #9.');
  const issue = { number: 9, title: 'UMD Verification: voms dies', open: true, pull: false };
  it.world = { ...it.world, issues: { 9: { ...issue, title: 'voms dies' } } };
  it.say('vera', '/waiting #9').reconcile();
  expect(it.lastAnswer?.sentence).toContain('must begin with "UMD Verification:"');
  it.world = { ...it.world, issues: { 9: issue } };
  it.say('nobody', '/waiting #9').reconcile();
  expect(it.state).toBe('in-verification');
  it.say('vera', '/waiting #9').reconcile();
  expect([it.state, it.why.verdict]).toEqual(['waiting-for-response', 'blocked by item']);
  it.world = { ...it.world, issues: { 9: { ...issue, open: false } } };
  it.reconcile();
  expect(it.state).toBe('in-verification');
});

test('a problem ticket is opened by the rules, once, linked both ways, listed in the report, and its end resumes', () => {
  const it = history().inVerification();
  it.world = { ...it.world, cards: { voms: { ...it.world.cards.voms, supportUnit: 'VOMS' } } as never };
  it.say('nobody', '/waiting critical it dies').say('vera', '/waiting slow').reconcile();
  expect([it.state, it.world.tickets.length]).toEqual(['in-verification', 0]);
  it.say('vera', '/waiting critical the daemon dies\nafter <b>an hour</b>\nworkaround: restart it').reconcile();
  expect(it.state).toBe('waiting-for-response');
  expect(it.world.tickets).toHaveLength(1);
  expect(it.world.issues[100]?.title).toBe('UMD Verification: the daemon dies');
  const body = it.world.tickets[0]?.body ?? '';
  for (const part of [
    'of #7 (INFN.voms',
    'Criticality: critical. Workaround: restart it.',
    'support unit VOMS',
    '@toni',
  ])
    expect(body).toContain(part);
  expect(body).not.toContain('<b>');
  expect(it.why.sentence).toBe('It waits for the problem ticket #100.');
  expect(it.facts.verification?.text).toContain("- '#100'");
  it.reconcile();
  expect(it.world.tickets).toHaveLength(1);
  it.world = { ...it.world, issues: { 100: { number: 100, title: '', open: false, pull: false } } };
  it.reconcile();
  expect([it.state, it.plan().standing.tickets]).toEqual(['in-verification', [100]]);
});

test('an approval from before a reported problem does not count after it', () => {
  const it = history().stagedRollout().say('luis', '/report reject it dies');
  it.reconcile();
  expect([it.why.verdict, it.why.who]).toEqual(['blocked by item', expect.stringContaining('staged-rollout-manager')]);
  it.world = { ...it.world, issues: { 9: { number: 9, title: 'UMD Verification: x', open: true, pull: false } } };
  it.pass(60).say('mara', '/waiting #9').reconcile();
  it.say('vera', '/resume').reconcile();
  expect(it.lastAnswer?.sentence).toBe('#9 is still open; closing it resumes.');
  it.world = { ...it.world, issues: { 9: { number: 9, title: 'UMD Verification: x', open: false, pull: false } } };
  it.reconcile();
  expect(it.state).toBe('in-verification');
  expect(it.why.sentence).toContain('before the last problem was reported');
  it.review('vera', 'approved').reconcile();
  expect(it.state).toBe('staged-rollout');
});

test('only the selected teams’ own members report, and a report names no other lock', () => {
  const it = history().stagedRollout().say('mara', '/ea-teams lip');
  it.say('carla', ACCEPT).say('luis', `${ACCEPT}\nlock: 0123456789`).reconcile();
  expect(
    it
      .plan()
      .standing.answers.slice(-2)
      .map(({ granted }) => granted),
  ).toEqual([false, false]);
  it.say('luis', ACCEPT, true).reconcile();
  expect(it.lastAnswer?.sentence).toContain('edited');
  const lock = lockDigest(it.facts.lock?.text ?? '').slice(0, 12);
  it.say('luis', `${ACCEPT}\nlock: ${lock}\nsnapshot: 0123456789abcdef`).reconcile();
  expect(it.facts.merged).toBe(true);
  expect(it.plan().standing.reports).toEqual([
    expect.objectContaining({ team: 'lip', snapshot: '0123456789abcdef', outcome: 'accept' }),
  ]);
});

test('without early adopters nothing passes staged rollout', () => {
  const it = history();
  it.world = { ...it.world, cards: {} };
  it.stagedRollout();
  expect(it.why.sentence).toContain('No early adopter team is selected');
  it.say('mara', '/ea-teams nowhere').reconcile();
  expect(it.lastAnswer?.sentence).toBe('No early adopter team: nowhere. There are: cesga, lip.');
});

test('a frozen candidate takes nothing in; it moves after the release', () => {
  const it = history().at('2026-02-24T09:00:00Z').umdStore();
  expect([it.state, it.facts.merged]).toEqual(['umd-store', false]);
  expect(it.why).toMatchObject({ verdict: 'temporarily', until: '2026-03-02' });
  expect(it.why.sentence).toBe('umd-5 is frozen for umd-5.0.0; it enters the candidate after that release.');
  it.world = { ...it.world, released: ['umd-5.0.0'] };
  // Its report is published with the record, so not before.
  expect(it.facts.sticky?.body).not.toContain('Verification report');
  it.reconcile();
  expect(it.facts.merged).toBe(true);
  it.reconcile();
  const text = it.facts.verification?.text ?? '';
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const address = `${it.world.publicUrl}/reports/${digest}/${PPA}-qc-9`;
  expect(it.facts.sticky?.body).toContain(`Verification report: [PDF](${address}.pdf), [HTML](${address}.html).`);
});

test('a rejected one links its report and its record, which lie at an address of that pull request', () => {
  const it = history().inVerification().verified('FAIL', 'fail');
  it.reconcile();
  it.say('vera', '/reject it cannot be installed').reconcile();
  expect(it.state).toBe('rejected');
  it.reconcile();
  const digest = createHash('sha256')
    .update(it.facts.verification?.text ?? '')
    .digest('hex')
    .slice(0, 16);
  const address = `${it.world.publicUrl}/reports/${digest}/${PPA}-qc-9-rejected-${it.facts.pull}`;
  expect(it.facts.sticky?.body).toContain(
    `Verification report: [PDF](${address}.pdf), [HTML](${address}.html), [record](${address}.yml).`,
  );
});

const freezeException = (change: object = {}) => ({
  ...{
    ppa: PPA,
    lock: lockDigest(lockText('1')),
    reason: 'grid down',
    approvers: ['Rita', 'rolf'],
    until: '2026-02-26',
  },
  ...change,
});
test.each([
  [{}, true, ''],
  [{ lock: lockDigest(lockText('2')) }, false, 'is about another lock'],
  [{ until: '2026-02-23' }, false, 'ended on 2026-02-23'],
  [{ approvers: ['rita', 'RITA'] }, false, 'lacks two approvers'],
  [{ approvers: ['rita', 'vera'] }, false, 'lacks two approvers'],
  [{ ppa: 'INFN.bdii.debian-12.amd64-2.1.0' }, false, ''],
])('an exception %j lets it into the frozen candidate: %s', (change, merged, words) => {
  const it = history().at('2026-02-24T09:00:00Z');
  it.world = { ...it.world, exceptions: [freezeException(change)] };
  it.umdStore();
  expect(it.facts.merged).toBe(merged);
  if (!merged) expect(it.why.sentence).toContain(words);
});

test('taken out of the candidate it is rejected with the reason; what was withdrawn does not come back', () => {
  const it = history().umdStore();
  it.world = { ...it.world, leaving: new Map([[PPA, 'Taken out of the candidate by @rita: it breaks bdii']]) };
  it.reconcile();
  expect([it.state, it.facts.labels.includes('RolloutProgress: Rejected')]).toEqual(['rejected', true]);
  const again = history().stagedRollout();
  again.world = { ...again.world, leaving: new Map([[PPA, 'Withdrawn from production.']]) };
  again.say('carla', ACCEPT).say('luis', ACCEPT).reconcile();
  expect([again.facts.merged, again.why.verdict]).toEqual([false, 'permanently']);
});

test('what is merged is exactly the head that holds the record', () => {
  const it = history().stagedRollout().say('carla', ACCEPT).say('luis', ACCEPT);
  const done = it.reconcile();
  const merge = done.find(({ kind }) => kind === 'merge');
  const last = done.findLast(
    (effect) => effect.kind === 'check' && effect.sha === (merge?.kind === 'merge' ? merge.sha : ''),
  );
  expect(last).toMatchObject({ conclusion: 'success' });
  expect(done.filter(({ kind }) => kind === 'merge')).toHaveLength(1);
});

test('held is held, by who may, until it is not', () => {
  const it = history()
    .stagedRollout()
    .say('nobody', '/hold')
    .say('nobody', '/hold x')
    .say('rita', '/hold security review');
  it.say('carla', ACCEPT).say('luis', ACCEPT).reconcile();
  expect(it.facts.labels).toContain('hold: security review');
  expect(it.why).toMatchObject({ verdict: 'blocked by item', sentence: 'Held: security review' });
  it.say('rita', '/unhold').reconcile();
  expect([it.facts.merged, it.facts.labels.includes('hold: security review')]).toEqual([true, false]);
});

test('rejected with a reason by who may, closed, and nothing moves any more', () => {
  const it = history().inVerification().say('mara', '/reject no');
  it.reconcile();
  expect(it.state).toBe('in-verification');
  it.say('vera', '/reject no licence').reconcile();
  expect([it.state, it.facts.open, it.why.verdict]).toEqual(['rejected', false, 'permanently']);
  it.say('vera', '/verify').reconcile();
  expect(it.state).toBe('rejected');
});

test('closed by who may is rejected, by others opened again', () => {
  const it = history();
  it.facts = { ...it.facts, open: false };
  it.happen({ kind: 'closed' }, 'nobody').reconcile();
  expect([it.state, it.facts.open]).toEqual(['unverified', true]);
  it.facts = { ...it.facts, open: false };
  it.happen({ kind: 'closed' }, 'rolf').reconcile();
  expect([it.state, it.facts.open]).toEqual(['rejected', false]);
});

test('merged by hand without evidence is said loudly', () => {
  const it = history().inVerification();
  it.facts = { ...it.facts, open: false, merged: true };
  expect(it.why).toMatchObject({ verdict: 'permanently', who: 'a release manager' });
});

test('late is labelled, keeps nothing back, and goes away', () => {
  const it = history();
  it.at('2026-02-10T23:00:00Z').reconcile();
  expect(it.facts.labels).not.toContain('Delayed');
  it.at('2026-02-11T00:00:00Z').reconcile();
  expect(it.facts.labels).toContain('Delayed');
  it.inVerification();
  expect(it.facts.labels).not.toContain('Delayed');
  it.at('2026-02-20T00:00:00Z').reconcile();
  expect(it.facts.labels).toContain('Delayed');
  it.verified('OK', 'pass').completedBy().review('vera', 'approved').reconcile();
  expect(it.state).toBe('staged-rollout');
});

test('verification is dispatched once its packages are served, and three times at most', () => {
  const it = history();
  const dispatched = () => it.plan().effects.filter(({ kind }) => kind === 'dispatch');
  const { served } = it.world;
  it.world = { ...it.world, served: {} };
  it.inVerification();
  expect(dispatched()).toEqual([]);
  it.world = { ...it.world, served };
  expect(dispatched()).toMatchObject([{ workflow: 'verify-ppa', inputs: { pull: '7' } }]);
  const run = {
    id: 1,
    path: '',
    title: '',
    event: '',
    branch: '',
    sha: '',
    actor: '',
    conclusion: 'failure',
    updatedAt: '',
  };
  const createdAt = '2026-01-11T00:00:00Z';
  it.facts = { ...it.facts, runs: [{ ...run, status: 'in_progress', createdAt }] };
  expect(dispatched()).toEqual([]);
  const failed = { ...run, status: 'completed', createdAt };
  it.facts = { ...it.facts, runs: [failed, failed] };
  it.verified('FAIL', 'error');
  expect(dispatched()).toHaveLength(1);
  it.facts = { ...it.facts, runs: [failed, failed, failed] };
  expect([dispatched(), it.why.verdict]).toEqual([[], 'cannot tell']);
  it.at('2026-01-12T00:00:00Z').say('vera', '/rerun').reconcile();
  expect(dispatched()).toHaveLength(1);
});

test('one criterion is tried again as one: the workflow gets its name, and the word is gone with the new evidence', () => {
  const it = history().inVerification().verified('FAIL', 'fail');
  it.reconcile();
  const dispatched = () => it.plan().effects.find(({ kind }) => kind === 'dispatch');
  expect(dispatched()).toBeUndefined();
  it.pass(5).say('vera', '/rerun QC_NONE_1').reconcile();
  expect(it.lastAnswer?.sentence).toContain('no automated criterion of this PPA. There are: QC_DIST_1.');
  it.pass(5).say('vera', '/rerun QC_DIST_1').reconcile();
  expect(it.lastAnswer?.sentence).toBe('QC_DIST_1 will be tried again; its other results stay.');
  expect(dispatched()).toMatchObject({ workflow: 'verify-ppa', inputs: { pull: '7', criterion: 'QC_DIST_1' } });
  it.pass(5).verified('OK', 'pass').reconcile();
  expect([dispatched(), it.plan().standing.rerunCriterion]).toEqual([undefined, undefined]);
  it.pass(5).say('vera', '/rerun').reconcile();
  expect(dispatched()).toMatchObject({ inputs: { pull: '7', 'runs-on': '["ubuntu-latest"]' } });
  expect(dispatched()).not.toHaveProperty('inputs.criterion');
  it.pass(5).say('vera', '/rerun QC_DIST_1').reconcile(); // all were asked for and not tried yet
  expect(dispatched()).not.toHaveProperty('inputs.criterion');
});

test('what a run found before it was tried again is not taken for the new result, though all of it be in one second', () => {
  const it = history().inVerification().verified('FAIL', 'fail');
  it.reconcile();
  it.say('vera', '/rerun').reconcile();
  expect(it.plan().effects.find(({ kind }) => kind === 'dispatch')).toBeDefined();
  it.verified('OK', 'pass').reconcile();
  expect(it.plan().standing.evidence?.value.conclusion).toBe('pass');
});

test('the record that goes into the candidate is of this very PPA and lock, with evidence and approval', () => {
  const text = history().umdStore().facts.rollout?.text ?? '';
  const about = { ppa: PPA, lock: lockDigest(lockText('1')) };
  expect(isRecordOf(text, about)).toBe(true);
  expect(isRecordOf(text, { ...about, lock: lockDigest(lockText('2')) })).toBe(false);
  expect(isRecordOf(text, { ...about, ppa: 'INFN.bdii.debian-12.amd64-2.1.0' })).toBe(false);
  expect(isRecordOf(text.replace(/^approval:[\s\S]*?(?=^earlyAdopters)/m, 'approval: null\n'), about)).toBe(false);
  expect(isRecordOf('', about)).toBe(false);
});

test('a lost record is not trusted back from a label', () => {
  const it = history().stagedRollout();
  it.happen({ kind: 'labeled', label: 'RolloutProgress: StagedRollout' }, 'umd-bot[bot]');
  const { standing: _, check: __, ...rest } = it.facts;
  it.facts = rest;
  expect(it.state).toBe('unverified');
  expect(it.plan().standing.moves.at(-1)).toMatchObject({
    event: 'lock-changed',
    why: expect.stringContaining('record was lost'),
  });
});

test('an unreadable report or lock never passes', () => {
  const it = history().inVerification().verified('OK', 'pass');
  it.push({ verification: { path: it.facts.verification?.path ?? '', text: dump({ rows: [] }) } });
  it.review('vera', 'approved').reconcile();
  expect([it.state, it.why.verdict]).toEqual(['in-verification', 'cannot tell']);
  const { lock: _, ...rest } = it.facts;
  it.facts = rest;
  expect(it.state).toBe('unverified');
});
