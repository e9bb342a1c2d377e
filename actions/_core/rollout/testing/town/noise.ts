import { dump } from 'js-yaml';
import { lockDigest } from '#core/ppa/lock.ts';
import { propose } from './affairs.ts';
import { approve, rebuild, speak, tag, takeBack } from './duties.ts';
import type { Forge, TownPull } from './forge.ts';
import { publish } from './machines.ts';
import { CREWS, type Crew, PARTIAL, PROVIDER, SECURITY, STRANGERS } from './people.ts';
import { approveProposal, openOf } from './proposals.ts';
import { completedText, laneText, nameOf } from './subject.ts';

/** What people do besides: most of it they may not, the rest leads nowhere. None of it may change where anything ends. */
export interface Noise {
  readonly does: string;
  readonly run: (forge: Forge, pull: TownPull, choice: number) => void;
}

const pick = <T>(of: readonly T[], choice: number): T => of[choice % of.length] as T;
const stranger = ({ subject }: TownPull, choice: number) => pick(STRANGERS[subject.distribution] ?? ['nobody'], choice);
const crewOf = ({ subject }: TownPull) => CREWS[subject.distribution] as Crew;

const WORDS = [
  '/verify',
  '/waiting #9',
  '/waiting critical it dies',
  '/resume',
  '/reject I do not like it',
  '/hold for me',
  '/unhold',
  '/ea-teams lip',
  '/accept now',
  '/report accept\npackage: voms-server 2.1.0-1\npackage: bdii-server 1.0.0-1\npackage: occi-server 1.0.0-1',
  '/report reject it dies',
  '/release-type revision',
  '/emergency',
  '/emergency reports=0 I need it now',
  '/confirm',
  '/rerun',
  '/eject INFN.voms.debian-12.amd64-2.1.0 bad',
  '/verfy',
  '/why',
];
const LABELS = [
  'In Verification',
  'Waiting for Response',
  'StagedRollout',
  'UMDStore',
  'Production',
  'Rejected',
  'Unverified',
  'Nonsense',
];

const REVISIONS = ['umd-5.0.1', 'umd-5.0.2', 'umd-5.1.1'];
const openOnes = (forge: Forge) => [...forge.proposals.values()].filter(({ open }) => open);

/** Whoever it is fills in what only the machine may, answers the rest, and approves. */
function complete(forge: Forge, pull: TownPull, who: string): void {
  const { verification: file } = forge.filesOf(pull);
  if (file === undefined || pull.merged) return;
  const forged = file.text.replace(/machine: (''|FAIL)/, 'machine: OK');
  forge.push(pull, { verification: { ...file, text: completedText(forged, who) } });
  approve(forge, pull, who);
}

/** The same file with less said in it. */
const loosened = ([path, text]: readonly [string, string | undefined]) =>
  [path, text?.replace(/until: .*/, "until: '2027-12-31'").replace(/Contact|contact: .*/, 'contact: nobody')] as const;

export const NOISES: readonly Noise[] = [
  {
    does: 'stranger says',
    run: (forge, pull, choice) => speak(forge, pull, stranger(pull, choice), pick(WORDS, choice >> 3)),
  },
  {
    does: 'stranger labels',
    run: (forge, pull, choice) =>
      forge.label(pull, stranger(pull, choice), `RolloutProgress: ${pick(LABELS, choice >> 3)}`),
  },
  {
    does: 'stranger takes the label off and puts another on',
    run: (forge, pull, choice) => {
      const on = pull.labels.find((label) => label.startsWith('RolloutProgress: ')) ?? '';
      forge.unlabel(pull, stranger(pull, choice), on);
      if (choice % 2 === 0) forge.label(pull, stranger(pull, choice), `RolloutProgress: ${pick(LABELS, choice >> 3)}`);
    },
  },
  { does: 'stranger closes', run: (forge, pull, choice) => forge.close(pull, stranger(pull, choice)) },
  {
    does: 'stranger approves',
    run: (forge, pull, choice) => approve(forge, pull, pick([PARTIAL, 'nobody', 'carla'], choice)),
  },
  {
    does: 'stranger tags',
    run: (forge, _, choice) =>
      tag(forge, pick(['umd-5.0.0', 'umd-5.1.0', 'cmd-1.0.0', 'umd-5.9.9'], choice), pick(['nobody', 'vera'], choice)),
  },
  {
    does: 'stranger mends the machine’s rows',
    run: (forge, pull) => {
      const { verification: file } = forge.filesOf(pull);
      if (file !== undefined && !pull.merged)
        forge.push(pull, { verification: { ...file, text: file.text.replace(/machine: (''|FAIL)/, 'machine: OK') } });
    },
  },
  {
    does: 'stranger adds a file',
    run: (forge, pull) => (pull.merged ? undefined : forge.push(pull, { foreign: ['.github/workflows/x.yml'] })),
  },
  { does: 'rebase', run: (forge, pull) => (pull.merged ? undefined : forge.push(pull, {}, { rebase: true })) },
  { does: 'verifier approves', run: (forge, pull) => approve(forge, pull, crewOf(pull).verifier) },
  {
    does: 'verifier leaps',
    run: (forge, pull, choice) =>
      forge.label(
        pull,
        crewOf(pull).verifier,
        `RolloutProgress: ${pick(['StagedRollout', 'UMDStore', 'Production', 'Nonsense'], choice)}`,
      ),
  },
  { does: 'verifier holds', run: (forge, pull) => speak(forge, pull, crewOf(pull).verifier, '/hold let me think') },
  { does: 'verifier has it tried again', run: (forge, pull) => speak(forge, pull, crewOf(pull).verifier, '/rerun') },
  { does: 'early adopter names no version', run: (forge, pull) => forge.say(pull, 'carla', '/report accept') },
  {
    does: 'early adopter tried another version',
    run: (forge, pull) => forge.say(pull, 'luis', `/report accept\npackage: ${pull.subject.product}-server 0.0.1-1`),
  },
  { does: 'manager is too early', run: (forge, pull) => forge.say(pull, crewOf(pull).staged, '/accept hurry') },
  { does: 'provider pushes another lock', run: (forge, pull) => rebuild(forge, pull) },
  { does: 'provider pushes the former lock again', run: (forge, pull) => takeBack(forge, pull) },
  {
    does: 'verifier labels and the provider pushes at once',
    run: (forge, pull) => {
      forge.label(pull, crewOf(pull).verifier, 'RolloutProgress: StagedRollout');
      rebuild(forge, pull);
    },
  },
  {
    does: 'stranger fakes the label, and the publisher runs before anybody looks',
    run: (forge, pull, choice) => {
      const on = pull.labels.find((label) => label.startsWith('RolloutProgress: ')) ?? '';
      forge.unlabel(pull, 'nobody', on);
      forge.label(pull, 'nobody', `RolloutProgress: ${pick(['StagedRollout', 'UMDStore'], choice)}`);
      publish(forge);
    },
  },
  {
    does: 'another lock is pushed, and the publisher runs before anybody looks',
    run: (forge, pull) => {
      rebuild(forge, pull);
      publish(forge);
    },
  },
  {
    does: 'an emergency is asked for, and confirmed by nobody, or by those who may not',
    run: (forge, pull, choice) => {
      if (pull.subject.product !== 'argus') return; // of others it would change who takes whose place
      const { team } = crewOf(pull);
      const [asks, ...confirm] = pick([[team], [team, PARTIAL], [team, team], ['nobody', SECURITY]], choice);
      if (asks === 'nobody' && pull.labels.includes('Emergency')) return;
      speak(forge, pull, asks ?? team, '/emergency let it go');
      for (const who of confirm) speak(forge, pull, who, '/confirm');
    },
  },
  {
    does: 'somebody pushes more onto an emergency’s branch, and its release manager tags that',
    run: (forge, pull, choice) => {
      const branch = [...forge.git.branches.keys()].find((name) => name.startsWith('emergency/'));
      if (branch === undefined) return;
      const more = choice % 2 === 0 ? forge.candidate.locks : new Map([['.github/workflows/x.yml', 'on: push']]);
      forge.git.commit(branch, [forge.git.head(branch)], more);
      if (choice % 3 === 0) tag(forge, pick(REVISIONS, choice), crewOf(pull).release, branch);
    },
  },
  {
    does: 'a verifier believes rows that somebody forged, and approves',
    run: (forge, pull) => complete(forge, pull, crewOf(pull).verifier),
  },
  {
    does: 'a verifier who belongs to the provider completes and approves',
    run: (forge, pull) => complete(forge, pull, PARTIAL),
  },
  {
    does: 'the release manager is hasty',
    run: (forge, pull) => {
      const { release } = crewOf(pull);
      const lane = laneText(pull.subject);
      const out = forge.released();
      const next = forge.ledger.planned[lane]?.find(
        ({ version }) => !out.includes(`${pull.subject.distribution}-${version}`),
      );
      if (next !== undefined) tag(forge, `${pull.subject.distribution}-${next.version}`, release);
    },
  },
  {
    does: 'stranger tags an emergency’s branch',
    run: (forge, _, choice) => {
      const branch = [...forge.git.branches.keys()].find((name) => name.startsWith('emergency/'));
      if (branch !== undefined) tag(forge, pick(REVISIONS, choice), pick(['nobody', 'vera'], choice), branch);
    },
  },
  {
    does: 'strangers approve what governs',
    run: (forge, _, choice) => {
      for (const each of openOnes(forge))
        approveProposal(forge, each, pick(['nobody', 'vera', PARTIAL, 'mara'], choice));
    },
  },
  {
    does: 'other words are pushed under an approval',
    run: (forge, _, choice) => {
      const proposal = pick(openOnes(forge), choice);
      if (proposal === undefined) return;
      const { git } = forge;
      const files = [...git.changed(git.head(proposal.branch), git.head(proposal.base))];
      const change = choice % 2 === 0 ? [['.github/workflows/x.yml', 'on: push'] as const] : files.map(loosened);
      git.commit(proposal.branch, [git.head(proposal.branch)], new Map(change));
    },
  },
  {
    does: 'stranger closes what governs',
    run: (forge, _, choice) => {
      const proposal = pick(openOnes(forge), choice);
      if (proposal !== undefined) proposal.open = false;
    },
  },
  {
    does: 'an exception is proposed by one of its approvers',
    run: (forge, pull) => {
      const { team, release } = crewOf(pull);
      const lock = lockDigest(forge.filesOf(pull).lock?.text ?? '');
      const entry = {
        ppa: nameOf(pull.subject),
        lock,
        reason: 'mine',
        approvers: [team, release],
        until: '2027-12-31',
      };
      const branch = `mine/${pull.number}`;
      if (openOf(forge, branch) !== undefined) return;
      propose(forge, { branch, author: team, title: 'Mine' }, [
        ['releases/exceptions.yml', dump({ exceptions: [entry] })],
      ]);
      for (const who of [team, release, 'nobody']) {
        const made = openOf(forge, branch);
        if (made !== undefined) approveProposal(forge, made, who);
      }
    },
  },
  {
    does: 'it is proposed that what was withdrawn comes back, and approved',
    run: (forge, pull) => {
      const path = `repos/${pull.subject.distribution}.yml`;
      const text = forge.git.text('main', path) ?? '';
      const branch = `again/${forge.next()}`;
      propose(forge, { branch, author: 'vera', title: 'Again' }, [
        [path, text.replace(/^withdrawn:[\s\S]*?(?=^\S|$(?![\s\S]))/m, 'withdrawn: []\n')],
      ]);
      const made = openOf(forge, branch);
      if (made !== undefined) approveProposal(forge, made, crewOf(pull).team);
    },
  },
  {
    does: 'an administrator puts what was withdrawn back into the candidate',
    run: (forge) => {
      const withdrawn = forge.ledger.governing.withdrawn;
      const all = forge.production.flatMap(({ locks }) => [...locks]);
      const back = all.filter(([, text]) => withdrawn.has(/^ppa: (\S+)$/m.exec(text)?.[1] ?? ''));
      if (back.length > 0) forge.git.commit('candidate', [forge.candidate.commit], new Map(back));
    },
  },
  { does: `${PROVIDER} talks`, run: (forge, pull) => forge.say(pull, PROVIDER, 'Thank you all.') },
];
