/** Growing pauses between connection attempts (gateway §4). */
export interface Backoff {
  /** Ms to wait before the next attempt. */
  next(): number;
  /** The next pause is the shortest again. */
  reset(): void;
}

const firstMs = 500;

/** Longest pause, whatever the Gateway asks for. */
export const longestPauseMs = 30_000;

/**
 * 0.5 s doubling to 30 s. Each pause is cut by up to a quarter, so that nodes which lost the same
 * Gateway together do not come back together.
 * @param random uniform in [0, 1).
 */
export function createBackoff(random: () => number): Backoff {
  let failures = 0;
  return {
    next() {
      const full = Math.min(longestPauseMs, firstMs * 2 ** failures);
      if (full < longestPauseMs) failures += 1;
      return Math.round(full * (1 - random() / 4));
    },
    reset() {
      failures = 0;
    },
  };
}
