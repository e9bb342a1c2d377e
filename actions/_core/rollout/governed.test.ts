import { expect, test } from 'vitest';
import { renderLock } from '#core/ppa/lock.ts';
import type { Happening, World } from './facts.ts';
import { type GovernedFacts, type GovernedFile, planGoverned } from './governed.ts';

const HEAD = 'a'.repeat(40);
const FORMER = 'b'.repeat(40);
const world = {
  ...{ now: new Date('2026-02-24T00:00:00Z'), released: ['umd-5.0.0', 'umd-5.1.0'], org: 'umd' },
  distributions: [
    { distribution: 'umd', teams: { 'release-manager': 'release-managers', 'release-team': 'release-team' } },
  ],
  roles: {
    umd: { 'release-manager': ['rita'], 'release-team': ['rolf', 'toni'], 'staged-rollout-manager': ['mara'] },
    cmd: { 'release-manager': ['carl'] },
  },
  providers: { INFN: { people: ['toni'] } },
} as unknown as World;

const review = (login: string, verdict = 'approved', commit = HEAD): Happening =>
  ({ kind: 'reviewed', id: `r${login}`, at: '', by: { login, ours: false, bot: false }, verdict, commit }) as Happening;
const file = (path: string, before: string | undefined, after: string | undefined): GovernedFile => ({
  ...{ path, mode: after === undefined ? '000000' : '100644' },
  ...(before === undefined ? {} : { before, left: before }),
  ...(after === undefined ? {} : { after }),
});
const facts = (files: readonly GovernedFile[], ...timeline: Happening[]): GovernedFacts => ({
  ...{
    pull: 4,
    title: '',
    head: HEAD,
    branch: '',
    open: true,
    merged: false,
    createdAt: '',
    labels: [],
    assignees: [],
  },
  ...{ onto: 'default', author: 'Olga', locks: [], production: [], files, timeline },
});
const said = (given: GovernedFacts) => {
  const effects = planGoverned(given, world);
  const merge = effects.find(({ kind }) => kind === 'merge');
  if (merge !== undefined) return { merged: merge };
  const [first] = effects;
  return { words: first?.kind === 'comment' ? first.body : '' };
};

const calendar = (...releases: string[]) =>
  `lanes:\n  umd-5:\n    releases:\n${releases.map((each) => `      - {${each}}\n`).join('')}`;
const NEAR = 'version: 5.2.0, date: 2026-03-02';
const FAR = 'version: 5.3.0, date: 2026-06-01';
const CALENDAR = file('releases/calendar.yml', calendar(NEAR, FAR), calendar(NEAR, 'version: 5.3.0, date: 2026-06-08'));

test('a calendar that a release manager approved at this very commit is merged, at that commit', () => {
  expect(said(facts([CALENDAR], review('Rita')))).toEqual({
    merged: { kind: 'merge', pull: 4, sha: HEAD, title: 'releases/calendar.yml (#4)', message: 'Approved by rita.' },
  });
});

test.each([
  ['nobody', []],
  ['somebody without the role', [review('mara')]],
  ['another distribution’s manager', [review('carl')]],
  ['an approval of an earlier commit', [review('rita', 'approved', FORMER)]],
  ['words alone', [review('rita', 'commented')]],
  ['a dismissed approval', [review('rita'), review('rita', 'dismissed')]],
])('%s does not carry it', (_, timeline) => {
  expect(said(facts([CALENDAR], ...timeline)).words).toContain('needs approval');
});

test('its author’s own approval does not count, and an objection stands against every approval', () => {
  expect(said({ ...facts([CALENDAR], review('rita')), author: 'rita' }).words).toContain('needs approval');
  expect(said(facts([CALENDAR], review('rita'), review('rolf', 'changes_requested'))).words).toContain(
    '@rolf asked for changes',
  );
});

test.each([
  [
    file('releases/calendar.yml', calendar(NEAR, FAR), calendar('version: 5.2.0, date: 2026-03-09', FAR)),
    'umd-5 5.2.0 on 2026-03-02 is fixed',
  ],
  [file('releases/calendar.yml', calendar(NEAR, FAR), calendar(FAR)), 'umd-5 5.2.0 on 2026-03-02 is fixed'],
  [file('releases/calendar.yml', calendar(FAR), 'lanes: []'), 'lanes must be object'],
  [{ ...CALENDAR, left: calendar(FAR) }, 'was changed there meanwhile'],
  [{ ...CALENDAR, mode: '120000' }, 'is no plain file'],
  [file('.github/workflows/reconcile.yml', 'a', 'b'), 'has no place in such a pull request'],
  [file('releases/umd/5/umd-5.2.0.yml', undefined, 'x'), 'is changed on candidate'],
])('an approved pull request with a wrong file is not merged: %#', (wrong, words) => {
  expect(said(facts([wrong], review('rita'))).words).toContain(words);
});

const VOMS = 'INFN.voms.debian-12.amd64-2.1.0';
const exceptions = (change: object = {}) => {
  const entry = {
    ppa: VOMS,
    lock: 'c'.repeat(64),
    reason: 'grid down',
    approvers: ['rita', 'rolf'],
    until: '2026-02-26',
  };
  return file('releases/exceptions.yml', 'exceptions: []\n', JSON.stringify({ exceptions: [{ ...entry, ...change }] }));
};
const both = [review('rita'), review('rolf')];

test('an exception is merged when the two whom it names approved exactly this', () => {
  expect(said(facts([exceptions()], ...both))).toHaveProperty('merged');
});
test.each([
  [{}, [review('rita')], 'It lacks 1 of 2 approvals'],
  [{}, [review('rita'), review('rolf', 'approved', FORMER)], '@rolf is named as approver'],
  [{}, [review('rita'), review('mara')], '@rolf is named as approver'],
  [{ approvers: ['rita', 'mara'] }, [...both, review('mara')], '@mara is named as approver'],
  [{ approvers: ['rita', 'Rita'] }, both, 'names 1 of two approvers'],
  [{ approvers: ['rita', 'toni'] }, [...both, review('toni')], '@toni belongs to INFN'],
  [{ until: '2026-02-23' }, both, 'ended on 2026-02-23'],
  [{ lock: 'c'.repeat(16) }, both, 'must match pattern'],
  [{ ppa: 'voms' }, both, '"voms" is no PPA'],
])('an exception %j is not merged', (change, timeline, words) => {
  expect(said(facts([exceptions(change)], ...timeline)).words).toContain(words);
});

const UMD = (withdrawn: readonly string[], title = 'UMD') =>
  `distribution: umd
title: ${title}
contact: a@b.example
majors: []
platforms: {}
teams: {${['release-team', 'verifier', 'staged-rollout-manager', 'release-manager', 'early-adopter', 'quality-criteria', 'vulnerability-group', 'technology-provider'].map((role) => `${role}: x`).join(', ')}}
withdrawn: [${withdrawn.join(', ')}]
`.replace('majors: []', 'majors: [{major: 5, platforms: []}]');
const lock = (version: string) => ({
  ...{
    product: 'voms',
    provider: 'INFN',
    version,
    ppa: `INFN.voms.debian-12.amd64-${version}`,
    type: 'minor' as const,
  },
  release: `releases/umd/5/INFN/voms-${version}`,
  packages: [
    {
      name: 'voms',
      version,
      arch: 'amd64',
      sha256: 'd'.repeat(64),
      size: 1,
      file: 'voms_1_amd64.deb',
      signer: 'A'.repeat(40),
      url: 'https://a.example/x.deb',
    },
  ],
});
const LOCK = 'repos/umd/5/debian-12/amd64/voms.yml';
const rollback = (files: readonly GovernedFile[]) => ({
  ...facts(files, review('rita')),
  locks: [lock('2.1.0')],
  production: [
    { tag: 'umd-5.0.0', locks: [lock('2.0.0')] },
    { tag: 'umd-5.1.0', locks: [lock('2.1.0')] },
  ],
});
const withdrawal = file('repos/umd.yml', UMD([]), UMD([VOMS]));
const back = file(LOCK, renderLock(lock('2.1.0')), renderLock(lock('2.0.0')));

test('a rollback is merged when it withdraws, puts the former lock back and changes nothing else', () => {
  expect(said(rollback([withdrawal, back]))).toHaveProperty('merged');
});
test.each([
  [[withdrawal], 'still holds what is withdrawn'],
  [[back], 'without its PPA being withdrawn'],
  [[withdrawal, file(LOCK, renderLock(lock('2.1.0')), renderLock(lock('1.0.0')))], 'is not what production had before'],
  [[withdrawal, file(LOCK, renderLock(lock('2.1.0')), undefined)], 'is not what production had before'],
  [[file('repos/umd.yml', UMD([]), UMD([VOMS], 'Mine')), back], 'changes more than what is withdrawn'],
  [[file('repos/umd.yml', UMD([VOMS]), UMD([]))], 'it does not come back'],
  [[file('repos/umd.yml', UMD([]), UMD(['INFN.voms.debian-12.amd64-9.9.9']))], 'was never released'],
  [[withdrawal, back, file('repos/umd/5/debian-12/amd64/bdii.yml', undefined, 'x')], 'without its PPA being withdrawn'],
])('a rollback that does more or less is not: %#', (files, words) => {
  expect(said(rollback(files)).words).toContain(words);
});
