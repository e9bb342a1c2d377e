import { strFromU8, unzipSync } from 'fflate';
import { isTrusted, type Run, type Trusted } from '#core/rollout/evidence.ts';
import type { ForgeAccess } from '#shell/github.ts';

/** Workflow runs and the evidence they left. */

/** The last 100 runs of a workflow file, newest first, believed ones only; none when the file is not there. */
export async function trustedRuns(
  { octokit, owner, repo }: ForgeAccess,
  workflow: string,
  defaultBranch: string,
): Promise<Run[]> {
  const params = { owner, repo, workflow_id: `${workflow}.yml`, per_page: 100 };
  const found = await octokit.rest.actions.listWorkflowRuns(params).catch(absent);
  const runs = (found?.data.workflow_runs ?? []).map(runOf);
  return runs.filter((run) => isTrusted(run, workflow, defaultBranch)).sort((a, b) => b.id - a.id);
}

/** One run; undefined when it is not there. */
export async function readRun({ octokit, owner, repo }: ForgeAccess, id: number): Promise<Run | undefined> {
  const found = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: id }).catch(absent);
  return found === undefined ? undefined : runOf(found.data);
}

export async function runsOfTag({ octokit, owner, repo }: ForgeAccess, tag: string): Promise<Run[]> {
  const found = await octokit.rest.actions.listWorkflowRunsForRepo({
    owner,
    repo,
    event: 'push',
    branch: tag,
    per_page: 100,
  });
  return found.data.workflow_runs.map(runOf).sort((a, b) => b.id - a.id);
}

interface ListedRun {
  readonly id: number;
  readonly path: string;
  readonly display_title: string;
  readonly event: string;
  readonly head_branch: string | null;
  readonly head_sha: string;
  readonly actor?: { readonly login: string };
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

function runOf(run: ListedRun): Run {
  const { id, path, event, status, conclusion } = run;
  return {
    ...{ id, path, event, conclusion, title: run.display_title, branch: run.head_branch ?? '', sha: run.head_sha },
    ...{
      actor: run.actor?.login ?? '',
      status: status ?? 'queued',
      createdAt: run.created_at,
      updatedAt: run.updated_at,
    },
  };
}

function absent(error: unknown): undefined {
  if ((error as { status?: number }).status === 404) return undefined;
  throw error;
}

/** What an artifact holds, not judged yet. */
export type RawEvidence = Trusted<string>;

/**
 * Texts of the artifacts of that name, newest first, of believed runs only; at most so many are opened.
 * @param trusted believed runs of the workflow that may write it
 */
export async function evidenceNamed(
  { octokit, owner, repo }: ForgeAccess,
  name: string,
  trusted: readonly Run[],
  most = 4,
): Promise<RawEvidence[]> {
  const { data } = await octokit.rest.actions.listArtifactsForRepo({ owner, repo, name, per_page: 30 });
  const believed = new Set(trusted.map(({ id }) => id));
  const artifacts = data.artifacts
    .filter((artifact) => artifact.name === name && !artifact.expired && artifact.size_in_bytes <= LIMIT)
    .filter(({ workflow_run }) => believed.has(workflow_run?.id ?? -1))
    .sort((a, b) => b.id - a.id)
    .slice(0, most);
  const read = artifacts.map(async ({ id, created_at, workflow_run }) => {
    const answer = await octokit.rest.actions.downloadArtifact({ owner, repo, artifact_id: id, archive_format: 'zip' });
    const value = textInZip(new Uint8Array(answer.data as ArrayBuffer));
    return value === undefined
      ? []
      : [{ artifact: id, run: workflow_run?.id ?? 0, createdAt: created_at ?? '', value }];
  });
  return (await Promise.all(read)).flat();
}

/** Bytes, packed and unpacked. */
const LIMIT = 8 * 1024 * 1024;

/** `evidence.json` of an archive of strangers' making: that file alone, and no bomb. Undefined when it is not readable. */
function textInZip(zip: Uint8Array): string | undefined {
  try {
    const files = unzipSync(zip, {
      filter: ({ name, originalSize }) => name === 'evidence.json' && originalSize <= LIMIT,
    });
    const bytes = files['evidence.json'];
    return bytes === undefined ? undefined : strFromU8(bytes);
  } catch {
    return undefined;
  }
}
