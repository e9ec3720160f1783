import { describe, expect, it } from 'vitest';
import { momentMs, spanMs } from '#cli/moment.ts';

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

describe('spanMs', () => {
  it('reads spans and nothing else: a date is no length', () => {
    expect(['0s', '90s', '15m', '2h', '30d'].map(spanMs)).toEqual([
      0, 90_000, 900_000, 7_200_000, 2_592_000_000,
    ]);
    for (const text of ['', '15', 'm', '1.5h', '2026-11-21']) expect(spanMs(text)).toBeNull();
  });
});
