import { openMasks } from '#scripts/runner/step/masks.ts';
import { openVoice } from '#scripts/runner/step/voice.ts';
import type { Called, Result } from './frame.ts';

/** A job that never ran stands on the forge all the same: skipped, cancelled, or failed for a stated reason. */
export async function reportUnrun(called: Called, name: string, result: Result, why: string): Promise<void> {
  const { run } = called;
  const voice = openVoice(openMasks());
  if (why !== '') voice.error(why);
  const job = await run.machine.wire.createJob(run.id, {
    name: `${called.prefix}${name}`,
    labels: [],
    permissions: {},
    ref: run.subject.ref,
  });
  await run.machine.wire.updateJob(job.id, {
    status: 'completed',
    conclusion: result,
    steps: [],
    annotations: voice.annotations(),
    log: voice.log(),
  });
}
