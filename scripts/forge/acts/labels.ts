import type { Actor } from '#scripts/forge/access/principal.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Issue, Label, Repo } from '#scripts/forge/state/work.ts';
import { showLabel } from '#scripts/forge/views/issue.ts';
import { changeIssue, happen } from './happen.ts';
import { tell } from './tell.ts';

/** Names differ by more than case. */
export function labelNamed(forge: Forge, repo: Repo, name: string): Label | undefined {
  return forge.db.labelsOf(repo.id).find((label) => label.name.toLowerCase() === name.toLowerCase());
}

export function addLabel(forge: Forge, repo: Repo, fields: Partial<Label> & { readonly name: string }): Label {
  const id = forge.db.nextId();
  return forge.db.labels.put(id, { color: 'ededed', description: null, ...fields, id, repoId: repo.id });
}

/** Puts labels on, one event each; a label nobody made yet is made, as GitHub does. */
export async function addLabels(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: Issue,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const label = labelNamed(forge, repo, name) ?? addLabel(forge, repo, { name });
    const present = forge.db.issues.get(issue.id)?.labels ?? [];
    if (present.includes(label.id)) continue;
    changeIssue(forge, issue, { labels: [...present, label.id] });
    await tellLabel(forge, actor, repo, issue, label, 'labeled');
  }
}

export async function removeLabels(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: Issue,
  labels: readonly Label[],
): Promise<void> {
  for (const label of labels) {
    const present = forge.db.issues.get(issue.id)?.labels ?? [];
    if (!present.includes(label.id)) continue;
    changeIssue(forge, issue, { labels: present.filter((id) => id !== label.id) });
    await tellLabel(forge, actor, repo, issue, label, 'unlabeled');
  }
}

/** Exactly these afterwards. The new go on before the old come off. */
export async function setLabels(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: Issue,
  names: readonly string[],
): Promise<void> {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  await addLabels(forge, actor, repo, issue, names);
  const present = (forge.db.issues.get(issue.id)?.labels ?? [])
    .map((id) => forge.db.labels.get(id))
    .filter((label) => label !== undefined);
  await removeLabels(
    forge,
    actor,
    repo,
    issue,
    present.filter((label) => !wanted.has(label.name.toLowerCase())),
  );
}

/** Takes the label away from the repository and from everything that has it. */
export function deleteLabel(forge: Forge, repo: Repo, label: Label): void {
  for (const issue of forge.db.issuesOf(repo.id).filter(({ labels }) => labels.includes(label.id))) {
    forge.db.issues.patch(issue.id, { labels: issue.labels.filter((id) => id !== label.id) });
  }
  forge.db.labels.delete(label.id);
}

async function tellLabel(
  forge: Forge,
  actor: Actor,
  repo: Repo,
  issue: Issue,
  label: Label,
  event: 'labeled' | 'unlabeled',
): Promise<void> {
  happen(forge, actor, issue, event, { label: { name: label.name, color: label.color } });
  await tell(forge, actor, repo, issue, event, { label: showLabel(forge, repo, label) });
}
