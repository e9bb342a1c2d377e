import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import type { Setting } from '#scripts/forge/state/work.ts';
import { type ForgeEnv, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound } from '#scripts/forge/web/faults.ts';
import { optionalText, textOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** Variables of the repository for workflows. Secrets are set through the admin API only: GitHub wants them sealed. */
export const variables = new Hono<ForgeEnv>();

const at = '/repos/:owner/:repo/actions/variables';

variables.get(at, (c) => {
  const call = reading(c, NEEDS.readVariables);
  const { items, total, headers } = pageOf(c, Object.entries(call.repo.variables));
  return c.json({ total_count: total, variables: items.map(([name, setting]) => show(name, setting)) }, 200, headers);
});

variables.get(`${at}/:name`, (c) => {
  const [name, setting] = named(reading(c, NEEDS.readVariables));
  return c.json(show(name, setting));
});

variables.post(at, async (c) => {
  const call = await writing(c, NEEDS.writeVariables);
  const name = textOf(call.fields, 'name').toUpperCase();
  if (call.repo.variables[name] !== undefined) throw new HttpFault(409, 'Already exists - Variable already exists');
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) throw new HttpFault(422, 'Variable name is invalid');
  const now = call.forge.clock.stamp();
  keep(call, {
    ...call.repo.variables,
    [name]: { value: textOf(call.fields, 'value'), createdAt: now, updatedAt: now },
  });
  return c.json({}, 201);
});

variables.patch(`${at}/:name`, async (c) => {
  const call = await writing(c, NEEDS.writeVariables);
  const [name, setting] = named(call);
  const { [name]: _old, ...others } = call.repo.variables;
  const value = optionalText(call.fields, 'value') ?? setting.value;
  const renamed = optionalText(call.fields, 'name') ?? name;
  keep(call, { ...others, [renamed.toUpperCase()]: { ...setting, value, updatedAt: call.forge.clock.stamp() } });
  return c.body(null, 204);
});

variables.delete(`${at}/:name`, async (c) => {
  const call = await writing(c, NEEDS.writeVariables);
  const { [named(call)[0]]: _gone, ...others } = call.repo.variables;
  keep(call, others);
  return c.body(null, 204);
});

function keep({ forge, repo }: RepoCall, all: Readonly<Record<string, Setting>>): void {
  forge.db.repos.patch(repo.id, { variables: all });
}

function named({ c, repo }: RepoCall): [string, Setting] {
  const name = param(c, 'name').toUpperCase();
  const found = Object.entries(repo.variables).find(([key]) => key.toUpperCase() === name);
  if (found === undefined) throw notFound();
  return found;
}

function show(name: string, { value, createdAt, updatedAt }: Setting) {
  return { name, value, created_at: createdAt, updated_at: updatedAt };
}
