import type { Clock } from '#core/ports.ts';

/** Waits for something that may never end, but no longer than `limitMs`. Rejects as it does. */
export async function within(
  limitMs: number,
  clock: Clock,
  begin: () => Promise<unknown>,
): Promise<void> {
  const { promise: tooLong, resolve } = Promise.withResolvers<void>();
  const cancel = clock.schedule(limitMs, resolve);
  const work = begin();
  // A failure after the limit has nobody left to hear it.
  work.catch(() => undefined);
  try {
    await Promise.race([work, tooLong]);
  } finally {
    cancel();
  }
}
