import { ACTIONS } from '#scripts/forge/acts/runs.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import { HttpFault } from '#scripts/forge/web/faults.ts';
import { appOfJwt } from './jwt.ts';
import type { Principal } from './principal.ts';

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Who sent it, from `authorization: Bearer|token|Basic`. A token lives in real time: a jump of the virtual clock does not end it under a running job.
 * @throws HttpFault 401 for a token the forge does not know.
 */
export function authenticate(forge: Forge, header: string | undefined): Principal {
  if (header === undefined || header === '') return { kind: 'anonymous' };
  const [scheme = '', value = ''] = header.trim().split(/\s+/, 2);
  const secret = scheme.toLowerCase() === 'basic' ? passwordOf(value) : value;
  if (secret.startsWith('ey') && JWT.test(secret)) return { kind: 'app', app: appOfJwt(forge, secret) };
  return bearer(forge, secret);
}

/** The runner reads every repository, to know its workflows; it writes with its jobs' tokens only. */
const RUNNER: Principal = {
  kind: 'bot',
  actor: ACTIONS,
  permissions: { contents: 'read', actions: 'read' },
  repositories: 'all',
  account: null,
};

function bearer(forge: Forge, secret: string): Principal {
  if (secret === forge.runnerToken) return RUNNER;
  const token = forge.db.tokens.get(secret);
  const expired = token?.expiresAt !== null && new Date(token?.expiresAt ?? 0) <= new Date();
  if (token === undefined || expired) throw new HttpFault(401, 'Bad credentials');
  const { login, appId, permissions, repositories, account } = token;
  if (token.kind === 'user') return { kind: 'user', actor: { login, via: 'user', appId: null } };
  return { kind: 'bot', actor: { login, via: token.kind, appId }, permissions, repositories, account };
}

/** The token of `user:token`; the user's name says nothing, as on GitHub. A token given as the user counts too. */
function passwordOf(encoded: string): string {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const password = text.slice(colon + 1);
  return password === '' || password === 'x-oauth-basic' ? text.slice(0, colon) : password;
}
