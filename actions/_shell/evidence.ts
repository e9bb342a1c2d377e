import { appendFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes `evidence.json` into a folder of its own in the runner's temporary folder. Gives its path. */
export async function writeEvidence(evidence: object): Promise<string> {
  const folder = await mkdtemp(join(process.env.RUNNER_TEMP ?? tmpdir(), 'evidence-'));
  const path = join(folder, 'evidence.json');
  await writeFile(path, `${JSON.stringify(evidence, undefined, 2)}\n`);
  return path;
}

/** Adds Markdown to the job's summary, where there is one. */
export async function writeSummary(markdown: string): Promise<void> {
  const path = process.env.GITHUB_STEP_SUMMARY;
  if (path !== undefined && path !== '') await appendFile(path, `${markdown}\n`);
}
