import { type Lock, lockDigest } from '#core/ppa/lock.ts';
import { rolloutPull } from '#core/repository/pulls.ts';
import { wantedRepositories } from '#core/repository/wanted.ts';
import { draftOf } from '#core/texts/draft.ts';
import { renderTexts } from '#core/texts/texts.ts';
import { isRecordOf } from '../../record.ts';
import { parseStanding } from '../../standing.ts';
import { headNamed } from '../../sticky.ts';
import { judgeTag } from '../../tag-judgement.ts';
import type { Forge, TownRun } from './forge.ts';
import { candidateEvidenceOf, read } from './house.ts';
import { judgePublished } from './ledger.ts';
import { DISTRIBUTIONS, FREEZE_DAYS, ROLES } from './people.ts';
import { nameOf } from './subject.ts';

/** Work that was dispatched, done by the parts that do it: the publisher's derivation, the tag's judgement, a verification by wish. */
export function work(forge: Forge, run: TownRun, trouble: boolean): void {
  run.status = 'completed';
  run.updatedAt = forge.stamp();
  run.conclusion = trouble ? 'failure' : 'success';
  if (run.workflow === 'verify-ppa') verify(forge, run, trouble);
  if (trouble) return;
  if (run.workflow === 'publish') publish(forge);
  if (run.workflow === 'compose-release') test(forge, run.inputs.lane ?? '');
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
  const tags = [...forge.tags].filter(([, { merged }]) => merged);
  const production = tags.map(([tag, { locks }]) => ({ tag, locks: [...locks.values()].map(read) }));
  const candidate = [...forge.candidate.locks.values()].map(read);
  const wanted = wantedRepositories({ distributions: DISTRIBUTIONS, candidate, production, pulls });
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

/** As a person finished them. */
function textsOf(tag: string, locks: readonly Lock[]): string {
  const drafted = draftOf(
    { tag, distribution: { title: 'UMD', contact: 'umd@egi.example' } },
    locks.map((lock) => ({ lock })),
  );
  return renderTexts({ ...drafted, texts: { ...drafted.texts, description: 'What sites were asking for.' } });
}

function test(forge: Forge, lane: string): void {
  forge.tested.add(`${lane} ${forge.candidate.commit}`);
  forge.ledger.testedWhole(`${lane} ${forge.candidate.commit}`);
}

function release(forge: Forge, name: string): boolean {
  const tag = forge.tags.get(name);
  if (tag === undefined || tag.merged) return tag !== undefined;
  const [distribution = '', version = ''] = name.split(/-(.*)/);
  const lane = `${distribution}-${version.split('.')[0]}`;
  const ofLane = (locks: ReadonlyMap<string, string>) =>
    [...locks.entries()]
      .filter(([path]) => path.startsWith(`repos/${lane.replace('-', '/')}/`))
      .map(([, text]) => text);
  const before = [...forge.tags].filter(([known, { merged }]) => merged && known.startsWith(`${lane}.`));
  const former = ofLane(before.at(-1)?.[1].locks ?? new Map());
  const locks = ofLane(tag.locks);
  const known = new Set(former.map((text) => read(text).ppa));
  const fresh = locks.filter((text) => !known.has(read(text).ppa));
  const [tested] = tag.commit === forge.candidate.commit ? candidateEvidenceOf(forge, lane) : [];
  const against = judgeTag({
    ...{ tag: name, creator: tag.by, locks: locks.map(read), former: former.map(read) },
    world: {
      ...{ now: forge.now, org: 'umd', released: forge.released(), roles: ROLES, distributions: DISTRIBUTIONS },
      calendar: { lanes: { [lane]: { freezeDays: FREEZE_DAYS, releases: forge.ledger.planned[lane] ?? [] } } },
    },
    ...(tested === undefined ? {} : { tested: tested.value }),
    atCandidate: JSON.stringify([...tag.locks]) === JSON.stringify([...forge.candidate.locks]),
    holdsFormer: true,
    fresh: fresh.map((text) => read(text).ppa),
    texts: textsOf(
      name,
      fresh.map((text) => read(text)),
    ),
    unrecorded: fresh
      .filter(
        (text) => !isRecordOf(tag.records.get(read(text).ppa) ?? '', { ppa: read(text).ppa, lock: lockDigest(text) }),
      )
      .map((text) => read(text).ppa),
  });
  if (against.length > 0) return false;
  const ppas = new Map(fresh.map((text) => [read(text).ppa, text]));
  forge.ledger.release(name, { by: tag.by, commit: tag.commit, ppas, released: forge.released(), now: forge.now });
  tag.merged = true;
  return true;
}
