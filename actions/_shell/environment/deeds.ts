import { channel } from 'node:diagnostics_channel';

/** Something done to a throw-away system, once it is over: for those who measure. Where nobody listens nothing is measured. */
export interface Deed {
  /** Name of the system. */
  readonly system: string;
  readonly what: 'run' | 'boot' | 'list changes' | 'destroy';
  /** Of what was run, without what wraps it. */
  readonly argv: readonly string[];
  /** Milliseconds of `performance.now`. */
  readonly begun: number;
  readonly ended: number;
  /** Milliseconds of processors that the whole system had taken when this began and when it was over; undefined where the kernel does not tell. */
  readonly worked: readonly [number | undefined, number | undefined];
}

const deeds = channel('umd:throw-away-system');

/** @returns ends it */
export function listenToDeeds(hear: (deed: Deed) => void): () => void {
  const listener = (deed: unknown): void => hear(deed as Deed);
  deeds.subscribe(listener);
  return () => void deeds.unsubscribe(listener);
}

/** Does it, and tells of it when somebody listens. */
export async function telling<T>(
  about: Pick<Deed, 'system' | 'what'> & { readonly argv?: readonly string[] },
  worked: (() => number | undefined) | undefined,
  act: () => Promise<T>,
): Promise<T> {
  if (!deeds.hasSubscribers) return act();
  const [begun, before] = [performance.now(), worked?.()];
  try {
    return await act();
  } finally {
    const after = about.what === 'destroy' ? before : worked?.();
    deeds.publish({ argv: [], ...about, begun, ended: performance.now(), worked: [before, after] } satisfies Deed);
  }
}
