import { expect, test } from 'vitest';
import { lockDigest } from '#core/ppa/lock.ts';
import type { EvidenceRow } from '#core/verification/evidence.ts';
import type { Verification, VerificationRow } from '#core/verification/verification.ts';
import { type History, history, PPA } from './testing/history.ts';
import { reportText, row } from './testing/report.ts';

/** domain.md sections 3 and 4, through the whole decision: what lets a PPA into staged rollout, and what does not. */

const MACHINE: EvidenceRow = { criterion: 'QC_DIST_1', result: 'OK', comment: 'installs', critical: true };
const OLD = 'releases/umd/5/INFN/voms-2.0.0/INFN.voms.debian-12.amd64-2.0.0/verification.yml';

/** Verified by machine with these rows; the evidence is about the present lock. */
function verified(it: History, rows: readonly EvidenceRow[], conclusion: 'pass' | 'fail' = 'pass'): History {
  it.inVerification().verified('OK', 'pass');
  const [first, ...more] = it.facts.evidence;
  if (first === undefined) throw new Error('no evidence');
  const value = { ...first.value, lock: lockDigest(it.facts.lock?.text ?? ''), conclusion, rows };
  it.facts = { ...it.facts, evidence: [{ ...first, value }, ...more] };
  it.reconcile();
  return it;
}

/** The verifier pushes his report and approves it; the machine's entries are written over whatever he put there. */
function approved(it: History, rows: readonly VerificationRow[], more: Partial<Verification> = {}): History {
  const head = { verifier: 'vera', hours: 3, outcome: 'accepted' } as const;
  const text = reportText({ ppa: PPA, ...head, rows, ...more });
  it.push({ verification: { path: it.facts.verification?.path ?? '', text } }).reconcile();
  it.review('vera', 'approved').reconcile();
  return it;
}
const words = (it: History) => it.why.reasons.map(({ sentence }) => sentence).join(' ');
const machine = { ...row('QC_DIST_1', 'machine'), machine: 'OK', found: 'installs' } as const;
const own = { ...row('QC_DOC_1', 'verifier'), result: 'OK' } as const;

test('answered, with hours and outcome, it is complete and moves', () => {
  expect(approved(verified(history(), [MACHINE]), [machine, own]).state).toBe('staged-rollout');
});

const minor = { ...own, result: '' } as const;
test.each<[string, readonly VerificationRow[], Partial<Verification>]>([
  ['The hours spent are not given.', [machine, own], { hours: null }],
  ['The hours spent are not given.', [machine, own], { hours: 0 }],
  ['The verifier is not named.', [machine, own], { verifier: '' }],
  ['The outcome is not given', [machine, own], { outcome: '' }],
  ['outcome is: rejected', [machine, own], { outcome: 'rejected' }],
  ['QC_DOC_1 is not answered.', [machine, { ...own, result: '' }], {}],
  ['QC_DOC_1 is NA without a reason.', [machine, { ...own, result: 'NA' }], {}],
  ['QC_SEC_5 has no result of its automated check yet.', [machine, own, { ...row('QC_SEC_5', 'machine'), result: 'OK' }], {}],
  ['No ticket is linked for what fails: QC_DOC_1.', [machine, { ...own, critical: false, result: 'FAIL' }], {}],
  ['Critical criteria fail: QC_DOC_1.', [machine, { ...own, result: 'FAIL' }], { tickets: ['#9'] }],
  // A minor release points to a report, or answers; the words of a major one count for nothing.
  ['QC_DOC_1 is not answered.', [machine, { ...minor, comment: 'verified before' }], { releaseType: 'minor' }],
  ['QC_DOC_1 is not answered.', [machine, { ...minor, comment: `verified with 2.0.0, see ${OLD}` }], { releaseType: 'major' }],
])('approved all the same it stays: %s', (sentence, rows, more) => {
  const it = approved(verified(history(), [MACHINE]), rows, more);
  expect([it.state, words(it)]).toEqual(['in-verification', expect.stringContaining(sentence)]);
  it.label('vera', 'RolloutProgress: StagedRollout').reconcile();
  expect(it.state).toBe('in-verification');
}); // biome-ignore format: a case a line

/** With these reports among the accepted ones. */
function among(reports: Readonly<Record<string, string>>): History {
  const it = history();
  it.facts = { ...it.facts, referred: new Map(Object.entries(reports)) };
  return it;
}
const OLD_PPA = 'INFN.voms.debian-12.amd64-2.0.0';
const old = (more: Partial<Verification> = {}) =>
  reportText({ ppa: OLD_PPA, version: '2.0.0', outcome: 'accepted', rows: [own], ...more });
const before = { ...minor, comment: `verified with 2.0.0, see ${OLD}` };

test('minor: what was verified before is answered by the link to its report, and by nothing else', () => {
  const there = () => among({ [OLD]: old() });
  expect(approved(verified(there(), [MACHINE]), [machine, before], { releaseType: 'minor' }).state).toBe(
    'staged-rollout',
  );
  // Not even such a link outweighs what the machine found.
  const failing = { ...MACHINE, result: 'FAIL' } as const;
  const linked = { ...machine, comment: before.comment };
  const it = approved(verified(there(), [failing], 'fail'), [linked, own], { releaseType: 'minor' });
  expect([it.state, words(it)]).toEqual([
    'in-verification',
    expect.stringContaining('Critical criteria fail: QC_DIST_1'),
  ]);
});

const OTHER = OLD.replaceAll('.voms.', '.bdii.');
const LATER = OLD.replaceAll('2.0.0', '2.1.0');
test.each<[string, Record<string, string>, Partial<VerificationRow>]>([
  ['there is no such report among the accepted ones', {}, {}],
  ['that is no path of a verification report', {}, { comment: 'verified with 2.0.0, see ../../etc/passwd' }],
  ['the report of another product or platform', { [OTHER]: old() }, { comment: `verified with 2.0.0, see ${OTHER}` }],
  ['that is of no earlier version', { [LATER]: old() }, { comment: `verified with 2.1.0, see ${LATER}` }],
  ['that is the report of 2.0.0, not of 1.9.0', { [OLD]: old() }, { comment: `verified with 1.9.0, see ${OLD}` }],
  ['that report cannot be read', { [OLD]: 'ppa: [' }, {}],
  ['that report cannot be read', { [OLD]: old({ ppa: OLD_PPA.replace('voms', 'bdii') }) }, {}],
  ['that report accepts nothing', { [OLD]: old({ outcome: 'rejected' }) }, {}],
  ['QC#95;DOC#95;1 is not answered there', { [OLD]: old({ rows: [{ ...own, result: 'FAIL' }] }) }, {}],
  ['QC#95;DOC#95;1 is not answered there', { [OLD]: old({ rows: [row('QC_DOC_2', 'verifier')] }) }, {}],
  ['it refers to another one', { [OLD]: old({ releaseType: 'minor', rows: [before] }) }, {}],
])('minor: a report that was invented, or says something else, answers nothing: %s', (sentence, reports, more) => {
  const it = approved(verified(among(reports), [MACHINE]), [machine, { ...before, ...more }], { releaseType: 'minor' });
  expect([it.state, words(it).replaceAll('&', '')]).toEqual(['in-verification', expect.stringContaining(sentence)]);
  expect(words(it)).toContain('VERIFICATION&#95;UNFOUNDED');
}); // biome-ignore format: a case a line

test('what the machine could not test wants a person’s word, and his reason', () => {
  const untested = { ...MACHINE, result: 'Not tested' } as const;
  const said = (result: VerificationRow['result'], comment: string) =>
    approved(verified(history(), [untested]), [{ ...machine, machine: 'Not tested', result, comment }, own]);
  expect(words(said('', ''))).toContain('QC_DIST_1 could not be tested by machine.');
  expect(words(said('NA', ''))).toContain('QC_DIST_1 is NA without a reason.');
  expect(said('OK', 'tried by hand').state).toBe('staged-rollout');
});

const FAIL: EvidenceRow = { ...MACHINE, criterion: 'QC_SEC_5', result: 'FAIL', comment: 'Everyone may write.' };
const mended = { ...row('QC_SEC_5', 'machine'), machine: 'OK', result: 'OK', comment: 'I looked.' } as const;

test('a critical FAIL leads to Waiting for Response or Rejected, and nowhere else, whoever says otherwise', () => {
  const stuck = () =>
    approved(verified(history(), [MACHINE, FAIL], 'fail'), [machine, own, mended], { tickets: ['#9'] });
  const it = stuck();
  expect(it.facts.verification?.text).toContain('machine: FAIL');
  expect([it.state, words(it)]).toEqual([
    'in-verification',
    expect.stringContaining('Critical criteria fail: QC_SEC_5'),
  ]);
  for (const label of ['StagedRollout', 'UMDStore', 'Production'])
    it.label('vera', `RolloutProgress: ${label}`).reconcile();
  expect(it.state).toBe('in-verification');
  it.world = { ...it.world, issues: { 9: { number: 9, title: 'UMD Verification: x', open: true, pull: false } } };
  it.say('vera', '/waiting #9').reconcile();
  expect(it.state).toBe('waiting-for-response');
  const refused = stuck();
  refused.say('vera', '/reject it is open to everyone').reconcile();
  expect(refused.state).toBe('rejected');
});

test('a waiver lets it pass until its last day; the day after it fails until it is verified again', () => {
  const waived = { ...FAIL, waiver: 'vera, #7, until 2026-01-31: the spool is shared on purpose' };
  const on = (day: string) => {
    const it = verified(history(), [MACHINE, waived]);
    it.at(`${day}T09:00:00Z`);
    return approved(it, [machine, own, { ...row('QC_SEC_5', 'machine'), result: 'OK' }]);
  };
  expect(on('2026-01-31').state).toBe('staged-rollout');
  const late = on('2026-02-01');
  expect([late.state, words(late)]).toEqual([
    'in-verification',
    expect.stringContaining('Waivers are past their end: that of QC_SEC_5 ended on 2026-01-31.'),
  ]);
  late.say('vera', '/rerun').reconcile();
  verified(late, [MACHINE, FAIL], 'fail');
  expect(words(late)).toContain('Critical criteria fail: QC_SEC_5');
});
