import { describe, expect, it } from 'vitest';
import { createFakePresenter, queueBench } from '#support/approvals.ts';

/** A window behind which the list of all is attached too, as in the app. */
function bench() {
  const rest = queueBench();
  const { queue } = rest;
  const window = createFakePresenter('one-at-a-time');
  queue.attach(createFakePresenter('all'));
  const away = createFakePresenter('away');
  let detach = queue.attach(window);
  const swap = (presenter: ReturnType<typeof createFakePresenter>): void => {
    const before = detach;
    detach = queue.attach(presenter);
    before();
  };
  return {
    ...rest,
    window,
    away,
    lock: () => swap(away),
    unlock: () => swap(window),
    /** Whether this agent may still ask. */
    isHeard: (agent: string) => queue.list().some(({ subject }) => subject.agentId === agent),
  };
}

describe('a surface that is away (AP-10)', () => {
  it('gets nothing, keeps every deadline, and shows what still waits when it is back', async () => {
    const { queue, ask, clock, window, away, lock, unlock } = bench();
    lock();
    const early = ask({ command: 'early', timeoutMs: 5_000 });
    const late = ask({ command: 'late', timeoutMs: 60_000 });
    clock.advance(5_000);
    expect(await early.outcome).toEqual({ kind: 'expired' });
    expect(window.shown).toEqual([]);
    unlock();
    expect(window.shown.map(({ id }) => id)).toEqual([late.approval.id]);
    lock();
    expect(away.shown).toEqual([]);
    expect(queue.get(late.approval.id)?.expiresAtMs).toBe(late.approval.expiresAtMs);
    clock.advance(55_000);
    expect(await late.outcome).toEqual({ kind: 'expired' });
  });

  it('makes no silence of what expires meanwhile, seen before or not', () => {
    const { ask, clock, lock, isHeard } = bench();
    // One more would make it wait.
    ask({ command: 'ignored', timeoutMs: 10_000 });
    clock.advance(10_000);
    ask({ command: 'in view', timeoutMs: 10_000 });
    clock.advance(9_000);
    lock();
    for (const command of ['one', 'two', 'three']) ask({ command, timeoutMs: 10_000 });
    clock.advance(10_000);
    ask({ command: 'next' });
    expect(isHeard('main')).toBe(true);
  });

  it('still counts what was in view for half of its life, and only that time', () => {
    const { ask, clock, lock, unlock, isHeard } = bench();
    ask({ command: 'one', timeoutMs: 10_000 });
    clock.advance(6_000);
    lock();
    unlock();
    clock.advance(4_000);
    ask({ command: 'two', timeoutMs: 10_000 });
    clock.advance(10_000);
    // The first was in view for less than half since the screen came back.
    ask({ command: 'three', timeoutMs: 10_000 });
    expect(isHeard('main')).toBe(true);
    clock.advance(10_000);
    ask({ command: 'four' });
    expect(isHeard('main')).toBe(false);
  });

  it('shows the question again that was in view, and another agent waits its turn', () => {
    const { ask, decide, window, lock, unlock } = bench();
    const first = ask({ agent: 'a', command: 'first' });
    const second = ask({ agent: 'b', command: 'second' });
    lock();
    unlock();
    expect(window.shown.map(({ id }) => id)).toEqual([first.approval.id, first.approval.id]);
    decide(first.approval.id);
    expect(window.shown.at(-1)?.id).toBe(second.approval.id);
  });

  it('can be answered elsewhere: the next one comes into nobody’s view by that', async () => {
    const { ask, decide, window, lock } = bench();
    lock();
    const first = ask({ command: 'first' });
    ask({ command: 'second' });
    decide(first.approval.id, 'allow-once');
    expect(await first.outcome).toMatchObject({ kind: 'allowed' });
    expect(window.shown).toEqual([]);
  });

  it('changes nothing where none was: every question that all could see counts', () => {
    const { queue, ask, clock } = queueBench();
    queue.attach(createFakePresenter('all'));
    for (const command of ['one', 'two']) {
      ask({ command, timeoutMs: 10_000 });
      clock.advance(10_000);
    }
    ask({ command: 'three' });
    expect(queue.list()).toEqual([]);
  });
});
