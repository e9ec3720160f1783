import { describe, expect, it } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import { person } from '#support/approvals.ts';
import { standstillBench } from '#support/standstill.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const quarter = 900_000;
const cli = { surface: 'control-socket', who: 'pid 7' } as const;

describe('standstill', () => {
  it('begins at once, tells who and until when, and ends by itself', () => {
    const { book, clock, changes, saved } = standstillBench();
    const told: (number | null | undefined)[] = [];
    book.onChange(() => void told.push(book.current()?.untilMs));
    expect(book.current()).toBeNull();
    book.begin(quarter, person);
    const begun = { by: person, sinceMs: clock.now(), untilMs: clock.now() + quarter };
    expect(book.current()).toEqual(begun);
    expect(saved).toEqual([begun]);
    clock.advance(quarter - 1);
    expect(told).toEqual([begun.untilMs]);
    clock.advance(1);
    // Without anybody looking.
    expect(told).toEqual([begun.untilMs, undefined]);
    expect(book.current()).toBeNull();
    // What runs out is told by its end, and needs no second word on disk.
    expect(changes.map(({ kind }) => kind)).toEqual(['begun']);
    expect(saved).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });

  it('lasts until a person ends it when it has no time', () => {
    const { book, clock, changes, saved } = standstillBench();
    book.begin(null, person);
    clock.advance(400 * 86_400_000);
    expect(book.current()).toMatchObject({ untilMs: null });
    book.end(cli);
    expect(book.current()).toBeNull();
    expect(saved.at(-1)).toBeNull();
    expect(changes).toMatchObject([
      { kind: 'begun', by: person },
      { kind: 'ended', by: cli, standstill: { by: person } },
    ]);
  });

  it('does nothing when it is ended without having begun', () => {
    const { book, changes, saved } = standstillBench();
    book.end(person);
    expect([changes, saved]).toEqual([[], []]);
  });

  it('counts from the last time it was begun', () => {
    const { book, clock } = standstillBench();
    book.begin(quarter, person);
    clock.advance(quarter / 2);
    book.begin(quarter, cli);
    clock.advance(quarter - 1);
    expect(book.current()).toMatchObject({ by: cli });
    clock.advance(1);
    expect(book.current()).toBeNull();
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('takes no time of %s', (forMs) => {
    const { book, saved } = standstillBench();
    expect(() => book.begin(forMs, person)).toThrow(CompanionError);
    expect([book.current(), saved]).toEqual([null, []]);
  });

  it('is over when its time has passed, also while the timer is late', () => {
    const kept = { by: person, sinceMs: 1_000, untilMs: 2_000 };
    const clock = createVirtualClock(1_500);
    const late = { ...clock, now: () => now };
    let now = 1_500;
    const { book } = standstillBench({ standstill: kept }, late as typeof clock);
    expect(book.current()).toEqual(kept);
    now = 2_000;
    expect(book.current()).toBeNull();
  });

  it('neither ends early nor lasts for hours when the clock is set back', () => {
    const clock = createVirtualClock();
    let setBackMs = 0;
    const moved = {
      ...clock,
      now: () => clock.now() - setBackMs,
    } as typeof clock;
    const { book } = standstillBench({ standstill: null }, moved);
    book.begin(quarter, person);
    setBackMs = 86_400_000;
    clock.advance(quarter - 1);
    expect(book.current()).not.toBeNull();
    clock.advance(quarter - 1);
    expect(book.current()).not.toBeNull();
    clock.advance(1);
    expect(book.current()).toBeNull();
  });

  it('goes on where an earlier program left it (AP-13)', () => {
    const clock = createVirtualClock();
    const standstill = { by: cli, sinceMs: clock.now() - 1_000, untilMs: clock.now() + 5_000 };
    const { book, changes } = standstillBench({ standstill }, clock);
    expect(book.current()).toEqual(standstill);
    clock.advance(5_000);
    expect(book.current()).toBeNull();
    expect(changes).toEqual([]);
  });

  it('S16: stands still while nobody can read whether it should, and says so', async () => {
    const { book, changes, log } = standstillBench({ unreadable: '/s/standstill.json is torn' });
    expect(book.current()).toMatchObject({ by: { surface: 'companion' }, untilMs: null });
    expect(book.problem()).toContain('/s/standstill.json is torn');
    expect(changes).toMatchObject([{ kind: 'begun', by: { surface: 'companion' } }]);
    expect(log.lines.map(({ event }) => event)).toContain('standstill.unreadable');
    book.end(person);
    await book.kept();
    expect([book.current(), book.problem()]).toEqual([null, null]);
  });

  it('holds in memory what cannot be kept, and says so until it can', async () => {
    const { book, failWith } = standstillBench();
    failWith(new Error('disk full'));
    book.begin(null, person);
    await book.kept();
    expect(book.current()).not.toBeNull();
    expect(book.problem()).toBe(
      'This pause ends when the companion stops, because it could not be stored: disk full',
    );
    failWith(null);
    book.begin(null, person);
    await book.kept();
    expect(book.problem()).toBeNull();
  });

  it('tells whoever draws it that it cannot be kept, and when it can again', async () => {
    const { book, failWith } = standstillBench();
    const told: (string | null)[] = [];
    failWith(new Error('disk full'));
    book.begin(null, person);
    book.onChange(() => void told.push(book.problem()));
    await book.kept();
    expect(told).toEqual([expect.stringContaining('disk full')]);
    failWith(null);
    book.end(person);
    await book.kept();
    expect(told.at(-1)).toBeNull();
    expect(told).toHaveLength(3);
  });

  it('lets the last deed say what is wrong, whichever write ends first', async () => {
    const { book, failWith } = standstillBench();
    failWith(new Error('disk full'));
    book.begin(null, person);
    failWith(null);
    book.end(person);
    await book.kept();
    expect(book.problem()).toBeNull();
  });

  it('goes on when a listener fails', () => {
    const { book, log } = standstillBench();
    let heard = false;
    book.onChange(() => {
      throw new Error('no icon');
    });
    book.onChange(() => {
      heard = true;
    });
    book.begin(null, person);
    expect([book.current() !== null, heard]).toEqual([true, true]);
    expect(log.lines.map(({ event }) => event)).toContain('standstill.listener.failed');
  });

  it('leaves no timer when it is closed, and what holds stays', async () => {
    const { book, clock, saved } = standstillBench();
    book.begin(quarter, person);
    await book.close();
    expect(clock.waiting).toBe(0);
    expect(saved).toHaveLength(1);
  });
});
