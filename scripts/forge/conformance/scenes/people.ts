import { generateKeyPairSync } from 'node:crypto';
import { jwt, type Stage } from '#scripts/forge/conformance/stage.ts';

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

export async function people({ owner, maintainer, app, at, bench }: Stage): Promise<void> {
  await owner.rest.users.getAuthenticated();
  await owner.rest.users.getByUsername({ username: 'maintainer' });
  await owner.rest.orgs.listForAuthenticatedUser();
  await owner.rest.orgs.get({ org: 'umd' });
  await owner.rest.orgs.listMembers({ org: 'umd' });
  await owner.rest.orgs.checkMembershipForUser({ org: 'umd', username: 'maintainer' });
  await owner.rest.orgs.getMembershipForUser({ org: 'umd', username: 'maintainer' });
  await app.rest.teams.list({ org: 'umd' });
  await app.rest.teams.getByName({ org: 'umd', team_slug: 'release-team' });
  await app.rest.teams.listMembersInOrg({ org: 'umd', team_slug: 'release-team' });
  await app.rest.teams.getMembershipForUserInOrg({ org: 'umd', team_slug: 'release-team', username: 'maintainer' });
  await owner.rest.repos.listTeams(at);
  await maintainer.rest.rateLimit.get();
  await app.rest.apps.listReposAccessibleToInstallation();
  const { id } = bench.admin.createApp({
    slug: 'personal',
    owner: 'owner',
    permissions: { contents: 'read' },
    publicKey: keys.publicKey,
  });
  await bench.client(jwt(id, keys.privateKey)).rest.apps.getUserInstallation({ username: 'owner' });
}
