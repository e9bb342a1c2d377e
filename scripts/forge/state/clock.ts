/** The forge's own time: runs with real time from a base that people set. Every timestamp and `Date` header comes from it. */
export interface Clock {
  now(): Date;
  /** `2024-05-01T12:00:00Z`: whole seconds, as GitHub writes them. */
  stamp(): string;
  set(date: Date): void;
  /** Milliseconds; negative goes back. */
  advance(milliseconds: number): void;
  /** From here on it stands still; it can be set and advanced all the same. */
  stand(): void;
  /** It goes on from where it stands. */
  go(): void;
}

/** @param changed told the difference to real time in milliseconds whenever it is set, so that it can be kept. */
export function makeClock(offset: number, changed: (offset: number) => void): Clock {
  let ahead = offset;
  let stood: number | undefined;
  const real = () => stood ?? Date.now();
  const now = () => new Date(real() + ahead);
  const move = (to: number) => {
    ahead = to;
    changed(ahead);
  };
  return {
    now,
    stamp: () => stampOf(now()),
    set: (date) => move(date.getTime() - real()),
    advance: (milliseconds) => move(ahead + milliseconds),
    stand: () => {
      stood = real();
    },
    go: () => {
      const behind = Date.now() - real();
      stood = undefined;
      move(ahead - behind);
    },
  };
}

export function stampOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
