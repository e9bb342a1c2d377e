/**
 * Says each step when it has ended, with the seconds since the start and those it took itself: where a run waited can be
 * read in its log.
 */
export function stopwatch(say: (line: string) => void, now: () => number = () => performance.now()) {
  const start = now();
  let open: { readonly line: string; readonly since: number } | undefined;
  const close = (at: number): void => {
    if (open !== undefined) say(`${seconds(at - start)} s  ${seconds(at - open.since)} s  ${open.line}`);
    open = undefined;
  };
  return {
    /** Begins a step, and ends the one before. */
    say(line: string): void {
      const at = now();
      close(at);
      open = { line, since: at };
    },
    /** Ends the last step. */
    stop(): void {
      close(now());
    },
  };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1).padStart(5);
}
