import { Hono } from 'hono';
import { NEEDS } from '#scripts/forge/access/needs.ts';
import { actorOf } from '#scripts/forge/access/principal.ts';
import type { Artifact } from '#scripts/forge/state/automation.ts';
import { showArtifact } from '#scripts/forge/views/runs.ts';
import { type ForgeEnv, param, type RepoCall, reading, writing } from '#scripts/forge/web/env.ts';
import { HttpFault, notFound } from '#scripts/forge/web/faults.ts';
import { pageOf } from '#scripts/forge/web/page.ts';
import { fileAddress } from './files.ts';
import { runOf } from './runs.ts';

/** What runs left behind, as zips. */
export const artifacts = new Hono<ForgeEnv>();

artifacts.get('/repos/:owner/:repo/actions/artifacts', (c) => {
  const call = reading(c, NEEDS.readActions);
  return list(call, call.forge.db.artifactsOf(call.repo.id));
});

artifacts.get('/repos/:owner/:repo/actions/runs/:id/artifacts', (c) => {
  const call = reading(c, NEEDS.readActions);
  return list(call, call.forge.db.artifactsIn(runOf(call).id));
});

artifacts.get('/repos/:owner/:repo/actions/artifacts/:id', (c) => {
  const call = reading(c, NEEDS.readActions);
  return c.json(showArtifact(call.forge, call.repo, artifactOf(call)));
});

artifacts.delete('/repos/:owner/:repo/actions/artifacts/:id', async (c) => {
  const call = await writing(c, NEEDS.writeActions);
  call.forge.db.artifacts.delete(artifactOf(call).id);
  return c.body(null, 204);
});

artifacts.get('/repos/:owner/:repo/actions/artifacts/:id/:format', (c) => {
  const call = reading(c, NEEDS.readActions);
  actorOf(call.principal);
  if (param(c, 'format') !== 'zip') throw notFound();
  const artifact = artifactOf(call);
  if (showArtifact(call.forge, call.repo, artifact).expired) throw new HttpFault(410, 'Artifact has expired');
  return c.redirect(fileAddress(call.forge, `artifacts/${artifact.id}.zip`), 302);
});

/** Newest first; `name` must match exactly. */
function list(call: RepoCall, all: readonly Artifact[]): Response {
  const name = call.c.req.query('name');
  const found = all.filter((artifact) => name === undefined || artifact.name === name).toReversed();
  const { items, total, headers } = pageOf(call.c, found);
  return call.c.json(
    { total_count: total, artifacts: items.map((artifact) => showArtifact(call.forge, call.repo, artifact)) },
    200,
    headers,
  );
}

function artifactOf({ c, forge, repo }: RepoCall): Artifact {
  const artifact = forge.db.artifacts.get(param(c, 'id'));
  if (artifact?.repoId !== repo.id) throw notFound();
  return artifact;
}
