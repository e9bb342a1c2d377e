import { dump, load } from 'js-yaml';
import { lockDigest } from '#core/ppa/lock.ts';
import { planRollback } from '../../rollback.ts';
import type { Duty, Successor } from './duties.ts';
import { speak } from './duties.ts';
import type { Forge, TownPull } from './forge.ts';
import { productionOf, read } from './git-facts.ts';
import { CREWS, type Crew, SECURITY } from './people.ts';
import { approveProposal, hasApproved, openOf, openProposal, type Proposal } from './proposals.ts';
import { laneText, nameOf, type Subject } from './subject.ts';

/** What diligent people do about emergencies, exceptions, the texts of releases and rollbacks. */

export function affairs(forge: Forge, subjects: readonly Successor[]): Duty[] {
  const open = [...forge.proposals.values()].filter((each) => each.open);
  return [
    ...open.filter(({ branch }) => branch.startsWith('texts/')).flatMap((each) => texts(forge, each)),
    ...subjects.flatMap((subject) => (subject.rolled === true ? rollback(forge, subject) : [])),
    ...open.filter(({ branch }) => branch.startsWith('exception/')).flatMap((each) => review(forge, each)),
  ];
}

/** The release team asks once the lane has a release, the vulnerability group confirms what it sees asked for. */
export function emergency(forge: Forge, pull: TownPull): Duty[] {
  const { subject, labels, number, build } = pull;
  const lane = `${laneText(subject)}.`;
  if (subject.urgent !== true || !forge.released().some((tag) => tag.startsWith(lane))) return [];
  const { team } = CREWS[subject.distribution] as Crew;
  const say = (who: string, body: string): Duty => ({
    key: `${who} ${body} #${number} ${build}`,
    act: () => speak(forge, pull, who, body),
  });
  if (!labels.includes('Emergency')) return [say(team, '/emergency it is being exploited')];
  // of a revision the group wants to see first what verification and rollout say
  if (subject.type === 'revision' && !labels.includes('RolloutProgress: UMDStore')) return [];
  const answered = pull.sticky?.body.includes(`@${SECURITY} \`/confirm\`: Confirmed`) === true;
  return forge.ledger.hasConfirmed(number, SECURITY, forge.filesOf(pull).lock?.text ?? '') && answered
    ? []
    : [say(SECURITY, '/confirm')];
}

const EXCEPTIONS = 'releases/exceptions.yml';

/** Its verifier proposes to let it into the frozen candidate; both who are named look at it. */
export function exception(forge: Forge, pull: TownPull): Duty[] {
  const { subject, number } = pull;
  if (subject.excepted !== true || pull.sticky?.body.includes(' is frozen for ') !== true) return [];
  const { verifier } = CREWS[subject.distribution] as Crew;
  const lock = lockDigest(forge.filesOf(pull).lock?.text ?? '');
  const today = forge.now.toISOString().slice(0, 10);
  const entries = entriesOn(forge, 'main');
  if (entries.some((each) => each.ppa === nameOf(subject) && each.lock === lock && each.until >= today)) return [];
  const branch = `exception/${number}`;
  const there = openOf(forge, branch);
  const proposed = there === undefined ? [] : entriesOn(forge, branch);
  const fits = proposed.some((each) => each.ppa === nameOf(subject) && each.lock === lock && each.until >= today);
  if (fits && there?.sticky?.body.includes('bring the branch up to date') !== true) return [];
  return [{ key: `${verifier} proposes ${branch} ${lock} ${today}`, act: () => except(forge, pull, branch, lock) }];
}

interface Entry {
  readonly ppa: string;
  readonly lock: string;
  readonly reason: string;
  readonly approvers: readonly string[];
  readonly until: string;
}

function entriesOn({ git }: Forge, branch: string): readonly Entry[] {
  const text = git.text(branch, EXCEPTIONS);
  return text === undefined ? [] : (load(text) as { exceptions: Entry[] }).exceptions;
}

function except(forge: Forge, { subject }: TownPull, branch: string, lock: string): void {
  const { verifier, release, team } = CREWS[subject.distribution] as Crew;
  const until = new Date(forge.now.getTime() + 9 * 86_400_000).toISOString().slice(0, 10);
  const entry = { ppa: nameOf(subject), lock, reason: 'sites wait for it', approvers: [release, team], until };
  propose(forge, { branch, author: verifier, title: `Exception of ${nameOf(subject)}` }, [
    [EXCEPTIONS, dump({ exceptions: [...entriesOn(forge, 'main'), entry] })],
  ]);
}

/** Other words on a branch of the default branch's present head, and the pull request when there is none. */
export function propose(
  forge: Forge,
  about: Pick<Proposal, 'branch' | 'author' | 'title'>,
  change: Iterable<readonly [string, string | undefined]>,
): void {
  forge.git.commit(about.branch, [forge.git.head('main')], new Map(change));
  openProposal(forge, { ...about, base: 'main' });
}

/** Those who are named approve what names them both and came from the verifier. */
function review(forge: Forge, proposal: Proposal): Duty[] {
  const approvers = new Set(entriesOn(forge, proposal.branch).at(-1)?.approvers);
  const crew = Object.values(CREWS).find(({ verifier }) => verifier === proposal.author);
  if (crew === undefined) return [];
  return [crew.release, crew.team]
    .filter((who) => approvers.has(who) && !hasApproved(forge, proposal, who))
    .map((who) => approval(forge, proposal, who));
}

function approval(forge: Forge, proposal: Proposal, who: string): Duty {
  return {
    key: `${who} approves #${proposal.number} ${forge.git.head(proposal.branch)}`,
    act: () => approveProposal(forge, proposal, who),
  };
}

/** The release manager writes what stands in brackets, then approves. */
function texts(forge: Forge, proposal: Proposal): Duty[] {
  const tag = proposal.branch.slice('texts/'.length);
  const [distribution = '', version = ''] = tag.split('-');
  const { release } = CREWS[distribution] as Crew;
  const path = `releases/${distribution}/${version.split('.')[0]}/${tag}.yml`;
  const text = forge.git.text(proposal.branch, path) ?? '';
  if (/\[to be written/.test(text)) {
    const written = text.replaceAll(/\[to be written[^\]]*\]/g, 'What sites were asking for.');
    const head = forge.git.head(proposal.branch);
    const act = () => void forge.git.commit(proposal.branch, [head], new Map([[path, written]]));
    return [{ key: `${release} writes ${tag} ${head}`, act }];
  }
  return hasApproved(forge, proposal, release) ? [] : [approval(forge, proposal, release)];
}

/** Tag with which a PPA came out. */
export function tagWith(forge: Forge, subject: Subject): string | undefined {
  const own = forge.production.filter(({ tag }) => tag.startsWith(`${laneText(subject)}.`));
  return own.find(({ locks }) => [...locks.values()].some((text) => read(text).ppa === nameOf(subject)))?.tag;
}

export function isWithdrawn({ git }: Forge, subject: Subject): boolean {
  return git.text('main', `repos/${subject.distribution}.yml`)?.includes(`- ${nameOf(subject)}\n`) === true;
}

/** `npm run rollback`, by the release manager; the release team approves. Done again when `main` has moved under it. */
function rollback(forge: Forge, subject: Subject): Duty[] {
  const tag = tagWith(forge, subject);
  const label = forge.pulls.get(subject.pull)?.labels.includes('RolloutProgress: Production');
  if (tag === undefined || label !== true || isWithdrawn(forge, subject)) return [];
  const { release, team } = CREWS[subject.distribution] as Crew;
  const branch = `rollback/${tag}`;
  const there = openOf(forge, branch);
  const stale = /up to date|still holds|not what production had|without its PPA|no place in such/.test(
    there?.sticky?.body ?? '',
  );
  if (there === undefined || stale)
    return [
      { key: `${release} rolls ${tag} back ${forge.git.head('main')}`, act: () => rollBack(forge, tag, release) },
    ];
  return hasApproved(forge, there, team) ? [] : [approval(forge, there, team)];
}

function rollBack(forge: Forge, tag: string, author: string): void {
  const [name = ''] = tag.split('-');
  const { files } = planRollback({
    ...{ tag, production: productionOf(forge) },
    locks: [...forge.locksAt(forge.git.head('main')).values()].map(read),
    distribution: forge.git.text('main', `repos/${name}.yml`) ?? '',
  });
  propose(forge, { branch: `rollback/${tag}`, author, title: `Roll back ${tag}` }, files);
}
