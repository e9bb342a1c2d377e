import { createSign } from 'node:crypto';
import type { RunningForge } from '#scripts/forge/start.ts';

/** An installation token of the pipeline's app, had as create-github-app-token has it. */
export async function appToken({ admin, url }: RunningForge): Promise<string> {
  const write = ['actions', 'checks', 'contents', 'issues', 'pull_requests', 'statuses'].map((scope) => [
    scope,
    'write',
  ]);
  const permissions = { ...Object.fromEntries(write), members: 'read', metadata: 'read' };
  const { id, installationId, privateKey } = admin.createApp({ slug: 'umd-bot', owner: 'umd', permissions });
  const now = Math.floor(Date.now() / 1000); // a signer reads its machine's clock
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 60, exp: now + 300, iss: String(id) })}`;
  const jwt = `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
  const path = `${url}/api/v3/app/installations/${installationId}/access_tokens`;
  const answer = await fetch(path, { method: 'POST', headers: { authorization: `Bearer ${jwt}` } });
  if (!answer.ok) throw new Error(`No token for the app: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { token: string }).token;
}
