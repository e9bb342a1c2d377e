import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Artifact } from '#scripts/forge/state/automation.ts';
import { type ForgeEnv, param } from '#scripts/forge/web/env.ts';
import { runNamed } from './runs.ts';

/** Zips a run leaves behind. */
export const artifactUploads = new Hono<ForgeEnv>();

artifactUploads.put('/_runner/runs/:id/artifacts/:name', async (c) => {
  const forge = c.get('forge');
  const { run, repo } = runNamed(c);
  const bytes = Buffer.from(await c.req.arrayBuffer());
  const name = param(c, 'name');
  for (const old of forge.db.artifactsIn(run.id).filter((artifact) => artifact.name === name))
    forge.db.artifacts.delete(old.id);
  const id = forge.db.nextId();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const artifact = {
    id,
    repoId: repo.id,
    runId: run.id,
    name,
    size: bytes.length,
    sha256,
    createdAt: forge.clock.stamp(),
  };
  mkdirSync(join(forge.files, 'artifacts'), { recursive: true });
  writeFileSync(artifactPath(forge, artifact), bytes);
  forge.db.artifacts.put(id, artifact);
  return c.json({ id, name, size: bytes.length, digest: `sha256:${sha256}` }, 201);
});

/** Where an artifact's zip lies. */
export function artifactPath(forge: Forge, { id }: Pick<Artifact, 'id'>): string {
  return join(forge.files, 'artifacts', `${id}.zip`);
}
