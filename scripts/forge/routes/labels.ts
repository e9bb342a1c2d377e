import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { addLabel, addLabels, deleteLabel, labelNamed, removeLabels, setLabels } from '#scripts/forge/acts/labels.ts';
import type { Label } from '#scripts/forge/state/work.ts';
import { labelsOf, showLabel } from '#scripts/forge/views/issue.ts';
import { type Call, type ForgeEnv, issueOf, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault, invalid, notFound, unprocessable } from '#scripts/forge/web/faults.ts';
import { type Fields, optionalText, parsed, textOf } from '#scripts/forge/web/fields.ts';
import { pageOf } from '#scripts/forge/web/page.ts';

/** The repository's labels, and those on an issue or pull request. */
export const labels = new Hono<ForgeEnv>();

labels.get('/repos/:owner/:repo/labels', (c) => {
  const { forge, repo } = reading(c, NEEDS.readIssues);
  const { items, headers } = pageOf(c, forge.db.labelsOf(repo.id));
  return c.json(
    items.map((label) => showLabel(forge, repo, label)),
    200,
    headers,
  );
});

labels.post('/repos/:owner/:repo/labels', async (c) => {
  const { forge, repo, fields } = await writing(c, NEEDS.manageLabels);
  const name = textOf(fields, 'name');
  if (labelNamed(forge, repo, name) !== undefined) throw invalid('Label', 'name', 'already_exists');
  const color = optionalText(fields, 'color') ?? 'ededed';
  const label = addLabel(forge, repo, {
    name,
    color: checkColor(color),
    description: optionalText(fields, 'description') ?? null,
  });
  return c.json(showLabel(forge, repo, label), 201);
});

labels.get('/repos/:owner/:repo/labels/:name', (c) => {
  const call = reading(c, NEEDS.readIssues);
  return c.json(showLabel(call.forge, call.repo, labelOf(call)));
});

labels.patch('/repos/:owner/:repo/labels/:name', async (c) => {
  const call = await writing(c, NEEDS.manageLabels);
  const { forge, repo, fields } = call;
  const label = labelOf(call);
  const name = optionalText(fields, 'new_name') ?? optionalText(fields, 'name') ?? label.name;
  const twin = labelNamed(forge, repo, name);
  if (twin !== undefined && twin.id !== label.id) throw invalid('Label', 'name', 'already_exists');
  const color = checkColor(optionalText(fields, 'color') ?? label.color);
  const description = optionalText(fields, 'description');
  const changed = forge.db.labels.patch(label.id, {
    name,
    color,
    description: description === undefined ? label.description : description,
  });
  return c.json(showLabel(forge, repo, changed));
});

labels.delete('/repos/:owner/:repo/labels/:name', async (c) => {
  const call = await writing(c, NEEDS.manageLabels);
  deleteLabel(call.forge, call.repo, labelOf(call));
  return c.body(null, 204);
});

labels.get('/repos/:owner/:repo/issues/:number/labels', (c) => {
  const call = reading(c, NEEDS.readIssues);
  const { items, headers } = pageOf(c, labelsOf(call.forge, issueOf(call)));
  return c.json(
    items.map((label) => showLabel(call.forge, call.repo, label)),
    200,
    headers,
  );
});

labels.post('/repos/:owner/:repo/issues/:number/labels', async (c) => {
  const { call, names, actor } = await labelling(c);
  await addLabels(call.forge, actor, call.repo, issueOf(call), names);
  return showPresent(call);
});

labels.put('/repos/:owner/:repo/issues/:number/labels', async (c) => {
  const { call, names, actor } = await labelling(c);
  await setLabels(call.forge, actor, call.repo, issueOf(call), names);
  return showPresent(call);
});

labels.delete('/repos/:owner/:repo/issues/:number/labels', async (c) => {
  const call = await writing(c, NEEDS.triage);
  await removeLabels(call.forge, call.actor, call.repo, issueOf(call), labelsOf(call.forge, issueOf(call)));
  return c.body(null, 204);
});

labels.delete('/repos/:owner/:repo/issues/:number/labels/:name', async (c) => {
  const call = await writing(c, NEEDS.triage);
  const label = labelNamed(call.forge, call.repo, param(c, 'name'));
  if (label === undefined || !issueOf(call).labels.includes(label.id)) throw new HttpFault(404, 'Label does not exist');
  await removeLabels(call.forge, call.actor, call.repo, issueOf(call), [label]);
  return showPresent(call);
});

/** GitHub takes `{labels: […]}`, a bare list of names, and lists of `{name}`. */
async function labelling(c: Call) {
  const text = await c.req.raw.clone().text();
  const value = text === '' ? {} : parsed(text);
  const call = Array.isArray(value)
    ? await writing(withBody(c, { labels: value }), NEEDS.triage)
    : await writing(c, NEEDS.triage);
  return { call, actor: call.actor, names: namesOf(call.fields) };
}

function withBody(c: Call, body: Fields): Call {
  c.req.raw = new Request(c.req.raw, { body: JSON.stringify(body) });
  return c;
}

/** @throws HttpFault 422 unless every item is a name or has one. */
export function namesOf(fields: Fields): string[] {
  const list = fields.labels ?? [];
  if (!Array.isArray(list)) throw unprocessable("Invalid request.\n\nFor 'properties/labels', it is not an array.");
  return list.map((item: unknown) => {
    const name = typeof item === 'object' && item !== null ? (item as Fields).name : item;
    if (typeof name !== 'string' || name === '') throw invalid('Label', 'name', 'missing_field');
    return name;
  });
}

function showPresent(call: RepoCall): Response {
  return call.c.json(labelsOf(call.forge, issueOf(call)).map((label) => showLabel(call.forge, call.repo, label)));
}

function labelOf({ c, forge, repo }: RepoCall): Label {
  const label = labelNamed(forge, repo, param(c, 'name'));
  if (label === undefined) throw notFound();
  return label;
}

function checkColor(color: string): string {
  if (!/^[0-9a-f]{6}$/i.test(color)) throw invalid('Label', 'color', 'invalid');
  return color;
}
