import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sinceMs } from '#cli/since.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

describe('--since', () => {
  it.each([
    ['90s', now - 90_000],
    ['15m', now - 900_000],
    ['2h', now - 7_200_000],
    ['7d', now - 604_800_000],
    ['2026-11-21', Date.parse('2026-11-21')],
    ['2026-11-21T10:30Z', Date.parse('2026-11-21T10:30:00Z')],
    ['2026-11-21T10:30:05+02:00', Date.parse('2026-11-21T08:30:05Z')],
  ])('%s', (text, expected) => {
    expect(sinceMs(text, now)).toBe(expected);
  });

  it.each(['', 'yesterday', '5', '-5m', '5 m', '5w', '1', '2026', 'x 1', '2026-13-01', '1e3s'])(
    '%j is a usage error with a way out',
    (text) => {
      expect(() => sinceMs(text, now)).toThrow(
        expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('15m') }),
      );
    },
  );

  it('gives a finite time or a usage error for every text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          return Number.isFinite(sinceMs(text, now));
        } catch (error) {
          return (error as { code?: string }).code === 'USAGE';
        }
      }),
    );
  });
});
