/** Counts what is under way, so that `idle` can be known. Waiting for a person, a label or another job is rest. */
export type Activity = ReturnType<typeof countActivity>;

export function countActivity() {
  let busy = 0;
  let waiting: (() => void)[] = [];

  function leave() {
    busy -= 1;
    if (busy > 0) return;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  return {
    /** Runs a task as busy. */
    async task<T>(run: () => Promise<T>): Promise<T> {
      busy += 1;
      try {
        return await run();
      } finally {
        leave();
      }
    },
    /** Within a task: waits for something that somebody else must bring about. */
    async rest<T>(what: Promise<T>): Promise<T> {
      leave();
      try {
        return await what;
      } finally {
        busy += 1;
      }
    },
    quiet: () => busy === 0,
    /** Resolves when nothing is under way, at least for a moment. */
    async still(): Promise<void> {
      if (busy > 0) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

/** At most `size` holders; the others wait in order, or give up with the signal. */
export function openSlots(size: number) {
  let free = size;
  const queue: (() => void)[] = [];

  return {
    /** Resolves to the release, or undefined when the signal came first. */
    async take(signal: AbortSignal): Promise<(() => void) | undefined> {
      if (signal.aborted) return undefined;
      if (free > 0) free -= 1;
      else if (!(await turn(signal))) return undefined;
      let released = false;
      return () => {
        if (released) return;
        released = true;
        const next = queue.shift();
        if (next === undefined) free += 1;
        else next();
      };
    },
  };

  function turn(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const mine = () => {
        signal.removeEventListener('abort', gone);
        resolve(true);
      };
      const gone = () => {
        queue.splice(queue.indexOf(mine), 1);
        resolve(false);
      };
      queue.push(mine);
      signal.addEventListener('abort', gone, { once: true });
    });
  }
}
export type Slots = ReturnType<typeof openSlots>;

/** Places for jobs: those that ask for a limited label share that label's, all others share the common ones. */
export function openPlaces(size: number, limits: { readonly [label: string]: number }) {
  const common = openSlots(size);
  const own = new Map(Object.entries(limits).map(([label, places]) => [label, openSlots(places)]));
  return (labels: readonly string[], signal: AbortSignal) => {
    const label = labels.find((each) => own.has(each)) ?? '';
    return (own.get(label) ?? common).take(signal);
  };
}
