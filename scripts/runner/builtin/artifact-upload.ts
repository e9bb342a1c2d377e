import { readFile } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import type { BuiltInCall } from './built-ins.ts';
import { type Found, find } from './glob.ts';

/** The folder that the names in the zip are relative to: the searched one, or what several have in common. */
function rootOf({ files, searchPaths }: Found): string {
  if (searchPaths.length === 1) {
    const [only] = searchPaths as [string];
    return files.length === 1 && files[0] === only ? dirname(only) : only;
  }
  const split = searchPaths.map((path) => path.split('/'));
  const [first = []] = split;
  const differs = first.findIndex((part, index) => split.some((parts) => parts[index] !== part));
  const common = (differs === -1 ? first : first.slice(0, differs)).join('/') || '/';
  return files.includes(common) ? dirname(common) : common;
}

const hidden = (name: string) => name.split('/').some((part) => part.startsWith('.'));

/** actions/upload-artifact. A name is used once in a run, unless `overwrite` says otherwise. */
export async function uploadArtifact({ job, input, output }: BuiltInCall): Promise<void> {
  const name = input('name') || 'artifact';
  const path = input('path');
  if (path === '') throw new Error('Input required and not supplied: path');
  if (/["<>|*?\r\n\\/:]/.test(name)) throw new Error(`The artifact name is not valid: ${name}`);
  const found = find(job.workspace, path.split('\n'));
  const root = rootOf(found);
  const kept = found.files.filter((file) => input('include-hidden-files') === 'true' || !hidden(relative(root, file)));
  if (kept.length === 0) return nothingFound(job.voice, path, input('if-no-files-found') || 'warn');
  const entries: Zippable = {};
  for (const file of kept) entries[file === root ? basename(file) : relative(root, file)] = await readFile(file);
  const key = `${job.runId}/${name}`;
  if (job.machine.uploaded.has(key) && input('overwrite') !== 'true') {
    throw new Error(`an artifact with the name ${name} already exists on the workflow run`);
  }
  job.machine.uploaded.add(key);
  const level = Number(input('compression-level') || '6') as 0 | 6;
  const answer = await job.machine.wire.putArtifact(job.runId, name, zipSync(entries, { level }));
  const { id } = (await answer.json().catch(() => ({}))) as { id?: number };
  if (id !== undefined) output('artifact-id', String(id));
  job.voice.line(`artifact ${name}: ${kept.length} file(s)`);
}

function nothingFound(voice: BuiltInCall['job']['voice'], path: string, what: string): void {
  const sentence = `No files were found with the provided path: ${path}. No artifacts will be uploaded.`;
  if (what === 'error') throw new Error(sentence);
  if (what === 'ignore') voice.line(sentence);
  else voice.warning(sentence);
}
