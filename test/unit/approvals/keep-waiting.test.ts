import { describe, expect, it } from 'vitest';
import { createApprovalQueue } from '#core/approvals/queue.ts';
import type { Clock } from '#core/ports.ts';
import { askOf, createFakePresenter, person, queueBench } from '#support/approvals.ts';
import { createFakeIds, createFakeLogger, fakeHasher } from '#support/fakes.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const ours = { timeoutMs: 60_000, extendable: true } as const;

describe('keep waiting (AP-17)', () => {
  it('gives a question its full time again from now, and leaves text and digest as they are', async () => {
    const { queue, ask, clock, decide } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const { approval, outcome } = ask(ours);
    clock.advance(59_999);
    expect(queue.extend(approval.id)).toBe('extended');
    expect(window.shown.at(-1)).toEqual({ ...approval, expiresAtMs: clock.now() + 60_000 });
    clock.advance(59_999);
    expect(queue.get(approval.id)?.expiresAtMs).toBe(clock.now() + 1);
    expect(decide(approval.id)).toBe('accepted');
    expect(await outcome).toMatchObject({ kind: 'allowed' });
    expect(clock.waiting).toBe(0);
  });

  it('lets it expire at the new deadline, once', async () => {
    const { queue, ask, clock } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const { approval, outcome } = ask(ours);
    clock.advance(30_000);
    queue.extend(approval.id);
    clock.advance(60_000);
    expect(await outcome).toEqual({ kind: 'expired' });
    expect(window.cleared).toHaveLength(1);
    expect(queue.extend(approval.id)).toBe('unknown');
    expect(clock.waiting).toBe(0);
  });

  it('tells exactly the surfaces that show it', () => {
    const { queue, ask } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    const list = createFakePresenter('all');
    queue.attach(window);
    queue.attach(list);
    ask({ command: 'in view' });
    const behind = ask({ command: 'behind', ...ours });
    expect(queue.extend(behind.approval.id)).toBe('extended');
    expect(window.shown).toHaveLength(1);
    expect(list.shown.map(({ subject }) => subject.commandText)).toEqual([
      'in view',
      'behind',
      'behind',
    ]);
  });

  it.each([
    ['a limit of the caller', { timeoutMs: 60_000 }],
    ['no limit', { timeoutMs: null, extendable: true }],
  ])('is not offered for a question with %s', (_, terms) => {
    const { queue, ask, clock } = queueBench();
    queue.attach(createFakePresenter('all'));
    const { approval } = ask(terms);
    clock.advance(1_000);
    expect(approval.extendable).toBeUndefined();
    expect(queue.extend(approval.id)).toBe('not-offered');
    expect(queue.get(approval.id)?.expiresAtMs).toBe(approval.expiresAtMs);
  });

  it('gives no time back to one whose timer is late (AP-10)', async () => {
    const clock = createVirtualClock();
    let late = 0;
    const slow: Clock = { ...clock, now: () => clock.now() + late };
    const deps = { clock: slow, ids: createFakeIds(), hasher: fakeHasher, log: createFakeLogger() };
    const queue = createApprovalQueue(deps);
    queue.attach(createFakePresenter('all'));
    const { approval, outcome } = queue.ask(askOf(ours), new AbortController().signal);
    late = 60_000;
    expect(queue.extend(approval.id)).toBe('unknown');
    expect(await outcome).toEqual({ kind: 'expired' });
  });

  it('moves the deadlines of all identical requests that have one of ours', async () => {
    const { queue, ask, clock, decide } = queueBench();
    queue.attach(createFakePresenter('all'));
    const first = ask({ ...ours, timeoutMs: 10_000 });
    const second = ask(ours);
    const callers = ask({ timeoutMs: 20_000 });
    expect(queue.list()).toMatchObject([{ count: 3, extendable: true }]);
    clock.advance(9_000);
    const { id } = first.approval;
    expect(queue.extend(id)).toBe('extended');
    clock.advance(10_000);
    expect(await first.outcome).toEqual({ kind: 'expired' });
    clock.advance(1_000);
    expect(await callers.outcome).toEqual({ kind: 'expired' });
    expect(queue.get(id)).toMatchObject({ count: 1, expiresAtMs: clock.now() + 49_000 });
    expect(decide(id)).toBe('accepted');
    expect(await second.outcome).toMatchObject({ kind: 'allowed' });
  });

  it('is no longer offered when only callers with limits of their own are left', () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    const leaving = new AbortController();
    const { approval } = ask(ours, leaving.signal);
    ask({ timeoutMs: 20_000 });
    leaving.abort();
    expect(queue.get(approval.id)?.extendable).toBeUndefined();
    expect(queue.extend(approval.id)).toBe('not-offered');
  });

  it('promises no time in view that only a caller had who went away', async () => {
    const { queue, ask, clock } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const before = ask({ command: 'before' });
    const shared = ask({ timeoutMs: 15_000 });
    clock.advance(10_000);
    const leaving = new AbortController();
    ask(ours, leaving.signal);
    queue.answer({ ...before.approval, decision: 'deny', by: person });
    const read = window.shown.at(-1);
    expect(read).toMatchObject({ expiresAtMs: clock.now() + 60_000, count: 2, extendable: true });
    leaving.abort();
    const { extendable: _, ...rest } = read ?? {};
    // What was read stays: text, count and digest.
    expect(window.shown.at(-1)).toEqual({ ...rest, expiresAtMs: clock.now() + 5_000 });
    expect(queue.extend(shared.approval.id)).toBe('not-offered');
    clock.advance(5_000);
    expect(await shared.outcome).toEqual({ kind: 'expired' });
  });

  it('makes no answer fit that did not fit before (S24)', () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('one-at-a-time'));
    const { approval } = ask(ours);
    queue.extend(approval.id);
    const { id, displayDigest } = approval;
    const answer = { id, decision: 'allow-once', by: person } as const;
    expect(queue.answer({ ...answer, displayDigest: 'other' })).toBe('stale');
    expect(queue.answer({ ...answer, displayDigest })).toBe('accepted');
  });
});

describe('welcome', () => {
  it('lets an agent ask that had to wait because nobody answered it', async () => {
    const { queue, ask, clock } = queueBench();
    queue.attach(createFakePresenter('one-at-a-time'));
    for (const command of ['one', 'two']) {
      ask({ command, timeoutMs: 1_000 });
      clock.advance(1_000);
    }
    expect(await ask({ command: 'three' }).outcome).toMatchObject({ why: 'cooling-down' });
    queue.welcome(' main ');
    const { approval } = ask({ command: 'four' });
    expect(queue.get(approval.id)).not.toBeNull();
  });
});

describe('cancelling everything', () => {
  it('ends what waits without showing one after the other', async () => {
    const { queue, ask, clock } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const asked = ['one', 'two', 'three'].map((command) => ask({ command }));
    queue.cancelAll('paused');
    for (const { outcome } of asked) {
      expect(await outcome).toEqual({ kind: 'cancelled', why: 'paused' });
    }
    expect(window.shown).toHaveLength(1);
    expect(clock.waiting).toBe(0);
    ask({ command: 'later' });
    expect(queue.list()).toHaveLength(1);
  });
});
