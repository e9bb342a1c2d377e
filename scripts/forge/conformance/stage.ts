import { generateKeyPairSync, sign } from 'node:crypto';
import type { Octokit } from '@octokit/rest';
import type { Bench } from './bench.ts';

/** The world the conformance scenes play in: one organisation, one repository, people with different rights. */
export interface Stage {
  readonly bench: Bench;
  readonly at: { readonly owner: string; readonly repo: string };
  readonly owner: Octokit;
  readonly maintainer: Octokit;
  readonly outsider: Octokit;
  readonly app: Octokit;
}

export const WORKFLOW = `name: check
on:
  workflow_dispatch:
    inputs:
      pull: { required: true }
      depth: { default: '1' }
jobs: {}
`;

export async function setStage(bench: Bench): Promise<Stage> {
  const { admin } = bench;
  const [owner, maintainer, outsider] = [bench.person('owner'), bench.person('maintainer'), bench.person('outsider')];
  admin.createOrg({ login: 'umd', name: 'UMD', owners: ['owner'] });
  await admin.createRepo({
    owner: 'umd',
    name: 'release',
    by: 'owner',
    files: { 'README.md': '# Release\n', '.github/workflows/check.yml': WORKFLOW },
  });
  admin.createTeam({ org: 'umd', name: 'Release team', members: ['maintainer'], repos: { 'umd/release': 'write' } });
  const at = { owner: 'umd', repo: 'release' };
  return { bench, at, owner, maintainer, outsider, app: await signIn(bench, at) };
}

/** An app signs in as actions/create-github-app-token does: JWT, installation, token. */
async function signIn(bench: Bench, at: Stage['at']): Promise<Octokit> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const permissions = {
    actions: 'write',
    checks: 'write',
    contents: 'write',
    issues: 'write',
    members: 'read',
    metadata: 'read',
    pull_requests: 'write',
    statuses: 'write',
  } as const;
  const { id } = bench.admin.createApp({ slug: 'umd-bot', owner: 'umd', permissions, publicKey });
  const itself = bench.client(jwt(id, privateKey));
  await itself.rest.apps.getAuthenticated();
  await itself.rest.apps.listInstallations();
  await itself.rest.apps.getOrgInstallation({ org: 'umd' });
  const { data: installation } = await itself.rest.apps.getRepoInstallation(at);
  await itself.rest.apps.getInstallation({ installation_id: installation.id });
  const { data } = await itself.rest.apps.createInstallationAccessToken({
    installation_id: installation.id,
    repositories: ['release'],
  });
  return bench.client(data.token);
}

/** @param issuer the app's number */
export function jwt(issuer: number, privateKey: string, now = Math.floor(Date.now() / 1000)): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 60, exp: now + 540, iss: String(issuer) })}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
}
