import type { Cancel, Clock } from '#core/ports.ts';

/** Fires once when nothing was heard for too long. */
export interface TickWatchdog {
  /** Something arrived. Costs no timer: the running one looks at the time when it ends. */
  heard(): void;
  stop(): void;
}

const shortestMs = 200;
const longestMs = 20 * 60_000;

/** @param silenceMs two tick intervals (gateway §4); clamped, because a peer chose it. */
export function startTickWatchdog(
  clock: Clock,
  silenceMs: number,
  onSilence: () => void,
): TickWatchdog {
  const limit = Math.min(longestMs, Math.max(shortestMs, silenceMs));
  let heardAt = clock.now();
  let cancel: Cancel = () => undefined;

  const arm = (delayMs: number): void => {
    cancel = clock.schedule(delayMs, () => {
      // Never longer than the limit: the wall clock may have been set back.
      const left = Math.min(limit, heardAt + limit - clock.now());
      if (left > 0) arm(left);
      else onSilence();
    });
  };
  arm(limit);

  return {
    heard() {
      heardAt = clock.now();
    },
    stop() {
      cancel();
    },
  };
}
