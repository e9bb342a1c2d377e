import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { matches } from '#scripts/runner/workflow/patterns.ts';
import type { BuiltInCall } from './built-ins.ts';
import { rest } from './rest.ts';

type Artifact = { id: number; name: string };

async function listed({ job, input }: BuiltInCall, token: string): Promise<Artifact[]> {
  const repository = input('repository') || job.repository;
  const run = input('run-id') || String(job.runId);
  const found: Artifact[] = [];
  for (let page = 1; ; page += 1) {
    const path = `/repos/${repository}/actions/runs/${run}/artifacts?per_page=100&page=${page}`;
    const { artifacts } = (await (await rest(job, token, 'GET', path)).json()) as { artifacts: Artifact[] };
    found.push(...artifacts);
    if (artifacts.length < 100) return found;
  }
}

/** Names in a zip are data from another job: none may leave the folder. */
async function unpack(zip: Uint8Array, folder: string): Promise<number> {
  const files = Object.entries(unzipSync(zip)).filter(([name]) => !name.endsWith('/'));
  for (const [name, body] of files) {
    const file = resolve(folder, name);
    if (relative(folder, file).startsWith('..'))
      throw new Error(`the artifact names a file outside its folder: ${name}`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
  }
  return files.length;
}

/** actions/download-artifact: name, pattern, path, merge-multiple, run-id, repository, github-token. */
export async function downloadArtifact(call: BuiltInCall): Promise<void> {
  const { job, input, output } = call;
  const token = input('github-token') || job.token;
  const repository = input('repository') || job.repository;
  const name = input('name');
  const pattern = input('pattern');
  const all = await listed(call, token);
  const chosen = all.filter((artifact) =>
    name !== '' ? artifact.name === name : pattern === '' || matches([pattern], artifact.name),
  );
  if (name !== '' && chosen.length === 0)
    throw new Error(`Unable to download artifact(s): Artifact not found for name: ${name}`);
  const folder = resolve(job.workspace, input('path'));
  const flat = name !== '' || input('merge-multiple') === 'true';
  for (const artifact of chosen) {
    const answer = await rest(job, token, 'GET', `/repos/${repository}/actions/artifacts/${artifact.id}/zip`);
    const count = await unpack(new Uint8Array(await answer.arrayBuffer()), flat ? folder : join(folder, artifact.name));
    job.voice.line(`artifact ${artifact.name}: ${count} file(s)`);
  }
  output('download-path', folder);
}
