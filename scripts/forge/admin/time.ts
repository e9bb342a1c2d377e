import type { EventFilter } from '#scripts/forge/events/queue.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { ForgeEvent } from '#scripts/forge/state/automation.ts';
import { stampOf } from '#scripts/forge/state/clock.ts';

export function timeOf(forge: Forge) {
  const tell = () => {
    const now = stampOf(forge.clock.now());
    forge.events.emit({
      event: 'clock',
      repository: '',
      payload: { now },
      actor: { login: '', type: '' },
      via: 'user',
      at: now,
    });
  };
  return {
    now: () => forge.clock.now(),
    set(date: Date): void {
      forge.clock.set(date);
      tell();
    },
    /** Milliseconds. */
    advance(milliseconds: number): void {
      forge.clock.advance(milliseconds);
      tell();
    },
    /** Until `go` whatever happens does so within one second, unless the clock is set or advanced. */
    stand(): void {
      forge.clock.stand();
    },
    go(): void {
      forge.clock.go();
    },
  };
}

export function eventsOf(forge: Forge) {
  return {
    /** Drop, repeat, reorder or keep back what the runner is told; undefined delivers all again. */
    eventFilter(filter: EventFilter | undefined): void {
      forge.events.filter = filter ?? ((events) => events);
    },
    /** Delivers events a filter kept back. */
    deliver(events: readonly ForgeEvent[]): void {
      forge.events.deliver(events);
    },
  };
}
