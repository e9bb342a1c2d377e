import { createSign } from 'node:crypto';
import type { BuiltInCall } from './built-ins.ts';
import { rest } from './rest.ts';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The app's own sign-in (RFC 7519, RS256). Ten minutes at most; a minute back for clocks that differ. `now` in seconds. */
export function appJwt(issuer: string, privateKey: string, now: number): string {
  const unsigned = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iat: now - 60, exp: now + 540, iss: issuer })}`;
  const signature = createSign('RSA-SHA256').update(unsigned).sign(privateKey.replaceAll('\\n', '\n'), 'base64url');
  return `${unsigned}.${signature}`;
}

/** `permission-pull-requests: write` of the action, as the API writes it. */
function permissionsOf(input: BuiltInCall['input'], names: readonly string[]): Record<string, string> | undefined {
  const wanted = names.flatMap((name) => {
    const level = input(`permission-${name}`);
    return level === '' ? [] : [[name.replaceAll('-', '_'), level]];
  });
  return wanted.length === 0 ? undefined : Object.fromEntries(wanted);
}

const PERMISSIONS = [
  'actions',
  'actions-variables',
  'administration',
  'checks',
  'contents',
  'deployments',
  'environments',
  'issues',
  'members',
  'metadata',
  'packages',
  'pages',
  'pull-requests',
  'secrets',
  'statuses',
  'workflows',
];

type Installation = { id: number; app_slug: string };

/** actions/create-github-app-token: app-id or client-id, private-key, owner, repositories, permission-*, skip-token-revoke. */
export async function createAppToken({ job, input, output, post }: BuiltInCall): Promise<void> {
  const issuer = input('app-id') || input('client-id');
  if (issuer === '') throw new Error('Input required and not supplied: app-id');
  if (input('private-key') === '') throw new Error('Input required and not supplied: private-key');
  const jwt = appJwt(issuer, input('private-key'), Math.floor(Date.now() / 1000));
  job.masks.add(jwt);
  const [ownOwner = '', ownName = ''] = job.repository.split('/');
  const owner = input('owner') || ownOwner;
  const repositories = input('repositories')
    .split(/[\s,]+/)
    .filter((name) => name !== '')
    .map((name) => name.split('/').at(-1) as string);
  if (input('owner') === '' && repositories.length === 0) repositories.push(ownName);
  const where =
    repositories.length > 0 ? `/repos/${owner}/${repositories[0]}/installation` : `/users/${owner}/installation`;
  const installation = (await (await rest(job, jwt, 'GET', where)).json()) as Installation;
  const permissions = permissionsOf(input, PERMISSIONS);
  const made = await rest(job, jwt, 'POST', `/app/installations/${installation.id}/access_tokens`, {
    ...(repositories.length > 0 ? { repositories } : {}),
    ...(permissions === undefined ? {} : { permissions }),
  });
  const { token } = (await made.json()) as { token: string };
  job.masks.add(token);
  output('token', token);
  output('installation-id', String(installation.id));
  output('app-slug', installation.app_slug);
  if (input('skip-token-revoke') === 'true') return;
  post(async () => {
    await rest(job, token, 'DELETE', '/installation/token').catch((cause: Error) => job.voice.warning(cause.message));
  });
}
