import { approve, rebuild, speak, tag } from './duties.ts';
import type { Forge, TownPull } from './forge.ts';
import { publish } from './machines.ts';
import { CREWS, type Crew, PARTIAL, PROVIDER, STRANGERS } from './people.ts';

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
  { does: `${PROVIDER} talks`, run: (forge, pull) => forge.say(pull, PROVIDER, 'Thank you all.') },
];
