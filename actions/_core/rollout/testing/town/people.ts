import { dump } from 'js-yaml';
import type { Distribution } from '#core/distribution/distribution.ts';
import type { World } from '../../facts.ts';

/** Who lives in the town of the histories, and what is declared there. Written by hand: nothing here is computed from the rules under test. */

const TEAMS = {
  'release-team': 'release-team',
  verifier: 'verifiers',
  'staged-rollout-manager': 'staged-rollout-managers',
  'release-manager': 'release-managers',
  'early-adopter': 'early-adopters',
  'quality-criteria': 'quality-criteria',
  'vulnerability-group': 'vulnerability-group',
  'technology-provider': 'technology-providers',
} as const;

const PLATFORM = {
  os: 'debian-12',
  arch: 'amd64',
  format: 'deb',
  title: 'Debian 12',
  suite: 'bookworm',
  base: [],
  runsOn: ['verify'],
  environment: { provider: 'nspawn', image: 'debian-12' },
} as const;

const declared = (distribution: string, major: number): Distribution => ({
  distribution,
  title: distribution.toUpperCase(),
  contact: 'umd@example.org',
  majors: [{ major, platforms: ['debian-12/amd64'] }],
  platforms: { 'debian-12/amd64': PLATFORM },
  teams: TEAMS,
  withdrawn: [],
});

/** Two lanes with people of their own: a verifier of one is nobody in the other. */
export const DISTRIBUTIONS: readonly Distribution[] = [declared('umd', 5), declared('cmd', 1)];

export const ROLES: World['roles'] = {
  umd: {
    verifier: ['vera', 'toni'],
    'staged-rollout-manager': ['mara'],
    'release-manager': ['rita'],
    'release-team': ['rolf'],
    'vulnerability-group': ['sven', 'toni', 'rolf'],
  },
  cmd: {
    verifier: ['cleo'],
    'staged-rollout-manager': ['milo'],
    'release-manager': ['rudi'],
    'release-team': ['rolf'],
  },
};

/** What stands on the default branch at first, path → text: as a person writes it, parsed like everything from there. */
export const DECLARED: ReadonlyMap<string, string> = new Map(
  DISTRIBUTIONS.map((each) => [`repos/${each.distribution}.yml`, dump(each)]),
);

/** Toni verifies, and sits in the vulnerability group, but belongs to the provider: his approval of its product is worth nothing, nor his word on an emergency of it. */
export const PARTIAL = 'toni';
export const PROVIDER = 'piet';
/** Of the vulnerability group, and of no provider. */
export const SECURITY = 'sven';

/** Early adopter team → its one member. */
export const ADOPTERS: Readonly<Record<string, string>> = { cesga: 'carla', lip: 'luis' };

/** People who may do nothing that moves a PPA of that lane. */
export const STRANGERS: Readonly<Record<string, readonly string[]>> = {
  umd: ['nobody', 'piet', 'cleo', 'milo', 'rudi'],
  cmd: ['nobody', 'piet', 'vera', 'mara', 'rita', 'toni'],
};

export interface Crew {
  readonly verifier: string;
  readonly staged: string;
  readonly release: string;
  /** Of the release team. */
  readonly team: string;
}
export const CREWS: Readonly<Record<string, Crew>> = {
  umd: { verifier: 'vera', staged: 'mara', release: 'rita', team: 'rolf' },
  cmd: { verifier: 'cleo', staged: 'milo', release: 'rudi', team: 'rolf' },
};

/** Planned releases, copied by hand into what is declared and into the judge of freezes. */
export const PLANNED: Readonly<Record<string, readonly { readonly version: string; readonly date: string }[]>> = {
  'umd-5': [
    { version: '5.0.0', date: '2026-02-02' },
    { version: '5.1.0', date: '2026-05-04' },
    { version: '5.2.0', date: '2026-08-03' },
    { version: '5.3.0', date: '2026-11-02' },
    { version: '5.4.0', date: '2027-02-01' },
  ],
  'cmd-1': [
    { version: '1.0.0', date: '2026-02-16' },
    { version: '1.1.0', date: '2026-06-01' },
    { version: '1.2.0', date: '2026-09-07' },
    { version: '1.3.0', date: '2026-12-07' },
  ],
};
export const FREEZE_DAYS = 7;
