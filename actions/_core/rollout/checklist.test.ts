import { expect, test } from 'vitest';
import type { Lock } from '#core/ppa/lock.ts';
import { type ChecklistIssue, planChecklist } from './checklist.ts';
import type { Happening, World } from './facts.ts';
import { leaveCandidate } from './leave-candidate.ts';
import { heardOn, leavingOf } from './list-commands.ts';

const lane = { distribution: 'umd', major: 5 };
const teams = { 'release-manager': 'release-managers', 'release-team': 'release-team', 'vulnerability-group': 'svg' };
const VOMS = 'INFN.voms.debian-12.amd64-2.1.0';
const BDII = 'INFN.bdii.debian-12.amd64-6.0.0';
const world = (now: string, released: string[] = [], withdrawn: string[] = []) =>
  ({
    ...{ now: new Date(now), released, org: 'umd' },
    calendar: { lanes: { 'umd-5': { freezeDays: 7, releases: [{ version: '5.1.0', date: '2026-03-16' }] } } },
    distributions: [{ distribution: 'umd', teams, withdrawn }],
    roles: { umd: { 'release-manager': ['rita'], 'release-team': ['rolf'], 'vulnerability-group': ['sven'] } },
    merged: [VOMS, BDII].map((ppa) => ({ ppa, lane: 'umd-5', group: 'g' })),
  }) as unknown as World;
const said = (login: string, body: string, edited = false): Happening => ({
  ...{
    kind: 'commented',
    id: `c${body}`,
    at: '2026-03-10T00:00:00Z',
    by: { login, ours: false, bot: false },
    body,
    edited,
  },
});
const issue = (body = '', ...timeline: Happening[]): ChecklistIssue => ({
  ...{ number: 4, title: 'Release umd-5.1.0', body, open: true, timeline },
});
const nothing = { tested: false, texts: false };
const bodyOf = (at: World, progress = nothing, ...timeline: Happening[]) => {
  const [effect] = planChecklist(lane, [issue('', ...timeline)], progress, at);
  return effect?.kind === 'issue' ? effect.body : '';
};

test('the issue of a release is opened two weeks before its date, once', () => {
  expect(planChecklist(lane, [], nothing, world('2026-03-01T23:00:00Z'))).toEqual([]);
  const [opened] = planChecklist(lane, [], nothing, world('2026-03-02T00:00:00Z'));
  if (opened?.kind !== 'open-issue') throw new Error('not opened');
  expect([opened.title, opened.labels]).toEqual(['Release umd-5.1.0', ['ReleaseChecklist']]);
  expect(planChecklist(lane, [issue(opened.body)], nothing, world('2026-03-02T09:00:00Z'))).toEqual([]);
});

test('when an emergency took its number the issue goes on under the new one, with what was signed', () => {
  const at = world('2026-03-03T00:00:00Z');
  const releases = [{ version: '5.0.2', date: '2026-03-16', planned: '5.0.1' }];
  const moved = { ...at, calendar: { lanes: { 'umd-5': { freezeDays: 7, releases } } } };
  const former = { ...issue('', said('rita', '/done metadata')), title: 'Release umd-5.0.1' };
  const [effect, ...more] = planChecklist(lane, [former], nothing, moved);
  expect([effect, more]).toMatchObject([{ kind: 'issue', number: 4, title: 'Release umd-5.0.2' }, []]);
  expect(effect?.kind === 'issue' ? effect.body : '').toMatch(/\| ✓ \| `metadata`.*rita/);
});

// domain.md section 7, by hand: T-7 of 16 March is the 9th, T-5 the 11th, T-4 the 12th.
test.each([
  ['freeze', '2026-03-09'],
  ['capabilities', '2026-03-09'],
  ['advisories', '2026-03-11'],
  ['texts', '2026-03-12'],
  ['publish', '2026-03-16'],
])('%s is due on %s', (duty, day) => {
  expect(bodyOf(world('2026-03-03T00:00:00Z'))).toMatch(new RegExp(`\\|  \\| \`${duty}\` \\| [^|]* \\| ${day} \\|`));
});

test('what can be seen is seen, the rest is signed by whom it belongs to; what is late is told', () => {
  const at = world('2026-03-12T00:00:00Z');
  const body = bodyOf(
    at,
    { tested: true, texts: false },
    said('sven', '/done advisories'),
    said('otto', '/done announce'),
  );
  expect(body).toMatch(/\| ✓ \| `freeze`/);
  expect(body).toMatch(/\| ✓ \| `candidate`/);
  expect(body).toMatch(/\| ✓ \| `advisories` .* @sven, 2026-03-10|\| ✓ \| `advisories` .*sven/);
  expect(body).toContain('2026-03-09 **late**');
  expect(body).toContain(
    '`/done announce`: **refused.** Only @umd/release-team or @umd/release-managers may sign this.',
  );
});

test('after the release it closes as soon as everything is signed', () => {
  const at = world('2026-03-17T00:00:00Z', ['umd-5.1.0']);
  const signs = ['capabilities', 'advisories', 'metadata', 'adopters', 'announce'].map((duty) =>
    said('rita', `/done ${duty}`),
  );
  expect(planChecklist(lane, [issue('', ...signs.slice(1))], nothing, at)).toMatchObject([
    { kind: 'issue', number: 4 },
  ]);
  expect(planChecklist(lane, [issue('', ...signs.slice(1))], nothing, at)[0]).not.toHaveProperty('state');
  expect(planChecklist(lane, [issue('', ...signs)], nothing, at)).toMatchObject([{ state: 'closed' }]);
});

test.each([
  ['rita', `/eject ${VOMS} it breaks bdii`, [VOMS], undefined],
  ['rolf', `/eject ${VOMS} it breaks bdii`, [], 'Only @umd/release-managers may do this.'],
  ['rita', `/eject ${VOMS}`, [], 'Write it so: `/eject <PPA> <reason>`.'],
  ['rita', '/eject INFN.x.al9.x86_64-1.0.0 no', [], 'came into no candidate that is still to be released'],
  ['rita', `/ejct ${VOMS} no`, [], 'the nearest is `/eject <PPA> <reason>`'],
])('%s: %s', (login, body, ejected, answer) => {
  const heard = heardOn([said(login, body)], lane, world('2026-03-12T00:00:00Z'));
  expect(heard.ejected.map(({ ppa }) => ppa)).toEqual(ejected);
  if (answer !== undefined) expect(heard.answers[0]?.sentence).toContain(answer);
});

const lock = (ppa: string, version: string): Lock => ({
  ...{ ppa, product: ppa.split('.')[1] ?? '', provider: 'INFN', version, type: 'minor' },
  release: `releases/umd/5/INFN/x-${version}`,
  packages: [{ name: 'x', version, arch: 'amd64', sha256: '', size: 1, file: '', signer: '', url: '' }],
});

test('what is ejected leaves the candidate with its group: the lock of production comes back, or none', () => {
  const leaving = leavingOf([{ ppa: VOMS, by: 'rita', reason: 'no' }], world('2026-03-12T00:00:00Z'));
  expect([...leaving.keys()]).toEqual([BDII, VOMS]);
  const production = [lock('INFN.voms.debian-12.amd64-2.0.0', '2.0.0')];
  const effects = leaveCandidate([lock(VOMS, '2.1.0'), lock(BDII, '6.0.0')], production, leaving);
  expect(
    effects.map((effect) => (effect.kind === 'put-file' ? [effect.path, effect.text?.includes('2.0.0')] : [])),
  ).toEqual([
    ['repos/umd/5/debian-12/amd64/bdii.yml', undefined],
    ['repos/umd/5/debian-12/amd64/voms.yml', true],
  ]);
  expect(leaveCandidate(production, production, leaving)).toEqual([]);
});

test('what was withdrawn leaves it, too', () => {
  expect([...leavingOf([], world('2026-03-12T00:00:00Z', [], [VOMS])).keys()]).toEqual([VOMS]);
});
