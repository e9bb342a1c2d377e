import { Listr, PRESET_TIMER } from 'listr2';

/** Says a line of what is going on inside a station. */
export type Say = (line: string) => void;

/** One stop of the journey: does its part, checks what it should have led to, throws when it did not. */
export interface Station<Story> {
  readonly title: string;
  readonly run: (story: Story, say: Say) => Promise<void>;
}

/** Runs the stations one after the other: a live task list on a terminal, plain lines otherwise. The first failure ends it. */
export async function travel<Story>(story: Story, stations: readonly Station<Story>[]): Promise<void> {
  if (process.stdout.isTTY === true) await travelLive(story, stations);
  else await travelPlain(story, stations);
}

async function travelLive<Story>(story: Story, stations: readonly Station<Story>[]): Promise<void> {
  const tasks = stations.map(({ title, run }) => ({
    title,
    task: async (_: unknown, task: { output: string }) => {
      await run(story, (line) => {
        task.output = line;
      });
    },
    rendererOptions: { timer: PRESET_TIMER, persistentOutput: true, outputBar: Number.POSITIVE_INFINITY },
  }));
  await new Listr(tasks, {
    renderer: 'default',
    exitOnError: true,
    rendererOptions: { collapseSubtasks: false },
  }).run();
}

async function travelPlain<Story>(story: Story, stations: readonly Station<Story>[]): Promise<void> {
  for (const [index, { title, run }] of stations.entries()) {
    const started = performance.now();
    console.log(`[${String(index + 1).padStart(2)}/${stations.length}] ${title}`);
    await run(story, (line) => console.log(`        ${line}`));
    console.log(`        done in ${seconds(performance.now() - started)}`);
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
