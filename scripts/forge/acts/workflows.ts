import { parse } from 'yaml';
import type { Forge } from '#scripts/forge/forge.ts';
import { entryAt } from '#scripts/forge/git/files.ts';
import type { Workflow } from '#scripts/forge/state/automation.ts';
import type { Repo } from '#scripts/forge/state/work.ts';
import { unprocessable } from '#scripts/forge/web/faults.ts';
import { commitNamed } from './refname.ts';
import { workflowAt } from './runs.ts';

const FOLDER = '.github/workflows';

/** The workflows of the default branch, and those that ran before; new ones get their id here. */
export async function knownWorkflows(forge: Forge, repo: Repo): Promise<Workflow[]> {
  const { store } = forge.repositories.of(repo);
  const head = await commitNamed(forge, repo, repo.defaultBranch);
  const folder = head === undefined ? undefined : await entryAt(store, head.tree, FOLDER);
  const entries = folder === undefined ? [] : ((await store.tree(folder.sha)) ?? []);
  for (const { name, sha } of entries.filter((entry) => /\.ya?ml$/.test(entry.name))) {
    const title = titles.get(sha) ?? titleOf((await store.raw(sha))?.content.toString('utf8') ?? '');
    titles.set(sha, title);
    workflowAt(forge, repo, `${FOLDER}/${name}`, title || `${FOLDER}/${name}`);
  }
  return forge.db.workflowsOf(repo.id);
}

/** Blob to `name:`, empty when there is none: files are read once, however often they are asked for. */
const titles = new Map<string, string>();

function titleOf(text: string): string {
  const { name } = readYaml(text);
  return typeof name === 'string' ? name : '';
}

/** By its number or its file's name. */
export async function workflowNamed(forge: Forge, repo: Repo, name: string): Promise<Workflow | undefined> {
  const all = await knownWorkflows(forge, repo);
  return all.find(({ id, path }) => String(id) === name || path === `${FOLDER}/${name}` || path === name);
}

/**
 * The inputs of a dispatch with their defaults, checked against the file at that commit.
 * @throws HttpFault 422 in GitHub's words when the workflow cannot be dispatched, or not with these.
 */
export async function dispatchInputs(
  forge: Forge,
  repo: Repo,
  path: string,
  tree: string,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { store } = forge.repositories.of(repo);
  const entry = await entryAt(store, tree, path);
  const text = entry === undefined ? '' : ((await store.raw(entry.sha))?.content.toString('utf8') ?? '');
  const declared = declaredInputs(readYaml(text));
  if (declared === undefined) throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const unexpected = Object.keys(given).filter((name) => !(name in declared));
  if (unexpected.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const values: Record<string, unknown> = {};
  for (const [name, input] of Object.entries(declared)) {
    const value = given[name] ?? input?.default;
    if (value === undefined && input?.required === true) throw unprocessable(`Required input '${name}' not provided`);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

type Inputs = Readonly<Record<string, { readonly default?: unknown; readonly required?: boolean } | null>>;

/** `on: workflow_dispatch`, `on: [workflow_dispatch]`, or a map. Undefined when it is not among them. */
function declaredInputs({ on }: Readonly<Record<string, unknown>>): Inputs | undefined {
  if (on === 'workflow_dispatch' || (Array.isArray(on) && on.includes('workflow_dispatch'))) return {};
  if (typeof on !== 'object' || on === null || !('workflow_dispatch' in on)) return undefined;
  const trigger = on.workflow_dispatch as { inputs?: Inputs } | null;
  return trigger?.inputs ?? {};
}

function readYaml(text: string): Readonly<Record<string, unknown>> {
  try {
    return (parse(text) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}
