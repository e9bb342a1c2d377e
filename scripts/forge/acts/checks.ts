import type { Actor } from '#scripts/forge/access/principal.ts';
import { emit } from '#scripts/forge/events/emit.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { CheckRun, CheckSuite } from '#scripts/forge/state/automation.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { showCheckRun } from '#scripts/forge/views/checks.ts';

/** The suite of an app at a commit, made when it is the first. A workflow run always has its own. */
export function suiteFor(forge: Forge, repo: Repo, appId: number, sha: string, branch: string | null): CheckSuite {
  const present = forge.db.suitesAt(`${repo.id}:${sha}`).find((suite) => suite.appId === appId);
  return present ?? addSuite(forge, repo, appId, sha, branch);
}

export function addSuite(forge: Forge, repo: Repo, appId: number, sha: string, branch: string | null): CheckSuite {
  const id = forge.db.nextId();
  return forge.db.suites.put(id, { id, repoId: repo.id, appId, sha, branch, createdAt: forge.clock.stamp() });
}

export type CheckFields = Partial<Omit<CheckRun, 'id' | 'repoId' | 'suiteId' | 'appId' | 'sha'>>;

export function addCheck(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  suite: CheckSuite,
  name: string,
  fields: CheckFields,
): CheckRun {
  const id = forge.db.nextId();
  const { appId, sha } = suite;
  const check = forge.db.checks.put(id, {
    ...{ id, repoId: repo.id, suiteId: suite.id, appId, sha, name, status: 'queued', conclusion: null },
    ...{
      title: null,
      summary: null,
      text: null,
      annotations: [],
      externalId: '',
      detailsUrl: null,
      startedAt: null,
      completedAt: null,
    },
    ...settled(forge, fields),
  });
  tellCheck(forge, actor, repo, check, 'created');
  if (check.status === 'completed') tellCheck(forge, actor, repo, check, 'completed');
  return check;
}

/** Annotations are added to those there, as on GitHub. */
export function changeCheck(forge: Forge, actor: Actor, repo: Repo, check: CheckRun, fields: CheckFields): CheckRun {
  const annotations = [...check.annotations, ...(fields.annotations ?? [])];
  const changed = forge.db.checks.patch(check.id, { ...settled(forge, fields), annotations });
  if (changed.status === 'completed' && check.status !== 'completed')
    tellCheck(forge, actor, repo, changed, 'completed');
  return changed;
}

/** A conclusion completes; completing takes a time. */
function settled(forge: Forge, fields: CheckFields): CheckFields {
  const completed = fields.status === 'completed' || (fields.conclusion !== undefined && fields.conclusion !== null);
  const now = forge.clock.stamp();
  if (completed) return { startedAt: now, ...fields, status: 'completed', completedAt: fields.completedAt ?? now };
  return fields.status === 'in_progress' ? { ...fields, startedAt: fields.startedAt ?? now } : fields;
}

function tellCheck(forge: Forge, actor: Actor, repo: Repo, check: CheckRun, action: string): void {
  emit(forge, actor, repo, 'check_run', { action, check_run: showCheckRun(forge, repo, check) });
}
