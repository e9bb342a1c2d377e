import { zipSync } from 'fflate';

interface Left {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Whose run it is, `verify-ppa`. */
  readonly workflow: string;
  readonly branch: string;
  readonly sha: string;
}

/** As a dispatched run of a workflow leaves an artifact behind, told to the forge as a runner does. */
export async function leftArtifact(
  forge: { readonly url: string; readonly runnerToken: string },
  { name, files, workflow, branch, sha }: Left,
): Promise<void> {
  const authorization = `Bearer ${forge.runnerToken}`;
  const run = {
    ...{ repository: 'umd/release', workflow_path: `.github/workflows/${workflow}.yml`, name: workflow },
    ...{ event: 'workflow_dispatch', head_sha: sha, head_branch: branch, actor: 'rita', pull_requests: [] },
  };
  const headers = { authorization, 'content-type': 'application/json' };
  const made = await fetch(`${forge.url}/_runner/runs`, { method: 'POST', headers, body: JSON.stringify(run) });
  const { id } = (await made.json()) as { id: number };
  const put = { method: 'PUT', headers: { authorization }, body: zipSync(files) };
  const answer = await fetch(`${forge.url}/_runner/runs/${id}/artifacts/${name}`, put);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}
