import { appendFile, lchown, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes `evidence.json` into a folder of its own in the runner's temporary folder. Gives its path. */
export async function writeEvidence(evidence: object): Promise<string> {
  const folder = await mkdtemp(join(process.env.RUNNER_TEMP ?? tmpdir(), 'evidence-'));
  const path = join(folder, 'evidence.json');
  await writeFile(path, `${JSON.stringify(evidence, undefined, 2)}\n`);
  await giveBack(folder);
  return path;
}

/** A folder to the runner's user, when he became root for this: the next step, which is not root's, uploads it. */
export async function giveBack(folder: string): Promise<void> {
  const { SUDO_UID, SUDO_GID } = process.env;
  if (SUDO_UID === undefined || SUDO_GID === undefined || process.getuid?.() !== 0) return;
  const inside = await readdir(folder, { recursive: true });
  for (const path of [folder, ...inside.map((name) => join(folder, name))])
    await lchown(path, Number(SUDO_UID), Number(SUDO_GID));
}

/** Adds Markdown to the job's summary, where there is one. */
export async function writeSummary(markdown: string): Promise<void> {
  const path = process.env.GITHUB_STEP_SUMMARY;
  if (path !== undefined && path !== '') await appendFile(path, `${markdown}\n`);
}
