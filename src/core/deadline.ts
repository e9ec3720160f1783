import type { Cancel, Clock } from './ports.ts';

/** setTimeout fires at once above this. */
export const longestTimerMs = 2_147_483_647;

/**
 * Runs `task` at a Unix time in ms, never inside this call, however far away that is. A timer that
 * comes too early, because the clock was set back meanwhile, waits for the rest.
 */
export function atDeadline(clock: Clock, deadlineMs: number, task: () => void): Cancel {
  let cancel: Cancel = () => undefined;
  const arm = () => {
    const left = deadlineMs - clock.now();
    cancel =
      left > 0 ? clock.schedule(Math.min(left, longestTimerMs), arm) : clock.schedule(0, task);
  };
  arm();
  return () => cancel();
}
