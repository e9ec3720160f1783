import { describe, expect, it } from 'vitest';
import { createFakePresenter, queueBench } from '#support/approvals.ts';

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('S26: a flood of requests keeps nobody else waiting (D15, AP-09)', () => {
  it('of 1 000 requests of one agent 20 wait, the rest end at once, and another agent is next', async () => {
    const { queue, ask, decide, clock } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const flood = times(1_000).map((index) => ask({ agent: 'a', command: `a${index}` }));
    const other = ask({ agent: 'b', command: 'b' });
    expect(queue.list().filter((one) => one.subject.agentId === 'a')).toHaveLength(20);
    expect(await flood[20]?.outcome).toEqual({ kind: 'cancelled', why: 'queue-full' });
    expect(clock.waiting).toBe(21);
    decide(flood[0]?.approval.id ?? '', 'deny');
    expect([...window.open.keys()]).toEqual([flood[1]?.approval.id]);
    decide(flood[1]?.approval.id ?? '', 'deny');
    expect([...window.open.keys()]).toEqual([other.approval.id]);
  });

  it('64 wait in all, whatever names they come under', async () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    const flood = times(200).map((index) => ask({ agent: `agent-${index}`, command: 'x' }));
    expect(queue.list()).toHaveLength(64);
    expect(await flood[64]?.outcome).toEqual({ kind: 'cancelled', why: 'queue-full' });
  });

  it('a place becomes free with every end', async () => {
    const { queue, ask, decide, clock } = queueBench();
    queue.attach(createFakePresenter('all'));
    const gone = new AbortController();
    const [answered] = times(18).map((index) => ask({ command: `${index}`, timeoutMs: null }));
    ask({ command: 'expires', timeoutMs: 10 });
    ask({ command: 'leaves', timeoutMs: null }, gone.signal);
    expect(await ask({ command: 'too many' }).outcome).toMatchObject({ why: 'queue-full' });
    decide(answered?.approval.id ?? '');
    clock.advance(10);
    gone.abort();
    for (const index of times(3)) ask({ command: `again ${index}` });
    expect(queue.list()).toHaveLength(20);
    expect(await ask({ command: 'too many' }).outcome).toMatchObject({ why: 'queue-full' });
  });

  it('1 000 identical requests are one question with a count, within the same limit', async () => {
    const { queue, ask, decide } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const visible = ask({ agent: 'b', command: 'first' });
    const same = times(1_000).map(() => ask({ agent: 'a', command: 'same' }));
    expect(queue.list()).toHaveLength(2);
    decide(visible.approval.id);
    const [question] = [...window.open.values()];
    expect(question?.count).toBe(20);
    decide(question?.id ?? '', 'deny');
    const ends = await Promise.all(same.map((ticket) => ticket.outcome));
    expect(ends.filter((end) => end.kind === 'denied')).toHaveLength(20);
    expect(ends.filter((end) => end.kind === 'cancelled')).toHaveLength(980);
  });

  it('1 000 requests and their ends take well under a second', () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('one-at-a-time'));
    const started = performance.now();
    for (const index of times(1_000)) ask({ agent: `agent-${index % 50}`, command: `${index}` });
    queue.close();
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('S26: an agent that nobody answers must pause (AP-09)', () => {
  const seconds = (count: number) => count * 1_000;

  function pausedBench() {
    const bench = queueBench();
    bench.queue.attach(createFakePresenter('one-at-a-time'));
    for (const command of ['one', 'two']) {
      bench.ask({ command, timeoutMs: seconds(1) });
      bench.clock.advance(seconds(1));
    }
    return bench;
  }

  it('after two in a row, for 30 s; another agent is not affected', async () => {
    const { ask, clock, queue } = pausedBench();
    const refused = await ask({ command: 'three' }).outcome;
    expect(refused).toEqual({ kind: 'cancelled', why: 'cooling-down' });
    ask({ agent: 'other', command: 'three' });
    expect(queue.list()).toHaveLength(1);
    clock.advance(seconds(30) - 1);
    expect(await ask({ command: 'four' }).outcome).toMatchObject({ why: 'cooling-down' });
    clock.advance(1);
    ask({ command: 'five' });
    expect(queue.list().map((one) => one.subject.commandText)).toContain('five');
  });

  it('not when a person answered in between, with whatever decision', () => {
    const { ask, clock, queue, decide } = queueBench();
    queue.attach(createFakePresenter('one-at-a-time'));
    for (const command of ['one', 'two', 'three']) {
      const { approval } = ask({ command });
      expect(decide(approval.id, 'deny')).toBe('accepted');
      ask({ command: `${command} unanswered`, timeoutMs: seconds(1) });
      clock.advance(seconds(1));
    }
    ask({ command: 'next' });
    expect(queue.list()).toHaveLength(1);
  });

  it('not for questions that expired in the queue, where nobody saw them', () => {
    const { ask, clock, queue } = queueBench();
    queue.attach(createFakePresenter('one-at-a-time'));
    ask({ agent: 'a', command: 'visible', timeoutMs: null });
    for (const command of ['one', 'two', 'three']) ask({ agent: 'b', command, timeoutMs: 1 });
    clock.advance(1);
    ask({ agent: 'b', command: 'four' });
    expect(queue.list()).toHaveLength(2);
  });

  it('longer with every further one, until a person answers something of that agent', async () => {
    const { ask, clock, decide } = pausedBench();
    for (const waitMs of [30, 60, 120, 240, 480, 600, 600].map(seconds)) {
      expect(await ask({ command: 'soon' }).outcome).toMatchObject({ why: 'cooling-down' });
      clock.advance(waitMs - 1);
      expect(await ask({ command: 'soon' }).outcome).toMatchObject({ why: 'cooling-down' });
      clock.advance(1);
      const ignored = ask({ command: `after ${waitMs}`, timeoutMs: seconds(1) });
      clock.advance(seconds(1));
      expect(await ignored.outcome).toEqual({ kind: 'expired' });
    }
    clock.advance(seconds(600));
    expect(decide(ask({ command: 'answered' }).approval.id, 'deny')).toBe('accepted');
    ask({ command: 'ignored', timeoutMs: seconds(1) });
    clock.advance(seconds(1));
    expect(decide(ask({ command: 'next' }).approval.id)).toBe('accepted');
  });

  it('not for questions that a flood of another kept out of sight, whoever else may list them', () => {
    const { ask, clock, queue } = queueBench();
    queue.attach(createFakePresenter('one-at-a-time'));
    queue.attach(createFakePresenter('all'));
    const flood = times(20).map((index) => ask({ agent: 'flood', command: `${index}` }));
    for (const command of ['one', 'two']) ask({ agent: 'b', command });
    // The flood's question is over, and in the same moment so are those that waited behind it.
    clock.advance(seconds(15));
    expect(flood).toHaveLength(20);
    expect(queue.list()).toHaveLength(0);
    ask({ agent: 'b', command: 'three' });
    expect(queue.list()).toHaveLength(1);
  });

  it('also where no surface shows questions by itself', async () => {
    const { ask, clock, queue } = queueBench();
    queue.attach(createFakePresenter('all'));
    for (const command of ['one', 'two']) ask({ command, timeoutMs: seconds(1) });
    clock.advance(seconds(1));
    expect(await ask({ command: 'three' }).outcome).toMatchObject({ why: 'cooling-down' });
  });

  it('no longer than it should when the clock is set back', () => {
    const { ask, clock, queue } = pausedBench();
    const now = clock.now;
    clock.now = () => now() - seconds(3_600);
    ask({ command: 'three' });
    expect(queue.list()).toHaveLength(1);
  });
});
