import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareWorld } from '#scripts/world/prepare.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import { imageOf } from './clients.ts';
import { type LocalWorld, startLocalWorld } from './local-world.ts';
import { travel } from './progress.ts';
import { isStoryName, STORIES } from './stories.ts';
import { closeStory, openStory } from './story.ts';
import { summary } from './summary.ts';

/** `npm start [-- --once] [--story side-ways]`: the whole house on this machine, and a story of releases played in it. */
const USAGE = [
  'npm start -- [--once] [--story <name>] [--dir <folder>]',
  '  --once   ends when the story has ended; otherwise forge and repositories stay up until Ctrl-C',
  '  --story  which one is played:',
  ...Object.entries(STORIES).map(([name, { about }]) => `             ${name.padEnd(10)} ${about}`),
  '  --dir    where everything is kept; made anew. Without it: a temporary folder that goes at the end',
].join('\n');
const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    story: { type: 'string', default: 'journey' },
    dir: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || !isStoryName(values.story)) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}
const { opening, stations } = STORIES[values.story];
const dir = values.dir ?? mkdtempSync(join(tmpdir(), 'umd-'));

async function prepare(): Promise<void> {
  const able = await nspawn.detect();
  if (!able.available) {
    throw new Error(
      `ENVIRONMENT_UNAVAILABLE The throw-away systems of this journey cannot be made: ${able.why}. Type: sudo npm start`,
    );
  }
  await prepareWorld({ progress: say });
  for (const name of ['debian-12', 'rpm-on-debian', 'checkers'] as const) await nspawn.ensureImage(imageOf(name), say);
}

function say(line: string): void {
  console.log(line);
}

async function journey(local: LocalWorld): Promise<void> {
  const story = openStory(local);
  const started = performance.now();
  try {
    await travel(story, stations);
    console.log(await summary(story, (performance.now() - started) / 1000));
  } finally {
    await closeStory(story);
  }
}

async function untilInterrupted(): Promise<void> {
  console.log('\nForge and repositories stay up; choose whom to play on the pages. Ctrl-C ends it.');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

let local: LocalWorld | undefined;
try {
  await prepare();
  local = await startLocalWorld({ dir, opening, say });
  await journey(local);
  if (!values.once) await untilInterrupted();
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exitCode = 1;
  if (!values.once && local !== undefined) await untilInterrupted();
} finally {
  await local?.close();
  if (values.dir === undefined) rmSync(dir, { recursive: true, force: true });
}
