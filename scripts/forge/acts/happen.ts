import type { Actor } from '#scripts/forge/access/principal.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Issue } from '#scripts/forge/state/work.ts';

/** Writes a line of an issue's timeline. @param ref comment or review id, or a commit's sha, the line is about. */
export function happen(
  forge: Forge,
  actor: Actor | null,
  issue: Pick<Issue, 'id' | 'repoId'>,
  event: string,
  data: Readonly<Record<string, unknown>> = {},
  ref: string | number | null = null,
): void {
  const id = forge.db.nextId();
  const at = forge.clock.stamp();
  const by = { actor: actor?.login ?? null, appId: actor?.appId ?? null };
  forge.db.happenings.put(id, {
    id,
    repoId: issue.repoId,
    issueId: issue.id,
    event,
    ...by,
    at,
    ref: ref === null ? null : String(ref),
    data,
  });
}

/** The issue with some fields changed and its time of change set. */
export function changeIssue<Kind extends Issue>(forge: Forge, issue: Kind, change: Partial<Issue>): Kind {
  return forge.db.issues.patch(issue.id, { ...change, updatedAt: forge.clock.stamp() }) as Kind;
}

/** The repository's next issue number. */
export function nextNumber(forge: Forge, repoId: number): number {
  const last = forge.db.repos.get(repoId)?.lastNumber ?? 0;
  forge.db.repos.patch(repoId, { lastNumber: last + 1 });
  return last + 1;
}
