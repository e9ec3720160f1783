import { describe, expect, it } from 'vitest';
import type { MissedQuestion } from '#core/approvals/ask-again.ts';
import { approvalHandlers } from '#main/handlers/approvals.ts';
import { standstillHandlers } from '#main/handlers/standstill.ts';
import { shownStatus } from '#main/state/shown-status.ts';
import { person, queueBench } from '#support/approvals.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { startPresenter } from '#support/presenter-bench.ts';
import { statusFactsOf } from '#support/shown-state.ts';
import { standstillBench } from '#support/standstill.ts';

function bench(askAgain: () => Promise<boolean> = async () => true) {
  const { queue, ask, clock, log } = queueBench();
  const told: MissedQuestion[] = [];
  const { presenter, window, changes } = startPresenter({
    desk: queue,
    clock,
    log,
    askAgain(question) {
      told.push(question);
      return askAgain();
    },
  });
  const handlers = approvalHandlers({
    presenter,
    clipboard: { writeText: () => Promise.resolve() },
    log: createFakeLogger(),
  });
  const expire = () => {
    const { approval } = ask({ timeoutMs: 5_000 });
    clock.advance(5_000);
    return approval.id;
  };
  const call = (id: string) => handlers['approvals.askAgain']({ id }, 'approval');
  return { queue, ask, clock, window, told, changes, presenter, handlers, expire, call };
}

describe('keep waiting in the window (AP-17)', () => {
  it('moves the deadline of the question in view, and shows it', () => {
    const { ask, clock, presenter, handlers } = bench();
    const { approval } = ask({ timeoutMs: 5_000, extendable: true });
    expect(presenter.state().current).toMatchObject({ canExtend: true });
    clock.advance(4_000);
    expect(handlers['approvals.extend']({ id: approval.id }, 'approval')).toBe(true);
    const { current } = presenter.state();
    expect(current).toMatchObject({
      id: approval.id,
      displayDigest: approval.displayDigest,
      createdAtMs: approval.createdAtMs,
      expiresAtMs: clock.now() + 5_000,
    });
  });

  it('is refused for a limit of the caller, for what is not in view, and after the end', () => {
    const { ask, clock, presenter } = bench();
    const { approval } = ask({ command: 'one', timeoutMs: 5_000 });
    const behind = ask({ command: 'two', timeoutMs: 60_000, extendable: true });
    expect(presenter.state().current).toMatchObject({ canExtend: false });
    expect(presenter.extend(approval.id)).toBe(false);
    expect(presenter.extend(behind.approval.id)).toBe(false);
    clock.advance(5_000);
    expect(presenter.extend(behind.approval.id)).toBe(true);
    expect(presenter.extend(approval.id)).toBe(false);
    presenter.close();
    expect(presenter.extend(behind.approval.id)).toBe(false);
  });
});

describe('ask again (AP-10)', () => {
  it('keeps an expired question on the page until a person closes it', () => {
    const { expire, clock, presenter, window } = bench();
    const id = expire();
    clock.advance(3_600_000);
    expect(presenter.state().last).toEqual({
      id,
      text: 'No answer in time. Nothing ran.',
      outcome: 'expired',
      canAskAgain: true,
    });
    expect(window.visible).toBe(true);
    presenter.dismissed();
    expect(presenter.state().last).toBeNull();
    expect(clock.waiting).toBe(0);
  });

  it('tells the agent, says so for a moment, and puts nothing in line', async () => {
    const { expire, clock, presenter, window, told, queue, call } = bench();
    const id = expire();
    expect(await call(id)).toBe(true);
    expect(told).toMatchObject([{ id, kind: 'exec', subject: { sessionKey: 'session-1' } }]);
    expect(queue.list()).toEqual([]);
    expect(presenter.state().last).toMatchObject({
      id,
      text: 'The Gateway was told that this agent may ask again. Nothing ran.',
      canAskAgain: false,
    });
    clock.advance(1_200);
    expect(window.visible).toBe(false);
    expect(await call(id)).toBe(false);
    expect(told).toHaveLength(1);
  });

  it('tells once for two clicks, and leaves the button when nobody could be told', async () => {
    const answer = Promise.withResolvers<boolean>();
    const { expire, presenter, told, call } = bench(() => answer.promise);
    const id = expire();
    const both = [call(id), call(id)];
    answer.resolve(false);
    expect(await Promise.all(both)).toEqual([false, false]);
    expect(told).toHaveLength(1);
    expect(presenter.state().last).toMatchObject({ canAskAgain: true });
  });

  it('offers nothing for a question of a session that is not known, or about the rules', () => {
    for (const asked of [{ subject: { sessionKey: null } }, { kind: 'policy-change' as const }]) {
      const { ask, clock, presenter, window } = bench();
      ask({ timeoutMs: 1_000, ...asked });
      clock.advance(1_000);
      expect(presenter.state().last).toMatchObject({ outcome: 'expired', canAskAgain: false });
      clock.advance(1_200);
      expect(window.visible).toBe(false);
    }
  });

  it('gives way to the next question, also to one that waited behind it', async () => {
    const { ask, clock, presenter, call } = bench();
    const first = ask({ command: 'one', timeoutMs: 5_000 });
    const next = ask({ command: 'two' });
    clock.advance(5_000);
    expect(presenter.state()).toMatchObject({
      current: { id: next.approval.id },
      last: { id: first.approval.id, canAskAgain: false },
    });
    expect(await call(first.approval.id)).toBe(false);
    clock.advance(1_200);
    expect(presenter.state()).toMatchObject({ current: { id: next.approval.id }, last: null });
  });

  it('is not taken away by closing a window that shows another question', () => {
    const { expire, ask, presenter } = bench();
    expire();
    const { approval } = ask({ command: 'next' });
    presenter.dismissed();
    expect(presenter.state()).toMatchObject({
      current: { id: approval.id },
      last: { canAskAgain: false },
    });
  });

  it('says nothing about what has gone from the page while the agent was being told', async () => {
    const answer = Promise.withResolvers<boolean>();
    const { expire, presenter, clock, call } = bench(() => answer.promise);
    const id = expire();
    const told = call(id);
    presenter.dismissed();
    answer.resolve(true);
    expect(await told).toBe(true);
    expect(presenter.state().last).toBeNull();
    expect(clock.waiting).toBe(0);
  });

  it('S24: tells of the question it is on, also while the one before is still being told of', async () => {
    const slow = Promise.withResolvers<boolean>();
    const answers = [slow.promise, Promise.resolve(false)];
    const { expire, presenter, told, call } = bench(() => answers.shift() ?? slow.promise);
    const first = expire();
    const firstTold = call(first);
    const second = expire();
    expect(await call(second)).toBe(false);
    expect(told.map(({ id }) => id)).toEqual([first, second]);
    slow.resolve(true);
    expect(await firstTold).toBe(true);
    expect(presenter.state().last).toMatchObject({ id: second, canAskAgain: true });
  });

  it('a failure while telling is told, and does not take the button away for good', async () => {
    const answers = [Promise.reject(new Error('broken')), Promise.resolve(true)];
    const { expire, told, call } = bench(() => answers.shift() ?? Promise.resolve(false));
    const id = expire();
    await expect(call(id)).rejects.toThrow('broken');
    expect(await call(id)).toBe(true);
    expect(told).toHaveLength(2);
  });

  it('leaves no timer behind when the window closes for good', () => {
    const { ask, clock, presenter } = bench();
    ask({ timeoutMs: 1_000, subject: { sessionKey: null } });
    clock.advance(1_000);
    presenter.close();
    expect(clock.waiting).toBe(0);
  });
});

describe('the end of an agent’s pause, from the popover', () => {
  const until = 1_770_000_000_000;
  const pauseOf = (agent: string) => ({ agent, by: person, sinceMs: 1, untilMs: until });

  function pausesBench(...agents: readonly string[]) {
    const resumed: unknown[] = [];
    const pauses = {
      list: () => agents.map(pauseOf),
      resume(agent: string, by: unknown) {
        resumed.push([agent, by]);
        return pauseOf(agent);
      },
    };
    const { book } = standstillBench();
    const deps = { standstill: book, pauses, resumed: () => void resumed.push('told'), who: 'ada' };
    return { resume: standstillHandlers(deps)['pauses.resume'], resumed };
  }

  it('S6: ends the one that was shown, whose name no page ever sees', () => {
    const { resume, resumed } = pausesBench('main', 'a\u202Eb');
    const { pausedAgents } = shownStatus({
      version: '1',
      status: statusFactsOf({ pausedAgents: ['main', 'a\u202Eb'].map(pauseOf) }),
      waiting: 0,
      running: 0,
      activity: [],
      pairing: 0,
      isWindowBroken: false,
      recent: [],
    });
    expect(pausedAgents.map(({ agent }) => agent)).toEqual([
      '"main" (claimed)',
      '"a\\u{202E}b" (claimed)',
    ]);
    const [, shown] = pausedAgents;
    if (!shown) throw new Error('nobody is paused');
    expect(resume(shown, 'status')).toBe(true);
    expect(resumed).toEqual([['a\u202Eb', { surface: 'window', who: 'ada' }], 'told']);
  });

  it.each([
    ['is not paused', { agent: '"b" (claimed)', untilMs: until }],
    ['is named raw', { agent: 'main', untilMs: until }],
    ['was paused again since', { agent: '"main" (claimed)', untilMs: until - 1 }],
  ])('ends nothing for one that %s', (_why, input) => {
    const { resume, resumed } = pausesBench('main');
    expect(resume(input, 'status')).toBe(false);
    expect(resumed).toEqual([]);
  });
});

describe('pause everything, from a page', () => {
  it('begins for minutes or until it is ended, and 0 ends it', () => {
    const { book, clock } = standstillBench();
    const { queue } = queueBench();
    const deps = { standstill: book, pauses: queue.pauses, resumed: () => undefined, who: 'ada' };
    const set = standstillHandlers(deps)['standstill.set'];
    expect(set({ minutes: 15 }, 'status')).toBeNull();
    const by = { surface: 'window', who: 'ada' };
    expect(book.current()).toMatchObject({ by, untilMs: clock.now() + 900_000 });
    set({ minutes: null }, 'settings');
    expect(book.current()).toMatchObject({ untilMs: null });
    set({ minutes: 0 }, 'status');
    expect(book.current()).toBeNull();
  });
});
