import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { CancelReason } from '#core/approvals/types.ts';
import { CompanionError } from '#core/errors.ts';
import { createFakePresenter, person, queueBench } from '#support/approvals.ts';

const cancelled = (why: CancelReason) => ({ kind: 'cancelled', why });
const commands = (presenter: { shown: readonly { subject: { commandText: string } }[] }) =>
  presenter.shown.map((one) => one.subject.commandText);

describe('one question at a time (D15, AP-09)', () => {
  it('shows the next question only after the visible one is over', () => {
    const { queue, ask, decide } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const first = ask({ command: 'one' });
    ask({ command: 'two' });
    expect(commands(window)).toEqual(['one']);
    decide(first.approval.id);
    expect(commands(window)).toEqual(['one', 'two']);
    expect([...window.open.values()].map((one) => one.subject.commandText)).toEqual(['two']);
  });

  it('shows every question to a surface that lists all of them', () => {
    const { queue, ask } = queueBench();
    const list = createFakePresenter('all');
    queue.attach(list);
    ask({ command: 'one' });
    ask({ command: 'two' });
    expect(commands(list)).toEqual(['one', 'two']);
    expect(list.waiting).toEqual([1, 2]);
  });

  it('takes turns between agents and keeps the order of each', async () => {
    const { queue, ask, decide } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    for (const command of ['a1', 'a2', 'a3']) ask({ agent: 'a', command });
    for (const command of ['b1', 'b2']) ask({ agent: 'b', command });
    for (let index = 0; index < 5; index += 1) {
      const [visible] = [...window.open.keys()];
      decide(visible ?? '');
    }
    expect(commands(window)).toEqual(['a1', 'a2', 'b1', 'a3', 'b2']);
  });

  it('shows what waits already to a surface that comes later', () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    ask({ command: 'one' });
    ask({ command: 'two' });
    const window = createFakePresenter('one-at-a-time');
    const list = createFakePresenter('all');
    queue.attach(window);
    queue.attach(list);
    expect(commands(window)).toEqual(['one']);
    expect(commands(list)).toEqual(['one', 'two']);
  });

  it('lists open questions oldest first and forgets answered ones', () => {
    const { queue, ask, decide } = queueBench();
    queue.attach(createFakePresenter('all'));
    const tickets = ['one', 'two', 'three'].map((command) => ask({ command }));
    decide(tickets[1]?.approval.id ?? '', 'deny');
    expect(queue.list().map((one) => one.subject.commandText)).toEqual(['one', 'three']);
    expect(queue.get(tickets[1]?.approval.id ?? '')).toBeNull();
  });
});

describe('answers', () => {
  it('gives the caller the decision and who made it', async () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    const { approval, outcome } = ask({ offered: ['allow-once', 'allow-always', 'deny'] });
    const { id, displayDigest } = approval;
    const by = { surface: 'terminal', who: 'user' } as const;
    expect(queue.answer({ id, decision: 'allow-always', by, displayDigest })).toBe('accepted');
    expect(await outcome).toEqual({ kind: 'allowed', decision: 'allow-always', by });
  });

  it('lets go of the signal and the timer of a caller that got its answer', () => {
    const { queue, ask, decide, clock } = queueBench();
    queue.attach(createFakePresenter('all'));
    const { signal } = new AbortController();
    const { approval } = ask({}, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    decide(approval.id);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(clock.waiting).toBe(0);
  });

  it('keeps the note of a denial', async () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    const { approval, outcome } = ask();
    const { id, displayDigest } = approval;
    queue.answer({ id, decision: 'deny', by: person, displayDigest, note: 'use the test folder' });
    expect(await outcome).toEqual({ kind: 'denied', by: person, note: 'use the test folder' });
  });

  it('lets the first answer win and calls every later one unknown', async () => {
    const { queue, ask, decide } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    const list = createFakePresenter('all');
    queue.attach(window);
    queue.attach(list);
    const { approval, outcome } = ask();
    expect(decide(approval.id, 'deny')).toBe('accepted');
    expect(window.cleared).toHaveLength(1);
    expect(list.cleared).toHaveLength(1);
    expect(decide(approval.id, 'allow-once')).toBe('unknown');
    expect((await outcome).kind).toBe('denied');
  });

  it('refuses a decision that was not offered and leaves the question open', () => {
    const { queue, ask, decide } = queueBench();
    queue.attach(createFakePresenter('all'));
    const { approval } = ask({ offered: ['allow-once', 'deny'] });
    expect(decide(approval.id, 'allow-always')).toBe('not-offered');
    expect(queue.get(approval.id)).not.toBeNull();
  });

  it('refuses an id that is pending already, with the words of the recorded peers', () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    ask({ id: 'one' });
    expect(() => ask({ id: 'one', command: 'other' })).toThrow(
      new CompanionError('INVALID_REQUEST', 'approval id already pending'),
    );
    expect(queue.list()).toHaveLength(1);
  });

  it('never lets an answer reach a caller whose time is over, even when the timer is late', async () => {
    const { queue, ask, decide, clock } = queueBench();
    queue.attach(createFakePresenter('all'));
    const { approval, outcome } = ask({ timeoutMs: 1_000 });
    const now = clock.now;
    clock.now = () => now() + 1_000;
    expect(decide(approval.id)).toBe('unknown');
    expect(await outcome).toEqual({ kind: 'expired' });
  });
});

describe('identical requests (D15)', () => {
  it('share one question with a count while nobody looks at it', async () => {
    const { queue, ask, decide } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const blocker = ask({ command: 'first' });
    const same = [ask(), ask(), ask()];
    expect(queue.list()).toHaveLength(2);
    decide(blocker.approval.id, 'deny');
    const [visible] = [...window.open.values()];
    expect(visible?.count).toBe(3);
    decide(visible?.id ?? '');
    const outcomes = await Promise.all(same.map((ticket) => ticket.outcome));
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['allowed', 'allowed', 'allowed']);
  });

  it('start a new question once the first one is in view', async () => {
    const { queue, ask, decide } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const seen = ask();
    const late = ask();
    expect(late.approval.id).not.toBe(seen.approval.id);
    decide(seen.approval.id);
    expect((await seen.outcome).kind).toBe('allowed');
    expect(queue.get(late.approval.id)?.count).toBe(1);
  });

  it('keep the text a person reads when one of them leaves', async () => {
    const { queue, ask, decide } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const blocker = ask({ command: 'first' });
    const gone = new AbortController();
    const leaves = ask({}, gone.signal);
    const stays = ask();
    decide(blocker.approval.id);
    const [read] = [...window.open.values()];
    gone.abort();
    expect(await leaves.outcome).toEqual(cancelled('caller-gone'));
    expect(window.shown).toHaveLength(2);
    expect(queue.get(read?.id ?? '')).toEqual(read);
    decide(read?.id ?? '');
    expect((await stays.outcome).kind).toBe('allowed');
  });

  it('show a new count to surfaces that list everything, and refuse answers to the old text', () => {
    const { queue, ask } = queueBench();
    const list = createFakePresenter('all');
    queue.attach(list);
    const { approval } = ask();
    const second = ask().approval;
    expect(list.shown.map((one) => one.count)).toEqual([1, 2]);
    const answer = { id: approval.id, decision: 'allow-once', by: person } as const;
    expect(queue.answer({ ...answer, displayDigest: approval.displayDigest })).toBe('stale');
    expect(queue.answer({ ...answer, displayDigest: null })).toBe('stale');
    expect(queue.answer({ ...answer, displayDigest: second.displayDigest })).toBe('accepted');
  });

  it('each keep a deadline and a signal of their own', async () => {
    const { queue, ask, decide, clock } = queueBench();
    const list = createFakePresenter('all');
    queue.attach(list);
    const gone = new AbortController();
    const brief = ask({ timeoutMs: 1_000 });
    const leaves = ask({}, gone.signal);
    const stays = ask({ timeoutMs: 5_000 });
    gone.abort();
    clock.advance(1_000);
    expect(await brief.outcome).toEqual({ kind: 'expired' });
    expect(await leaves.outcome).toEqual(cancelled('caller-gone'));
    expect(queue.get(brief.approval.id)?.count).toBe(1);
    expect(list.cleared).toHaveLength(0);
    decide(brief.approval.id);
    expect((await stays.outcome).kind).toBe('allowed');
    expect(clock.waiting).toBe(0);
  });

  it('are not shared when anything a person reads differs', () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    ask();
    ask({ kind: 'socket-request' });
    ask({ offered: ['deny'] });
    ask({ planDigest: 'another plan' });
    ask({ subject: { why: 'Another reason.' } });
    expect(queue.list()).toHaveLength(5);
  });

  it('are not shared when they came as Gateway requests, which others answer by name', () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    ask({ kind: 'gateway-request', id: 'one' });
    ask({ kind: 'gateway-request', id: 'two' });
    expect(queue.list().map((one) => one.id)).toEqual(['one', 'two']);
  });
});

describe('ends without an answer', () => {
  it('expires a question that is still queued, at its own deadline', async () => {
    const { queue, ask, clock } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    ask({ command: 'visible', timeoutMs: 60_000 });
    const queued = ask({ command: 'queued', timeoutMs: 1_000 });
    clock.advance(1_000);
    expect(await queued.outcome).toEqual({ kind: 'expired' });
    expect(commands(window)).toEqual(['visible']);
  });

  it('waits for ever without a deadline, and beyond what one timer can hold', async () => {
    const { queue, ask, clock } = queueBench();
    queue.attach(createFakePresenter('all'));
    const forever = ask({ command: 'forever', timeoutMs: null });
    const longMs = 3 * 2 ** 31;
    const { schedule } = clock;
    clock.schedule = (delayMs, task) => {
      // A real timer with a longer delay would fire at once.
      expect(delayMs).toBeLessThan(2 ** 31);
      return schedule(delayMs, task);
    };
    const long = ask({ command: 'long', timeoutMs: longMs });
    clock.advance(longMs - 1);
    expect(queue.list()).toHaveLength(2);
    clock.advance(1);
    expect(await long.outcome).toEqual({ kind: 'expired' });
    expect(queue.get(forever.approval.id)?.expiresAtMs).toBeNull();
  });

  it.each([0, -1, Number.NaN])('expires a timeout of %s at once, unseen', async (timeoutMs) => {
    const { queue, ask } = queueBench();
    const list = createFakePresenter('all');
    queue.attach(list);
    expect(await ask({ timeoutMs }).outcome).toEqual({ kind: 'expired' });
    expect(list.shown).toHaveLength(0);
  });

  it('cancels when the caller goes away, and moves on', async () => {
    const { queue, ask, clock } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const gone = new AbortController();
    const { outcome } = ask({ command: 'left' }, gone.signal);
    ask({ command: 'next', timeoutMs: null });
    gone.abort();
    expect(await outcome).toEqual(cancelled('caller-gone'));
    expect(commands(window)).toEqual(['left', 'next']);
    expect(clock.waiting).toBe(0);
  });

  it('cancels when the caller was gone before it asked', async () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    expect(await ask({}, AbortSignal.abort()).outcome).toEqual(cancelled('caller-gone'));
  });

  it('cancels at once when nobody can be asked', async () => {
    const { ask } = queueBench();
    expect(await ask().outcome).toEqual(cancelled('no-presenter'));
  });

  it('cancels what is pending when the last surface goes, not before', async () => {
    const { queue, ask } = queueBench();
    const detachList = queue.attach(createFakePresenter('all'));
    const detachWindow = queue.attach(createFakePresenter('one-at-a-time'));
    const { outcome } = ask();
    detachList();
    detachList();
    expect(queue.list()).toHaveLength(1);
    detachWindow();
    expect(await outcome).toEqual(cancelled('presenter-gone'));
  });

  it('cancels everything at shutdown without showing the next one, and takes no more', async () => {
    const { queue, ask, clock } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const tickets = ['one', 'two'].map((command) => ask({ command }));
    queue.close();
    for (const { outcome } of tickets) expect(await outcome).toEqual(cancelled('shutdown'));
    expect(await ask().outcome).toEqual(cancelled('shutdown'));
    expect(commands(window)).toEqual(['one']);
    expect(clock.waiting).toBe(0);
  });
});

describe('surfaces that misbehave', () => {
  it('one that throws is logged and stops neither the others nor the queue', async () => {
    const { queue, ask, decide, log } = queueBench();
    const fail = () => {
      throw new Error('broken window');
    };
    queue.attach({ surface: 'window', mode: 'one-at-a-time', present: fail, clear: fail });
    const list = createFakePresenter('all');
    queue.attach(list);
    const { approval, outcome } = ask();
    expect(decide(approval.id)).toBe('accepted');
    expect((await outcome).kind).toBe('allowed');
    expect(list.cleared).toHaveLength(1);
    expect(log.lines.filter((line) => line.event === 'approval.presenter.failed')).toHaveLength(2);
  });

  it('one that answers while it is being shown gets through the whole queue', async () => {
    const { queue, ask, clock } = queueBench();
    queue.attach({
      surface: 'test-aid',
      mode: 'one-at-a-time',
      present: ({ id, displayDigest }) => {
        const by = { surface: 'test-aid', who: null } as const;
        queue.answer({ id, decision: 'allow-once', by, displayDigest });
      },
      clear: () => undefined,
    });
    const tickets = ['one', 'two', 'three'].map((command) => ask({ command }));
    for (const { outcome } of tickets) expect((await outcome).kind).toBe('allowed');
    expect(queue.list()).toHaveLength(0);
    expect(clock.waiting).toBe(0);
  });

  it('one that detaches while it is being shown cancels as any other does', async () => {
    const { queue, ask } = queueBench();
    let detach: () => void = () => undefined;
    detach = queue.attach({
      surface: 'window',
      mode: 'one-at-a-time',
      present: () => detach(),
      clear: () => undefined,
    });
    expect(await ask().outcome).toEqual(cancelled('presenter-gone'));
  });
});
