import { expect, test } from 'vitest';
import { parseLock } from '#core/ppa/lock.ts';
import { wantedRepositories } from '#core/repository/wanted.ts';
import type { CandidateEvidence } from '#core/verification/evidence.ts';
import type { Effect } from './effects.ts';
import type { World } from './facts.ts';
import { heardOn, leavingOf } from './list-commands.ts';
import { type House, reconcile } from './reconcile.ts';
import { history, lockText, PPA } from './testing/history.ts';

/** `/eject` on a frozen, tested candidate: the PPA leaves, and the candidate without it is tested by itself. */

const lane = { distribution: 'umd', major: 5 };
const [BEFORE, AFTER] = ['a'.repeat(40), 'b'.repeat(40)];
const voms = parseLock(lockText('1'), { file: 'voms.yml' }).value;
if (voms === undefined) throw new Error('no lock');
const platform = { os: 'debian-12', arch: 'amd64', format: 'deb', title: 'D', suite: 'bookworm', base: [], runsOn: [] };
const distribution = {
  ...{ distribution: 'umd', title: 'UMD', contact: 'a@b.example', withdrawn: [] },
  majors: [{ major: 5, platforms: ['debian-12/amd64'] }],
  platforms: { 'debian-12/amd64': platform },
  teams: { 'release-manager': 'release-managers' },
} as unknown as World['distributions'][number];
const by = { login: 'rita', ours: false, bot: false };
const at = '2026-02-25T08:00:00Z';
const body = `/eject ${PPA} it breaks bdii`;
const commented = { kind: 'commented', id: 'c1', at, by, body, edited: false } as const;

function house(commit: string, candidate: House['candidate'], timeline: readonly (typeof commented)[]): House {
  const { world: base } = history();
  const merged = [{ ppa: PPA, pull: 7, lane: 'umd-5' }];
  const calendar = { lanes: { 'umd-5': { freezeDays: 7, releases: [{ version: '5.0.0', date: '2026-03-02' }] } } };
  const listed = { ...base, distributions: [distribution], merged };
  const leaving = leavingOf(heardOn(timeline, lane, listed).ejected, listed);
  const world = { ...listed, calendar, leaving, now: new Date('2026-02-25T09:00:00Z'), released: [] };
  const wanted = wantedRepositories({ distributions: [distribution], candidate, production: [], pulls: [] });
  const repositories = wanted.map((each) => ({ ...each, snapshot: 'e'.repeat(64) }));
  const value = {
    kind: 'candidate',
    ...{ lane: 'umd-5', commit: BEFORE },
    conclusion: 'pass',
    platforms: [{ platform: 'debian-12/amd64', snapshot: '', conclusion: 'pass', packages: 1, comment: '' }],
  } satisfies CandidateEvidence;
  const evidence = commit === BEFORE ? [{ artifact: 1, run: 1, createdAt: '', value }] : [];
  return {
    ...{
      world,
      defaultBranch: 'main',
      ppas: [],
      pulls: [],
      resting: [],
      digests: new Map(),
      releases: [],
      parents: [],
    },
    checklists: [{ number: 4, title: 'Release umd-5.0.0', body: '', open: true, timeline }],
    ...{ texts: [], governed: [], emergencies: [], heads: { main: '', candidate: commit }, tags: [], candidate },
    lanes: [{ lane, commit, evidence, runs: [{ ...RUN, title: 'compose-release umd-5' }] }],
    ...{ production: [], publishRuns: [], splitRuns: [], split: { commit, unsplit: [] } },
    published: { generatedAt: '', publicUrl: '', signer: '', repositories } as unknown as House['published'],
  };
}
const RUN = {
  ...{ id: 1, path: '', event: 'workflow_dispatch', branch: 'main', sha: '', actor: '', status: 'completed' },
  ...{ conclusion: 'success', createdAt: '2026-02-24T08:00:00Z', updatedAt: '2026-02-24T08:05:00Z' },
};
const told = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => {
    if (effect.kind === 'status') return [`${effect.sha.slice(0, 3)} ${effect.state}: ${effect.description}`];
    if (effect.kind === 'put-file') return [`${effect.branch} ${effect.path} ${effect.text ?? 'goes'}`];
    return effect.kind === 'dispatch' ? [effect.title] : [];
  });

test('the candidate was tested; what is taken out leaves it, and the rest is tested again without a word of anybody', () => {
  expect(told(reconcile(house(BEFORE, [voms], [])).effects)).toEqual(['aaa success: Tested whole on debian-12/amd64.']);
  const ejected = reconcile(house(BEFORE, [voms], [commented])).effects;
  expect(told(ejected)).toContain('candidate repos/umd/5/debian-12/amd64/voms.yml goes');
  expect(told(ejected)).not.toContain('compose-release umd-5');
  const after = reconcile(house(AFTER, [], [commented])).effects;
  expect(told(after)).toEqual(['bbb pending: Not tested whole yet.', 'compose-release umd-5']);
});

test('it is tested once what is left is published, not before', () => {
  const stale = { ...house(AFTER, [], [commented]), published: house(BEFORE, [voms], []).published };
  expect(told(reconcile(stale).effects)).toEqual(['publish', 'bbb pending: Not tested whole yet.']);
});
