import type { Clock } from '#core/ports.ts';

/**
 * Limits guessing of the shared secret and of device tokens (S3). An attempt counts before it is
 * verified, so parallel guesses cannot slip through together. A window is fixed, not extended by
 * refused attempts: a right credential is never kept out longer than {@link throttleWindowMs}.
 */
export const throttleWindowMs = 10_000;
export const throttleBudget = 10;

/** Distinct keys kept; the oldest window goes first. */
const maxKeys = 1_024;

type ThrottledAttempt =
  | {
      readonly allowed: true;
      /** Gives the attempt back: the credential was right. */
      succeeded(): void;
    }
  | { readonly allowed: false; readonly retryAfterMs: number };

export interface AuthThrottle {
  /** @param key who is guessing: a peer address, or a paired device that proved itself. */
  attempt(key: string): ThrottledAttempt;
}

interface Window {
  readonly endsAtMs: number;
  used: number;
}

export function createAuthThrottle(clock: Clock): AuthThrottle {
  const windows = new Map<string, Window>();

  const windowOf = (key: string, now: number): Window => {
    const known = windows.get(key);
    // A clock set back must not lock anyone out for longer than one window.
    if (known && now < known.endsAtMs && known.endsAtMs - now <= throttleWindowMs) return known;
    windows.delete(key);
    const fresh = { endsAtMs: now + throttleWindowMs, used: 0 };
    windows.set(key, fresh);
    for (const oldest of windows.keys()) {
      if (windows.size <= maxKeys) break;
      windows.delete(oldest);
    }
    return fresh;
  };

  return {
    attempt(key) {
      const now = clock.now();
      const window = windowOf(key, now);
      if (window.used >= throttleBudget) {
        return { allowed: false, retryAfterMs: window.endsAtMs - now };
      }
      window.used += 1;
      return {
        allowed: true,
        succeeded() {
          window.used -= 1;
        },
      };
    },
  };
}
