import type { Calendar } from '#core/calendar/calendar.ts';
import { EXCEPTIONS_PATH, parseExceptions } from '#core/calendar/exceptions.ts';
import type { Distribution, Lane } from '#core/distribution/distribution.ts';
import { laneName } from '#core/distribution/distribution.ts';
import { parseDistribution } from '#core/distribution/parse.ts';
import { parseLockPath, rolloutPath, verificationPath } from '#core/ppa/folder.ts';
import { type Lock, parseLock } from '#core/ppa/lock.ts';
import type { Source } from '#core/texts/parts.ts';
import { textsPath } from '#core/texts/texts.ts';
import { parseVerification } from '#core/verification/verification.ts';
import { soundOf } from '#core/yaml.ts';
import { dueRelease } from '../../due-release.ts';
import { ppaOfEmergency } from '../../emergency.ts';
import type { EmergencyFacts } from '../../emergency-plan.ts';
import type { World } from '../../facts.ts';
import { freshLocks, type Released } from '../../fresh.ts';
import type { GovernedFacts } from '../../governed.ts';
import { composeTitle, laneContext } from '../../lane-plan.ts';
import { parseRecord } from '../../record.ts';
import { type TextsFacts, tagOf, textsBranch, wantsSources } from '../../texts-plan.ts';
import type { Forge } from './forge.ts';

/** What the shell reads from Git, and no more of it. */

const [locks, declared] = [new Map<string, Lock>(), new Map<string, Distribution>()];
export function read(text: string): Lock {
  const known = locks.get(text) ?? parseLock(text, { file: 'lock' }).value;
  if (known === undefined) throw new Error('an unreadable lock');
  locks.set(text, known);
  return known;
}

export function runsOf(forge: Forge, title: string) {
  return forge.runs.filter((run) => run.title === title);
}

export function distributionsOf({ git }: Forge): Distribution[] {
  const files = [...git.tree(git.head('main'))].filter(([path]) => /^repos\/\w+\.yml$/.test(path));
  return files.map(([file, text]) => {
    const known = declared.get(text) ?? soundOf(parseDistribution(text, { file }));
    declared.set(text, known);
    return known;
  });
}

export function exceptionsOf({ git }: Forge): World['exceptions'] {
  const text = git.text('main', EXCEPTIONS_PATH);
  return text === undefined ? [] : soundOf(parseExceptions(text));
}

export function productionOf({ production }: Forge): Released[] {
  return production.map(({ tag, locks: all }) => ({ tag, locks: [...all.values()].map(read) }));
}

export function candidateEvidenceOf(forge: Forge, lane: string, commit: string) {
  if (!forge.tested.has(`${lane} ${commit}`)) return [];
  const platform = {
    platform: 'debian-12/amd64',
    snapshot: 'a'.repeat(64),
    conclusion: 'pass' as const,
    packages: 1,
    comment: '',
  };
  const value = { kind: 'candidate' as const, lane, commit, conclusion: 'pass' as const, platforms: [platform] };
  return [{ artifact: 1, run: 1, createdAt: '', value }];
}

export function governedFactsOf(forge: Forge): GovernedFacts[] {
  const { git } = forge;
  return [...forge.proposals.values()]
    .filter(({ open }) => open)
    .map((proposal) => {
      const { number, branch, base, title, author, createdAt, timeline, sticky, merged } = proposal;
      const [head, onto] = [git.head(branch), git.head(base)];
      const left = git.fork(head, onto);
      return {
        ...{ pull: number, title, head, branch, open: true, merged, createdAt, labels: [], assignees: [], timeline },
        ...(sticky === undefined ? {} : { sticky }),
        ...{ onto: base === 'main' ? 'default' : base, author, production: productionOf(forge) },
        files: [...git.changed(head, onto)].map(([path, after]) => {
          const [before, there] = [git.tree(onto).get(path), git.tree(left).get(path)];
          return {
            ...{ path, mode: after === undefined ? '000000' : '100644' },
            ...(before === undefined ? {} : { before }),
            ...(there === undefined ? {} : { left: there }),
            ...(after === undefined ? {} : { after }),
          };
        }),
        locks: [...forge.locksAt(onto).values()].map(read),
      };
    });
}

export function emergencyFactsOf(forge: Forge): EmergencyFacts[] {
  const { git } = forge;
  const [main, candidate] = [git.head('main'), git.head('candidate')];
  return [...git.branches].flatMap(([branch, commit]): EmergencyFacts[] => {
    const ppa = ppaOfEmergency(branch);
    if (ppa === undefined) return [];
    const released = git.isAncestor(commit, main);
    if (released && git.isAncestor(commit, candidate))
      return [{ ppa, commit, released, current: false, files: new Map() }];
    if (released) {
      const apart = { theirs: git.changed(commit, candidate), ours: git.changed(candidate, commit) };
      return [{ ppa, commit, released, current: false, files: new Map(), apart }];
    }
    const files = git.changed(commit, main);
    const lane = [...files.keys()].map(parseLockPath).find((place) => place !== undefined)?.lane;
    const current = git.isAncestor(main, commit);
    return [
      { ppa, commit, released, files, current, ...(lane === undefined ? {} : { test: testOf(forge, lane, branch) }) },
    ];
  });
}

function testOf(forge: Forge, lane: Lane, branch: string): NonNullable<EmergencyFacts['test']> {
  const [name, commit] = [laneName(lane), forge.git.head(branch)];
  const status = forge.statuses.get(commit)?.get(laneContext(name));
  return {
    ...{
      lane,
      commit,
      evidence: candidateEvidenceOf(forge, name, commit),
      runs: runsOf(forge, composeTitle(name, branch)),
    },
    ...(status === undefined ? {} : { status }),
  };
}

export function textsFactsOf(
  forge: Forge,
  lane: Lane,
  world: { readonly calendar: Calendar; readonly released: readonly string[]; readonly now: Date },
): TextsFacts[] {
  const { git } = forge;
  const release = dueRelease(lane, world);
  const { commit, locks: here } = forge.candidate;
  const fresh = release === undefined ? [] : freshLocks([...here.values()].map(read), lane, productionOf(forge));
  if (release === undefined || fresh.length === 0) return [];
  const { version } = release;
  const [branch, file] = [textsBranch(tagOf({ lane, version })), textsPath({ lane, version })];
  const [candidate, there] = [git.tree(commit).get(file), git.text(branch, file)];
  const pull = [...forge.proposals.values()].find((each) => each.open && each.branch === branch)?.number;
  const question = {
    ...{ lane, version, fresh: fresh.map(({ ppa }) => ppa) },
    ...(candidate === undefined ? {} : { candidate }),
    ...(there === undefined ? {} : { branch: there }),
    ...(pull === undefined ? {} : { pull }),
  };
  const sources = wantsSources(question) ? fresh.map((lock) => sourceOf(forge, commit, lock)) : [];
  return [{ ...question, commit, sources }];
}

function sourceOf({ git }: Forge, commit: string, lock: Lock): Source {
  const tree = git.tree(commit);
  const report = parseVerification(tree.get(verificationPath(lock.release, lock.ppa)) ?? '', {
    file: 'verification.yml',
  });
  const record = parseRecord(tree.get(rolloutPath(lock.release, lock.ppa)) ?? '');
  return {
    lock,
    ...(report.value === undefined ? {} : { verification: report.value }),
    ...(record === undefined ? {} : { record }),
  };
}
