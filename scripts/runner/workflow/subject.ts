import type { ForgeEvent, Payload } from '#scripts/runner/protocol.ts';

/** The refs of the repository, as far as choosing a commit needs them. */
export type KnownRefs = { defaultBranch: string; sha: (ref: string) => string | undefined };

/** One event under one of the names a workflow can listen to, with the commit whose workflow files count. */
export type Subject = {
  event: string;
  /** GITHUB_SHA and GITHUB_REF. The workflow files are read at `sha`. */
  sha: string;
  ref: string;
  /** What the run is listed under. */
  headSha: string;
  headBranch: string | null;
  /** Set for pull requests only. */
  baseRef: string;
  headRef: string;
  pulls: number[];
  /** A pull request from another repository under the `pull_request` events: read-only token, no secrets. */
  fork: boolean;
  payload: Payload;
};

type PullPayload = {
  number: number;
  merged?: boolean;
  merge_commit_sha?: string | null;
  head: { ref: string; sha: string; repo: { full_name: string } | null };
  base: { ref: string; sha: string; repo: { full_name: string } };
};

const branchName = (ref: string) => ref.replace(/^refs\/(heads|tags)\//, '');

function at(event: ForgeEvent, name: string, ref: string, sha: string | undefined): Subject[] {
  if (sha === undefined) return [];
  const headBranch = branchName(ref);
  return [
    {
      event: name,
      sha,
      ref,
      headSha: sha,
      headBranch,
      baseRef: '',
      headRef: '',
      pulls: [],
      fork: false,
      payload: event.payload,
    },
  ];
}

/** Events that are not about a commit run the default branch's workflows ("Events that trigger workflows", each GITHUB_SHA). */
function atDefault(event: ForgeEvent, refs: KnownRefs, name = event.event): Subject[] {
  const ref = `refs/heads/${refs.defaultBranch}`;
  return at(event, name, ref, refs.sha(ref));
}

function pullOf(event: ForgeEvent): PullPayload {
  return event.payload.pull_request as PullPayload;
}

/** `pull_request` and reviews: the merge of head into base. A pull request in conflict has none, and starts nothing. */
function atMerge(event: ForgeEvent, refs: KnownRefs): Subject[] {
  const pull = pullOf(event);
  const ref = pull.merged === true ? `refs/heads/${pull.base.ref}` : `refs/pull/${pull.number}/merge`;
  const sha = pull.merged === true ? (pull.merge_commit_sha ?? undefined) : refs.sha(ref);
  const fork = pull.head.repo?.full_name !== pull.base.repo.full_name;
  return at(event, event.event, ref, sha).map((subject) => ({
    ...subject,
    headSha: pull.head.sha,
    headBranch: pull.head.ref,
    ...pullFields(pull),
    fork,
  }));
}

function pullFields(pull: PullPayload) {
  return { baseRef: pull.base.ref, headRef: pull.head.ref, pulls: [pull.number] };
}

/** `pull_request_target` runs the default branch, whatever the base ("Events that trigger workflows", since December 2025). */
function atTarget(event: ForgeEvent, refs: KnownRefs): Subject[] {
  return atDefault(event, refs, 'pull_request_target').map((subject) => ({ ...subject, ...pullFields(pullOf(event)) }));
}

function dispatchRef(given: unknown, refs: KnownRefs): string {
  const name = typeof given === 'string' && given !== '' ? given : refs.defaultBranch;
  if (name.startsWith('refs/')) return name;
  return refs.sha(`refs/heads/${name}`) !== undefined ? `refs/heads/${name}` : `refs/tags/${name}`;
}

const fields = (payload: Payload) => payload as { [name: string]: { [name: string]: unknown } | undefined };

/** What an event may start: usually one subject, two for a pull request, none for a deletion. */
export function subjectsOf(event: ForgeEvent, refs: KnownRefs): Subject[] {
  const { payload } = event;
  switch (event.event) {
    case 'push':
      return payload.deleted === true ? [] : at(event, 'push', String(payload.ref), String(payload.after));
    case 'pull_request':
      return [...atMerge(event, refs), ...atTarget(event, refs)];
    case 'pull_request_review':
    case 'pull_request_review_comment':
      return atMerge(event, refs);
    case 'create': {
      const ref = `refs/${payload.ref_type === 'tag' ? 'tags' : 'heads'}/${branchName(String(payload.ref))}`;
      return at(event, 'create', ref, refs.sha(ref));
    }
    case 'release': {
      const ref = `refs/tags/${String(fields(payload).release?.tag_name)}`;
      return at(event, 'release', ref, refs.sha(ref));
    }
    case 'workflow_dispatch': {
      const ref = dispatchRef(payload.ref, refs);
      return at(event, 'workflow_dispatch', ref, refs.sha(ref));
    }
    default:
      return atDefault(event, refs);
  }
}
