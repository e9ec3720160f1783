import type { Clock } from '#core/ports.ts';

/** A clock that moves only when told. Tasks run in time order, each at its own instant. */
export interface VirtualClock extends Clock {
  advance(ms: number): void;
  /** Tasks that wait; a leak shows here. */
  readonly waiting: number;
}

export function createVirtualClock(startMs = 1_770_000_000_000): VirtualClock {
  let now = startMs;
  let tasks: { at: number; order: number; run: () => void }[] = [];
  let order = 0;
  return {
    now: () => now,
    get waiting() {
      return tasks.length;
    },
    schedule(delayMs, run) {
      const task = { at: now + Math.max(0, delayMs), order: order++, run };
      tasks.push(task);
      return () => {
        tasks = tasks.filter((other) => other !== task);
      };
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const next = tasks
          .filter((task) => task.at <= until)
          .sort((a, b) => a.at - b.at || a.order - b.order)[0];
        if (!next) break;
        tasks = tasks.filter((task) => task !== next);
        now = next.at;
        next.run();
      }
      now = until;
    },
  };
}
