import type { Machine } from '#scripts/runner/machine.ts';
import type { ForgeEvent } from '#scripts/runner/protocol.ts';
import type { Subject } from '#scripts/runner/workflow/subject.ts';
import type { Workflow } from '#scripts/runner/workflow/workflow.ts';

type RepositoryPayload = { id?: number; private?: boolean; owner?: { id?: number } };

/** The `github` context as far as the run knows it ("Contexts reference", `github`). */
export function githubContext(
  machine: Machine,
  event: ForgeEvent,
  subject: Subject,
  workflow: Workflow,
): { [name: string]: unknown } {
  const [owner = ''] = event.repository.split('/');
  const repository = (event.payload.repository ?? {}) as RepositoryPayload;
  const { ref, sha } = subject;
  return {
    actor: event.actor.login,
    actor_id: String(event.actor.id ?? ''),
    triggering_actor: event.actor.login,
    api_url: `${machine.forgeUrl}/api/v3`,
    graphql_url: `${machine.forgeUrl}/api/graphql`,
    server_url: machine.forgeUrl,
    base_ref: subject.baseRef,
    head_ref: subject.headRef,
    event: subject.payload,
    event_name: subject.event,
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: false,
    repository: event.repository,
    repository_id: String(repository.id ?? ''),
    repository_owner: owner,
    repository_owner_id: String(repository.owner?.id ?? ''),
    repositoryUrl: `git://${new URL(machine.forgeUrl).host}/${event.repository}.git`,
    retention_days: '90',
    run_attempt: '1',
    secret_source: 'Actions',
    sha,
    workflow: workflow.name,
    workflow_ref: `${event.repository}/${workflow.path}@${ref}`,
    workflow_sha: sha,
  };
}

/** GITHUB_* of the context's plain values ("Variables reference"). */
export function githubEnv(github: { readonly [name: string]: unknown }): Record<string, string> {
  const left = new Set(['event', 'token', 'action_path', 'repositoryUrl']);
  return Object.fromEntries(
    Object.entries(github)
      .filter(([name, value]) => !left.has(name) && value !== undefined && value !== null && typeof value !== 'object')
      .map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, String(value)]),
  );
}
