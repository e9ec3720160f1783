import { describe, expect, it } from 'vitest';
import { momentMs } from '#cli/moment.ts';

describe('momentMs', () => {
  it.each([
    ['90s', 'after', 1_090_000],
    ['7d', 'after', 605_800_000],
    ['15m', 'before', 100_000],
    ['1970-01-02', 'after', 86_400_000],
    ['1970-01-02T00:00:01Z', 'before', 86_401_000],
  ] as const)('%s %s now', (text, direction, expected) => {
    expect(momentMs(text, 1_000_000, direction)).toBe(expected);
  });

  it.each(['', '7', 'd', '7w', '1e3s', '-1d', 'tomorrow', '2026', '2026-13-01'])(
    '%j is no moment',
    (text) => {
      expect(momentMs(text, 0, 'after')).toBeNull();
    },
  );
});
