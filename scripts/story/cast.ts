/** The people of the story, their teams and what the repository lets the teams do. Logins are told apart by what they do. */

export const ORG = 'umd';
export const REPO = 'release';
export const BOT = 'umd-bot';

export const PEOPLE = {
  provider: 'elena-emi',
  anchors: 'david-igtf',
  releaseTeam: 'joao-release',
  verifier: 'alvaro-verifier',
  secondVerifier: 'ivan-verifier',
  rolloutManager: 'mario-rollout',
  releaseManager: 'ines-manager',
  cesnet: 'petra-cesnet',
  cnaf: 'luca-cnaf',
  security: 'sven-svg',
  criteria: 'carla-criteria',
  outsider: 'otto-outsider',
} as const;

export type Part = keyof typeof PEOPLE;

interface Team {
  readonly slug: string;
  readonly members: readonly Part[];
  readonly role: 'read' | 'triage' | 'write' | 'maintain';
}

/** Team slugs are those of `repos/umd.yml`; early adopters have one team each, `ea-<name>`. */
export const TEAMS: readonly Team[] = [
  { slug: 'release-team', members: ['releaseTeam'], role: 'write' },
  { slug: 'verifiers', members: ['verifier', 'secondVerifier'], role: 'write' },
  { slug: 'staged-rollout-managers', members: ['rolloutManager'], role: 'write' },
  { slug: 'release-managers', members: ['releaseManager'], role: 'maintain' },
  { slug: 'quality-criteria', members: ['criteria'], role: 'triage' },
  { slug: 'vulnerability-group', members: ['security'], role: 'triage' },
  { slug: 'technology-providers', members: ['provider', 'anchors'], role: 'read' },
  { slug: 'early-adopters', members: ['cesnet', 'cnaf'], role: 'read' },
  { slug: 'ea-cesnet', members: ['cesnet'], role: 'read' },
  { slug: 'ea-infn-cnaf', members: ['cnaf'], role: 'read' },
];

/** When it plays, by the forge's clock. Freeze is seven days before each date. GitHub stops schedules after 60 idle days. */
export const BEGIN = new Date('2026-06-01T08:00:00Z');
export const CALENDAR = [
  { version: '5.0.0', date: '2026-07-01' },
  { version: '5.1.0', date: '2026-08-20' },
] as const;
export const LANE = 'umd-5';
