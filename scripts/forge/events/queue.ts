import type { ForgeEvent } from '#scripts/forge/state/automation.ts';
import type { Database } from '#scripts/forge/state/database.ts';

export type EventDraft = Omit<ForgeEvent, 'seq' | 'id'>;

/** What is delivered of what happened: drop, repeat, reorder, or keep back and `deliver` later. For tests. */
export type EventFilter = (events: readonly ForgeEvent[]) => readonly ForgeEvent[];

/** So many old events are kept for a runner that comes back. */
const KEPT = 5_000;

/** Webhook deliveries in order, waiting for the runner to fetch them. */
export class EventQueue {
  readonly #db: Database;
  #events: ForgeEvent[];
  #sequence: number;
  #waiters: (() => void)[] = [];
  filter: EventFilter = (events) => events;

  constructor(db: Database) {
    this.#db = db;
    this.#events = db.events.values();
    this.#sequence = this.#events.at(-1)?.seq ?? 0;
  }

  get sequence(): number {
    return this.#sequence;
  }

  emit(draft: EventDraft): void {
    this.deliver(this.filter([{ ...draft, seq: 0, id: `delivery-${this.#db.nextId()}` }]));
  }

  /** Past the filter. A repeated event keeps its id and gets its own place in the sequence. */
  deliver(events: readonly ForgeEvent[]): void {
    for (const event of events) {
      this.#sequence += 1;
      const placed = { ...event, seq: this.#sequence };
      this.#events.push(placed);
      this.#db.events.put(this.#sequence, placed);
    }
    this.#trim();
    for (const wake of this.#waiters.splice(0)) wake();
  }

  after(sequence: number): ForgeEvent[] {
    const from = this.#events.findIndex((event) => event.seq > sequence);
    return from < 0 ? [] : this.#events.slice(from);
  }

  /** Resolves at the next event, or after so many seconds of real time. */
  wait(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Lets everyone go who waits. */
  close(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }

  #trim(): void {
    while (this.#events.length > KEPT) {
      const oldest = this.#events.shift();
      if (oldest !== undefined) this.#db.events.delete(oldest.seq);
    }
  }
}
