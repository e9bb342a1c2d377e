import type { Mirror } from './mirror.ts';
import { readWorkflow } from './workflow/read.ts';
import type { Workflow } from './workflow/workflow.ts';

const FOLDER = '.github/workflows';

export type Library = ReturnType<typeof openLibrary>;

/** Workflow files by commit: read once per commit, parsed once per content. */
export function openLibrary() {
  const commits = new Map<string, Promise<ReadonlyMap<string, Workflow>>>();
  const parsed = new Map<string, Promise<Workflow>>();

  function workflowOf(path: string, text: string): Promise<Workflow> {
    const key = `${path}\0${text}`;
    const known = parsed.get(key) ?? readWorkflow(path, text);
    parsed.set(key, known);
    return known;
  }

  async function read(mirror: Mirror, sha: string): Promise<ReadonlyMap<string, Workflow>> {
    await mirror.need(sha);
    const files = [...(await mirror.files(sha, FOLDER))].filter(([path]) => /\.ya?ml$/.test(path));
    const workflows = await Promise.all(files.map(([path, text]) => workflowOf(path, text)));
    return new Map(workflows.map((workflow) => [workflow.path, workflow]));
  }

  return {
    /** The workflows at a commit, by path. */
    at(mirror: Mirror, sha: string): Promise<ReadonlyMap<string, Workflow>> {
      const known = commits.get(sha);
      if (known !== undefined) return known;
      const reading = read(mirror, sha);
      commits.set(sha, reading);
      reading.catch(() => commits.delete(sha));
      return reading;
    },
  };
}
