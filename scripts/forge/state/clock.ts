/** The forge's own time: runs with real time from a base that people set. Every timestamp and `Date` header comes from it. */
export interface Clock {
  now(): Date;
  /** `2024-05-01T12:00:00Z`: whole seconds, as GitHub writes them. */
  stamp(): string;
  set(date: Date): void;
  /** Milliseconds; negative goes back. */
  advance(milliseconds: number): void;
}

/** @param changed told the difference to real time in milliseconds whenever it is set, so that it can be kept. */
export function makeClock(offset: number, changed: (offset: number) => void): Clock {
  let ahead = offset;
  const now = () => new Date(Date.now() + ahead);
  const move = (to: number) => {
    ahead = to;
    changed(ahead);
  };
  return {
    now,
    stamp: () => stampOf(now()),
    set: (date) => move(date.getTime() - Date.now()),
    advance: (milliseconds) => move(ahead + milliseconds),
  };
}

export function stampOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
