import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createAuthThrottle,
  throttleBudget,
  throttleWindowMs,
} from '#core/gateway/auth-throttle.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

function setUp() {
  const clock = createVirtualClock();
  return { clock, throttle: createAuthThrottle(clock) };
}

function failTimes(throttle: ReturnType<typeof createAuthThrottle>, key: string, times: number) {
  return Array.from({ length: times }, () => throttle.attempt(key)).filter((one) => one.allowed);
}

describe('S3: the auth throttle', () => {
  it('counts before the verdict: twenty open attempts are ten allowed ones', () => {
    const { throttle } = setUp();
    expect(failTimes(throttle, 'a', 20)).toHaveLength(throttleBudget);
    expect(throttle.attempt('a')).toEqual({ allowed: false, retryAfterMs: throttleWindowMs });
  });

  it('gives a success back, so that a busy right client is never throttled', () => {
    const { throttle } = setUp();
    for (let n = 0; n < 100; n += 1) {
      const attempt = throttle.attempt('a');
      expect(attempt.allowed).toBe(true);
      if (attempt.allowed) attempt.succeeded();
    }
  });

  it('keeps keys apart', () => {
    const { throttle } = setUp();
    failTimes(throttle, 'a', 20);
    expect(throttle.attempt('b').allowed).toBe(true);
  });

  it('opens again ten seconds after the window began, however hard it is hammered', () => {
    const { clock, throttle } = setUp();
    failTimes(throttle, 'a', 20);
    for (let n = 0; n < 99; n += 1) {
      clock.advance(throttleWindowMs / 100);
      expect(throttle.attempt('a').allowed).toBe(false);
    }
    clock.advance(throttleWindowMs / 100);
    expect(throttle.attempt('a').allowed).toBe(true);
  });

  it('never names a wait longer than ten seconds, whatever happened before', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b'),
      after: fc.integer({ min: 0, max: 20_000 }),
      right: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { clock, throttle } = setUp();
        for (const { key, after, right } of steps) {
          clock.advance(after);
          const attempt = throttle.attempt(key);
          if (attempt.allowed && right) attempt.succeeded();
          if (attempt.allowed) continue;
          expect(attempt.retryAfterMs).toBeGreaterThan(0);
          expect(attempt.retryAfterMs).toBeLessThanOrEqual(throttleWindowMs);
        }
      }),
    );
  });

  it('forgets the oldest of a thousand keys, so that memory stays bounded', () => {
    const { throttle } = setUp();
    failTimes(throttle, 'first', 20);
    for (let n = 0; n < 1_024; n += 1) throttle.attempt(`other-${n}`);
    expect(throttle.attempt('first').allowed).toBe(true);
  });
});
