import { Hono } from 'hono';
import { type Admin, makeAdmin } from '#scripts/forge/admin/admin.ts';
import { stampOf } from '#scripts/forge/state/clock.ts';
import { type ForgeEnv, param } from '#scripts/forge/web/env.ts';
import { HttpFault, unprocessable } from '#scripts/forge/web/faults.ts';
import { fieldsOf, optionalText } from '#scripts/forge/web/fields.ts';

/** The administrator's acts over HTTP, for those in another process: the body is the TS function's argument. */
export const seams = new Hono<ForgeEnv>();

seams.post('/_forge/clock', async (c) => {
  const forge = c.get('forge');
  const fields = await fieldsOf(c.req.raw);
  const at = optionalText(fields, 'set');
  if (typeof at === 'string') {
    if (Number.isNaN(Date.parse(at))) throw unprocessable(`${at} is no time.`);
    makeAdmin(forge).set(new Date(at));
  }
  if (typeof fields.advanceSeconds === 'number') makeAdmin(forge).advance(fields.advanceSeconds * 1000);
  return c.json({ now: stampOf(forge.clock.now()) });
});

const ACTS: Readonly<Record<string, keyof Admin>> = {
  users: 'createUser',
  orgs: 'createOrg',
  teams: 'createTeam',
  members: 'addMember',
  'team-grants': 'grantTeam',
  collaborators: 'setCollaborator',
  tokens: 'createToken',
  apps: 'createApp',
  repos: 'createRepo',
  variables: 'setVariable',
  secrets: 'setSecret',
  environments: 'setEnvironment',
  protections: 'protectBranch',
};

seams.post('/_forge/:act', async (c) => {
  const name = ACTS[param(c, 'act')];
  if (name === undefined) throw new HttpFault(501, `/_forge/${param(c, 'act')} is not part of the local forge`);
  const act = makeAdmin(c.get('forge'))[name] as (asked: unknown) => unknown;
  const result = await act(await fieldsOf(c.req.raw));
  return c.json(typeof result === 'string' ? { token: result } : (result ?? {}), 201);
});
