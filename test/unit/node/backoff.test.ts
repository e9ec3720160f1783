import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBackoff } from '#host/node/backoff.ts';

test('pauses double from half a second and stop growing at thirty seconds', () => {
  const backoff = createBackoff(() => 0);
  const pauses = Array.from({ length: 9 }, () => backoff.next());
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('a success makes the next pause the shortest again', () => {
  const backoff = createBackoff(() => 0);
  for (let i = 0; i < 5; i += 1) backoff.next();
  backoff.reset();
  expect(backoff.next()).toBe(500);
});

test('jitter shortens a pause by at most a quarter and never lengthens it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
      const exact = createBackoff(() => 0);
      const jittered = createBackoff(() => random);
      for (let i = 0; i < 10; i += 1) {
        const full = exact.next();
        const pause = jittered.next();
        expect(pause).toBeLessThanOrEqual(full);
        expect(pause).toBeGreaterThanOrEqual(Math.floor(full * 0.75));
      }
    }),
  );
});
