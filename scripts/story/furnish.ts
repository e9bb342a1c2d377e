import { join } from 'node:path';
import type { RunningForge } from '#scripts/forge/start.ts';
import { setUpRepository } from '#scripts/setup-repository.ts';
import type { World } from '#scripts/world/world.ts';
import { BOT, ORG, type Part, PEOPLE, REPO, TEAMS } from './cast.ts';
import { type Opening, releasedBefore } from './opening.ts';
import { type Person, person } from './person.ts';
import { seed } from './seed.ts';

/** What the platforms of the local world ask for in `runs-on`: this machine has it. */
export const RUNS_ON = ['self-hosted', 'umd-verification'];

const repository = `${ORG}/${REPO}`;

/** Everybody gets an account and a token of their own; the teams get their rights on the release repo. */
export async function populate({ admin, url }: RunningForge): Promise<Record<Part, Person>> {
  const api = `${url}/api/v3`;
  const entries = (Object.entries(PEOPLE) as [Part, string][]).map(([part, login]) => [
    part,
    person(login, admin.createUser({ login }).token, api),
  ]);
  admin.createOrg({ login: ORG, name: 'Unified Middleware Distribution' });
  await admin.createRepo({ owner: ORG, name: REPO, description: 'The release repo of UMD, in the local world' });
  for (const { slug, members, role } of TEAMS) {
    admin.createTeam({
      org: ORG,
      name: slug,
      members: members.map((part) => PEOPLE[part]),
      repos: { [repository]: role },
    });
  }
  return Object.fromEntries(entries) as Record<Part, Person>;
}

interface Site {
  readonly store: string;
  readonly publicUrl: string;
  readonly dir: string;
  readonly checkout: string;
  readonly opening: Opening;
}

/** The release repo: its first commit, the bot, variables and secrets, protected branches. */
export async function furnish(
  { admin, url }: RunningForge,
  world: World,
  { store, publicUrl, dir, checkout, opening }: Site,
): Promise<void> {
  const bot = admin.createApp({ slug: BOT, owner: ORG, permissions: BOT_PERMISSIONS });
  const { token } = admin.createUser({ login: 'umd-admin' });
  admin.setCollaborator({ repository, login: 'umd-admin', role: 'admin' });
  const declared = world.seedFiles({
    people: { EMI: [PEOPLE.provider], IGTF: [PEOPLE.anchors] },
    earlyAdopters: { cesnet: [PEOPLE.cesnet], 'infn-cnaf': [PEOPLE.cnaf] },
    calendar: opening.calendar,
    runsOn: RUNS_ON,
  });
  const files = { ...declared, ...(await releasedBefore(opening, world, store)) };
  const remote = `${url.replace('://', `://umd-admin:${token}@`)}/${repository}.git`;
  await seed(checkout, join(dir, 'seed'), files, remote, opening.released?.tag);
  const variables = {
    STORE: store,
    PUBLIC_URL: publicUrl,
    FETCH_ALLOW: world.address,
    APP_ID: String(bot.id),
    LOCAL_WORLD: 'true',
  };
  for (const [name, value] of Object.entries(variables)) admin.setVariable({ repository, name, value });
  const { octokit } = person('umd-admin', token, `${url}/api/v3`);
  await setUpRepository({ octokit, owner: ORG, repo: REPO, app: BOT, releaseTeam: 'release-team' });
  admin.setSecret({ repository, environment: 'automation', name: 'APP_PRIVATE_KEY', value: bot.privateKey });
  admin.setSecret({ repository, environment: 'publish', name: 'SIGNING_KEY', value: world.keys.distribution.secret });
}

/** What the App may do on the release repo; the same list is in the README for GitHub. */
export const BOT_PERMISSIONS = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  members: 'read',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'write',
} as const;
