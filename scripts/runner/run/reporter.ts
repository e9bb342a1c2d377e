import type { Machine } from '#scripts/runner/machine.ts';
import type { Conclusion, JobReport, StepReport } from '#scripts/runner/protocol.ts';
import type { Voice } from '#scripts/runner/step/voice.ts';

export type Reporter = ReturnType<typeof openReporter>;

/** Tells the forge how a job goes: steps while it runs (never two reports at once), everything at its end. */
export function openReporter(machine: Machine, jobId: number, voice: Voice) {
  const steps: StepReport[] = [];
  let sending: Promise<void> | undefined;
  let stale = false;

  async function send(): Promise<void> {
    while (stale) {
      stale = false;
      await machine.wire
        .updateJob(jobId, { status: 'in_progress', steps: structuredClone(steps), log: voice.log() })
        .catch((cause: Error) => machine.tell(cause.message));
    }
    sending = undefined;
  }

  function changed(): void {
    stale = true;
    sending ??= send();
  }

  return {
    begin(name: string): number {
      const number = steps.length + 1;
      const shown = voice.masks.hide(name);
      steps.push({
        name: shown,
        status: 'in_progress',
        conclusion: null,
        number,
        started_at: machine.wire.now(),
        completed_at: null,
      });
      changed();
      return number;
    },
    end(number: number, conclusion: Conclusion): void {
      const step = steps[number - 1];
      if (step === undefined) return;
      Object.assign(step, { status: 'completed', conclusion, completed_at: machine.wire.now() });
      changed();
    },
    async close(conclusion: Conclusion, summary = ''): Promise<void> {
      stale = false;
      await sending;
      const report: JobReport = {
        status: 'completed',
        conclusion,
        steps,
        annotations: voice.annotations(),
        summary,
        log: voice.log(),
      };
      await machine.wire.updateJob(jobId, report);
    },
  };
}
