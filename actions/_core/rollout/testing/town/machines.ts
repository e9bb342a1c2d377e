import { parseTag } from '#core/calendar/tag.ts';
import { type Lane, laneName } from '#core/distribution/distribution.ts';
import { rolloutPath, verificationPath } from '#core/ppa/folder.ts';
import { type Lock, lockDigest, parseLock } from '#core/ppa/lock.ts';
import { lockPath, type PpaId, parsePpaName } from '#core/ppa/ppa.ts';
import { rolloutPull } from '#core/repository/pulls.ts';
import { wantedRepositories } from '#core/repository/wanted.ts';
import { textsPath } from '#core/texts/texts.ts';
import { ppaOfEmergency } from '../../emergency.ts';
import { freshLocks, ofLane } from '../../fresh.ts';
import { isRecordOf } from '../../record.ts';
import { isUrgent, parseStanding } from '../../standing.ts';
import { headNamed } from '../../sticky.ts';
import { type Alone, judgeTag, type TagCase } from '../../tag-judgement.ts';
import type { Forge, TownRun, TownTag } from './forge.ts';
import { candidateEvidenceOf, distributionsOf, productionOf, read } from './git-facts.ts';
import { judgePublished } from './ledger.ts';
import { FREEZE_DAYS, ROLES } from './people.ts';
import { nameOf } from './subject.ts';

/** Work that was dispatched, done by the parts that do it: the publisher's derivation, the tag's judgement, a verification by wish. */
export function work(forge: Forge, run: TownRun, trouble: boolean): void {
  run.status = 'completed';
  run.updatedAt = forge.stamp();
  run.conclusion = trouble ? 'failure' : 'success';
  if (run.workflow === 'verify-ppa') verify(forge, run, trouble);
  if (trouble) return;
  if (run.workflow === 'publish') publish(forge);
  if (run.workflow === 'compose-release') test(forge, run.inputs.lane ?? '', run.inputs.branch ?? 'candidate');
  if (run.workflow === 'release') run.conclusion = release(forge, run.inputs.tag ?? '') ? 'success' : 'failure';
}

function verify(forge: Forge, run: TownRun, trouble: boolean): void {
  const pull = forge.pulls.get(Number(run.inputs.pull));
  const lock = pull === undefined ? undefined : forge.filesOf(pull).lock;
  if (pull === undefined || lock === undefined) return;
  const fails = pull.subject.intent === 'fails';
  if (!trouble && !fails) forge.ledger.passed(pull.number, lock.text);
  const at = forge.stamp();
  const result = fails ? ('FAIL' as const) : ('OK' as const);
  forge.evidence.unshift({
    ...{ artifact: forge.next(), run: run.id, createdAt: at },
    value: {
      ...{ kind: 'verification', ppa: nameOf(pull.subject), pull: pull.number, lock: lockDigest(lock.text) },
      ...{
        snapshot: 'd'.repeat(64),
        environment: { provider: 'nspawn', image: 'debian-12', platform: 'debian-12/amd64' },
      },
      ...{ conclusion: trouble ? 'error' : fails ? 'fail' : 'pass', startedAt: at, finishedAt: at },
      rows: [{ criterion: 'QC_DIST_1', result, comment: 'installs' }],
    },
  });
}

export function publish(forge: Forge): void {
  const open = [...forge.pulls.values()].filter((pull) => pull.open);
  const pulls = open.flatMap((pull) => {
    const { lock } = forge.filesOf(pull);
    const title = nameOf(pull.subject);
    const about = { ppa: title, pull: pull.number };
    const places = [forge.head(pull), headNamed(pull.sticky?.body ?? '') ?? ''];
    const vouched = places.map((sha) => parseStanding(pull.checks.get(sha)?.text ?? '', about)).find((each) => each);
    const found = rolloutPull({ title, labels: pull.labels }, lock === undefined ? [] : [lock.text], vouched);
    return found === undefined ? [] : [found];
  });
  const production = productionOf(forge);
  const candidate = [...forge.candidate.locks.values()].map(read);
  const wanted = wantedRepositories({ distributions: distributionsOf(forge), candidate, production, pulls });
  const released = new Set(production.flatMap(({ locks }) => locks.map(({ ppa }) => ppa)));
  const subjects = [...forge.pulls.values()].map((pull) => ({ ...pull.subject, gone: !pull.open }));
  judgePublished(wanted, subjects, forge.ledger, released);
  forge.published = {
    ...{ generatedAt: forge.stamp(), publicUrl: 'https://repo.example', signer: '' },
    repositories: wanted.map((each) => ({ ...each, snapshot: nameFor(JSON.stringify(each.packages)) })),
  };
}

/** A name of 64 digits that follows from the text. */
function nameFor(text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return sum.toString(16).padStart(64, '0');
}

function test(forge: Forge, lane: string, branch: string): void {
  const commit = forge.git.head(branch);
  forge.tested.add(`${lane} ${commit}`);
  forge.ledger.testedWhole(`${lane} ${commit}`);
}

function release(forge: Forge, name: string): boolean {
  const tag = forge.tags.get(name);
  if (tag === undefined || tag.merged) return tag !== undefined;
  const { git } = forge;
  const parsed = parseTag(name);
  if (parsed === undefined) return false;
  const { lane, version } = parsed;
  const file = textsPath({ lane, version });
  const given = tagCaseOf(forge, name, tag, lane, file);
  if (judgeTag(given).length > 0) return false;
  const texts = new Map([...forge.locksAt(tag.commit).values()].map((text) => [read(text).ppa, text]));
  forge.ledger.release(name, {
    ...{ by: tag.by, commit: tag.commit, released: forge.released(), now: forge.now },
    ppas: new Map(given.fresh.map((ppa) => [ppa, texts.get(ppa) ?? ''])),
    all: given.locks.map(({ ppa }) => ppa),
    changed: git.differing(tag.commit, git.head('main')).keys(),
    texts: given.texts,
  });
  git.merge('main', tag.commit);
  tag.merged = true;
  return true;
}

/** The facts that the shell reads of a tag. */
function tagCaseOf(forge: Forge, name: string, tag: TownTag, lane: Lane, file: string): TagCase {
  const { git } = forge;
  const tree = git.tree(tag.commit);
  const locks = ofLane([...forge.locksAt(tag.commit).values()].map(read), lane);
  const before = forge.production.filter((known) => known.tag.startsWith(`${laneName(lane)}.`));
  const production = productionOf(forge).filter((known) => known.tag.startsWith(`${laneName(lane)}.`));
  const fresh = freshLocks(locks, lane, production);
  const [tested] = candidateEvidenceOf(forge, laneName(lane), tag.commit);
  const alone = aloneAt(forge, tag.commit, file);
  const isRecorded = ({ release: folder, ppa, product, provider }: Lock) => {
    const text = tree.get(lockPath(lane, { ...(parsePpaName(ppa) as PpaId), product })) ?? '';
    return provider !== '' && isRecordOf(tree.get(rolloutPath(folder, ppa)) ?? '', { ppa, lock: lockDigest(text) });
  };
  return {
    ...{ tag: name, creator: tag.by, locks, former: ofLane(production.at(-1)?.locks ?? [], lane) },
    world: {
      ...{
        now: forge.now,
        org: 'umd',
        released: forge.released(),
        roles: ROLES,
        distributions: distributionsOf(forge),
      },
      calendar: {
        lanes: { [laneName(lane)]: { freezeDays: FREEZE_DAYS, releases: forge.ledger.planned[laneName(lane)] ?? [] } },
      },
    },
    ...(tested === undefined ? {} : { tested: tested.value }),
    ...(alone === undefined ? {} : { alone }),
    atCandidate:
      JSON.stringify([...forge.locksAt(tag.commit)].sort()) === JSON.stringify([...forge.candidate.locks].sort()),
    holdsFormer: before.every(({ commit }) => git.isAncestor(commit, tag.commit)),
    fresh: fresh.map(({ ppa }) => ppa),
    texts: tree.get(file),
    unrecorded: fresh.filter((lock) => !isRecorded(lock)).map(({ ppa }) => ppa),
  };
}

function aloneAt(forge: Forge, commit: string, file: string): Alone | undefined {
  const { git } = forge;
  const branch = [...git.branches].find(([name, at]) => at === commit && name.startsWith('emergency/'))?.[0] ?? '';
  const ppa = ppaOfEmergency(branch);
  if (ppa === undefined) return undefined;
  const paths = [...git.changed(commit, git.head('main')).keys()];
  const at = (path: string) => git.tree(commit).get(path) ?? '';
  const lock = paths.find((path) => parseLock(at(path), { file: path }).value?.ppa === ppa) ?? '';
  const folder = parseLock(at(lock), { file: lock }).value?.release ?? '';
  const own = [lock, file, `${folder}/release.xml`, verificationPath(folder, ppa), rolloutPath(folder, ppa)];
  return {
    ...{ ppa, current: git.isAncestor(git.head('main'), commit), foreign: paths.filter((path) => !own.includes(path)) },
    confirmed: isConfirmed(forge, ppa, lockDigest(at(lock))),
  };
}

/** By the check-run on the head of the open pull request. */
function isConfirmed(forge: Forge, ppa: string, lock: string): boolean {
  const pull = [...forge.pulls.values()].find(({ subject, open }) => open && nameOf(subject) === ppa);
  if (pull === undefined) return false;
  const text = pull.checks.get(forge.head(pull))?.text ?? '';
  const standing = parseStanding(text, { ppa, pull: pull.number });
  return standing !== undefined && standing.lock === lock && standing.state === 'umd-store' && isUrgent(standing);
}
