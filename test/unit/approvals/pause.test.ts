import { describe, expect, it } from 'vitest';
import { createPauseBook, pauseMs } from '#core/approvals/pause.ts';
import type { PauseChange } from '#core/approvals/types.ts';
import { createFakePresenter, person, queueBench } from '#support/approvals.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const by = { surface: 'terminal', who: 'user' } as const;

function book() {
  const clock = createVirtualClock();
  const changes: PauseChange[] = [];
  const onChange = (change: PauseChange) => changes.push(change);
  return { clock, changes, pauses: createPauseBook({ clock, log: createFakeLogger(), onChange }) };
}

describe('the pause of an agent', () => {
  it('lasts ten minutes and says since when, until when and by whom', () => {
    const { clock, pauses } = book();
    const sinceMs = clock.now();
    pauses.pause('a', by, pauseMs);
    expect(pauses.list()).toEqual([{ agent: 'a', by, sinceMs, untilMs: sinceMs + 600_000 }]);
    clock.advance(pauseMs - 1);
    expect(pauses.has('a')).toBe(true);
    clock.advance(1);
    expect(pauses.has('a')).toBe(false);
    expect(pauses.list()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('is told once when it begins and once when a person ends it, not when it runs out', () => {
    const { clock, changes, pauses } = book();
    pauses.pause('a', by, pauseMs);
    expect(pauses.resume('a', person)).toMatchObject({ agent: 'a' });
    expect(pauses.resume('a', person)).toBeNull();
    pauses.pause('b', by, pauseMs);
    clock.advance(pauseMs);
    expect(pauses.resume('b', person)).toBeNull();
    expect(changes).toMatchObject([
      { kind: 'paused', pause: { agent: 'a' }, by },
      { kind: 'resumed', pause: { agent: 'a', by }, by: person },
      { kind: 'paused', pause: { agent: 'b' }, by },
    ]);
  });

  it('neither ends nor grows by more than itself when the clock is set back', () => {
    const { clock, pauses } = book();
    pauses.pause('a', by, pauseMs);
    const { now } = clock;
    clock.now = () => now() - 3_600_000;
    expect(pauses.has('a')).toBe(true);
    clock.advance(pauseMs);
    expect(pauses.has('a')).toBe(false);
  });

  it('keeps its own length, whatever that is, also when the clock is set back', () => {
    const { clock, pauses } = book();
    pauses.pause('a', by, 3_600_000);
    const { now } = clock;
    clock.now = () => now() - 7_200_000;
    expect(pauses.list()).toMatchObject([{ untilMs: clock.now() + 3_600_000 }]);
    clock.advance(3_600_000 - 1);
    expect(pauses.has('a')).toBe(true);
    clock.advance(1);
    expect(pauses.has('a')).toBe(false);
  });
});

/** Answers what is pending now with "deny and pause this agent". */
function denyAndPause({ queue }: ReturnType<typeof queueBench>, id: string, note?: string) {
  const displayDigest = queue.get(id)?.displayDigest ?? 'nothing was shown';
  return queue.answer({
    id,
    decision: 'deny',
    by,
    displayDigest,
    pauseAgentMs: pauseMs,
    ...(note === undefined ? {} : { note }),
  });
}

describe('deny and pause this agent', () => {
  it('denies all that waits of it, shows none of that for a moment, and leaves others alone', async () => {
    const bench = queueBench();
    const { queue, ask } = bench;
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const first = ask({ agent: 'a', command: 'a1' });
    const second = ask({ agent: 'a', command: 'a2' });
    const same = ask({ agent: 'a', command: 'a2' });
    const other = ask({ agent: 'b', command: 'b1' });
    expect(denyAndPause(bench, first.approval.id, 'enough')).toBe('accepted');
    const denied = { kind: 'denied', by, note: 'enough', pausedMs: pauseMs };
    for (const ticket of [first, second, same]) expect(await ticket.outcome).toEqual(denied);
    expect(window.shown.map((one) => one.subject.commandText)).toEqual(['a1', 'b1']);
    expect(queue.list().map((one) => one.id)).toEqual([other.approval.id]);
  });

  it('refuses what comes later at once, as cancelled, until the pause is over', async () => {
    const bench = queueBench();
    const { queue, ask, clock } = bench;
    queue.attach(createFakePresenter('one-at-a-time'));
    denyAndPause(bench, ask({ agent: 'a' }).approval.id);
    clock.advance(pauseMs - 1);
    const paused = { kind: 'cancelled', why: 'paused' };
    expect(await ask({ agent: 'a', command: 'again' }).outcome).toEqual(paused);
    ask({ agent: 'b' });
    expect(queue.list()).toHaveLength(1);
    clock.advance(1);
    ask({ agent: 'a', command: 'again' });
    expect(queue.list().map((one) => one.subject.agentId)).toContain('a');
  });

  it('ends when a person resumes the agent, and what it did before is forgotten', async () => {
    const bench = queueBench();
    const { queue, ask, clock } = bench;
    queue.attach(createFakePresenter('one-at-a-time'));
    ask({ agent: 'a', command: 'ignored', timeoutMs: 1_000 });
    clock.advance(1_000);
    denyAndPause(bench, ask({ agent: 'a' }).approval.id);
    expect(queue.pauses.resume('a', person)).not.toBeNull();
    ask({ agent: 'a', command: 'ignored once', timeoutMs: 1_000 });
    clock.advance(1_000);
    ask({ agent: 'a', command: 'next' });
    expect(queue.list()).toHaveLength(1);
  });

  it.each([null, '', 'default', 'main', ' main '])(
    'holds for all that run under the rules of main, when it was one of those: %j',
    async (agentId) => {
      const bench = queueBench();
      const { queue, ask } = bench;
      queue.attach(createFakePresenter('one-at-a-time'));
      const waiting = ask({ subject: { agentId: 'default', sessionKey: 'another' } });
      denyAndPause(bench, ask({ subject: { agentId } }).approval.id);
      expect(await waiting.outcome).toMatchObject({ kind: 'denied' });
      expect(queue.pauses.list()).toMatchObject([{ agent: 'main' }]);
      for (const other of [null, 'default', 'main']) {
        const later = ask({ subject: { agentId: other, sessionKey: 'a third' } });
        expect(await later.outcome).toMatchObject({ why: 'paused' });
      }
      ask({ agent: 'named' });
      expect(queue.list()).toHaveLength(1);
      expect(queue.pauses.resume(agentId ?? '', person)).toMatchObject({ agent: 'main' });
      expect(queue.pauses.list()).toEqual([]);
    },
  );

  it('is nobody at home’s business: without a surface the refusal stays the person’s pause', async () => {
    const bench = queueBench();
    const detach = bench.queue.attach(createFakePresenter('one-at-a-time'));
    denyAndPause(bench, bench.ask({ agent: 'a' }).approval.id);
    detach();
    expect(await bench.ask({ agent: 'a' }).outcome).toMatchObject({ why: 'paused' });
    expect(await bench.ask({ agent: 'b' }).outcome).toMatchObject({ why: 'no-presenter' });
  });

  it('cancels what does not offer a denial', async () => {
    const bench = queueBench();
    bench.queue.attach(createFakePresenter('all'));
    const odd = bench.ask({ agent: 'a', command: 'odd', offered: ['allow-once'] });
    const usual = bench.ask({ agent: 'a', command: 'usual' });
    expect(denyAndPause(bench, odd.approval.id)).toBe('not-offered');
    expect(bench.queue.pauses.list()).toEqual([]);
    denyAndPause(bench, usual.approval.id);
    expect(await odd.outcome).toEqual({ kind: 'cancelled', why: 'paused' });
  });

  it('lets go of every timer and place', () => {
    const bench = queueBench();
    const { queue, ask, clock } = bench;
    queue.attach(createFakePresenter('all'));
    for (let index = 0; index < 20; index += 1) ask({ agent: 'a', command: `${index}` });
    denyAndPause(bench, queue.list()[0]?.id ?? '');
    expect(clock.waiting).toBe(0);
    queue.pauses.resume('a', person);
    for (let index = 0; index < 20; index += 1) ask({ agent: 'a', command: `${index}` });
    expect(queue.list()).toHaveLength(20);
  });

  it('lets an agent that asks again from inside its denial find the pause', async () => {
    const bench = queueBench();
    const { queue, ask } = bench;
    let later: ReturnType<typeof ask> | null = null;
    queue.attach({
      surface: 'window',
      mode: 'all',
      present: () => undefined,
      clear: () => {
        later ??= ask({ agent: 'a', command: 'at once' });
      },
    });
    denyAndPause(bench, ask({ agent: 'a' }).approval.id);
    expect(await (later as ReturnType<typeof ask> | null)?.outcome).toMatchObject({
      why: 'paused',
    });
  });
});
