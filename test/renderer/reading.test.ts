import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readOn, unread } from '#renderer/approval/reading.ts';

test('AP-04: a command that fits is read as soon as it is shown', () => {
  expect(readOn(unread, { top: 0, shown: 100, whole: 100 })).toEqual({
    screens: 1,
    read: 1,
    done: true,
  });
});

test('AP-04: a command that does not fit is read when its end was in view', () => {
  const start = readOn(unread, { top: 0, shown: 100, whole: 850 });
  expect(start).toEqual({ screens: 9, read: 1, done: false });
  const middle = readOn(start, { top: 200, shown: 100, whole: 850 });
  expect(middle).toEqual({ screens: 9, read: 3, done: false });
  const back = readOn(middle, { top: 0, shown: 100, whole: 850 });
  expect(back).toEqual(middle);
  expect(readOn(back, { top: 750, shown: 100, whole: 850 })).toEqual({
    screens: 9,
    read: 9,
    done: true,
  });
});

test('AP-04: what was read stays read when the window gets smaller', () => {
  const read = readOn(unread, { top: 0, shown: 100, whole: 100 });
  expect(readOn(read, { top: 0, shown: 50, whole: 200 }).done).toBe(true);
});

test('AP-04: a box without a size shows nothing', () => {
  expect(readOn(unread, { top: 0, shown: 0, whole: 0 })).toBe(unread);
  expect(readOn(unread, { top: 0, shown: Number.NaN, whole: 0 })).toBe(unread);
});

test('S5: it is never done while more than a sliver of the text is below the box', () => {
  const length = fc.integer({ min: 5, max: 100_000 });
  const looks = fc.array(fc.record({ top: fc.nat(100_000), shown: length, whole: length }));
  fc.assert(
    fc.property(looks, (seen) => {
      const reading = seen.reduce(readOn, unread);
      const ended = seen.some(({ top, shown, whole }) => top + shown >= whole - 4);
      expect(reading.done).toBe(ended);
      expect(reading.read).toBeLessThanOrEqual(reading.screens);
      if (!reading.done) expect(reading.read).toBeLessThan(reading.screens);
    }),
  );
});
