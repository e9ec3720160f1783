import { describe, expect, it } from 'vitest';
import type { ApprovalDesk, ApprovalPresenter } from '#core/approvals/types.ts';
import type { Notification } from '#core/ports.ts';
import { createWindowPresenter } from '#main/state/window-presenter.ts';
import { askOf, here, queueBench } from '#support/approvals.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { startPresenter } from '#support/presenter-bench.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

function bench(announce?: () => Promise<void>) {
  const { queue, ask, clock, log, decide: answerElsewhere } = queueBench();
  const announced: Notification[] = [];
  const { presenter, window, changes } = startPresenter({
    desk: queue,
    clock,
    log,
    announce: (notification) => {
      announced.push(notification);
      return announce?.() ?? Promise.resolve();
    },
  });
  const shownDigest = (id: string) =>
    presenter.state().waiting.find((one) => one.id === id)?.displayDigest ?? 'none';
  const terminal = (id: string, decision: 'allow-once' | 'deny') =>
    queue.answer({
      id,
      decision,
      by: { surface: 'terminal', who: null },
      displayDigest: shownDigest(id),
    });
  const by = (id: string, decision: 'allow-once' | 'allow-always' | 'deny') =>
    presenter.decide({ id, displayDigest: shownDigest(id), decision });
  return {
    queue,
    ask,
    clock,
    log,
    window,
    announced,
    changes,
    presenter,
    by,
    terminal,
    answerElsewhere,
    shownDigest,
  };
}

describe('window presenter', () => {
  it('shows one question, lists all, and hides when the last is answered here', async () => {
    const { ask, presenter, window, by } = bench();
    const first = ask({ command: 'one' });
    const second = ask({ command: 'two', agent: 'build' });
    expect(window.visible).toBe(true);
    expect(presenter.state().current?.id).toBe(first.approval.id);
    expect(presenter.state().waiting.map(({ id }) => id)).toEqual([
      first.approval.id,
      second.approval.id,
    ]);
    expect(by(first.approval.id, 'allow-once')).toBe('accepted');
    expect(await first.outcome).toEqual({
      kind: 'allowed',
      decision: 'allow-once',
      by: { surface: 'window', who: 'ada' },
    });
    expect(presenter.state().current?.id).toBe(second.approval.id);
    expect(by(second.approval.id, 'deny')).toBe('accepted');
    expect(presenter.state()).toEqual({ current: null, waiting: [], last: null });
    expect(window.visible).toBe(false);
  });

  it('hears of every change, also behind the visible question', () => {
    const { ask, changes, terminal } = bench();
    ask({ command: 'one' });
    const before = changes.count;
    const hidden = ask({ command: 'two' });
    expect(changes.count).toBeGreaterThan(before);
    const waiting = changes.count;
    terminal(hidden.approval.id, 'deny');
    expect(changes.count).toBeGreaterThan(waiting);
  });

  it('tells for a moment what became of a question that was answered elsewhere, then hides', () => {
    const { ask, presenter, window, terminal, clock } = bench();
    const { approval } = ask();
    terminal(approval.id, 'deny');
    expect(presenter.state()).toEqual({
      current: null,
      waiting: [],
      last: {
        id: approval.id,
        text: 'Denied on the terminal. Nothing ran.',
        outcome: 'denied',
        canAskAgain: false,
      },
    });
    clock.advance(1_199);
    expect(window.visible).toBe(true);
    clock.advance(1);
    expect(window.visible).toBe(false);
    expect(presenter.state().last).toBeNull();
    expect(clock.waiting).toBe(0);
  });

  it('tells that time ran out, and stays for a question that came meanwhile', () => {
    const { ask, presenter, window, clock } = bench();
    ask({ timeoutMs: 5_000 });
    clock.advance(5_000);
    expect(presenter.state().last).toMatchObject({
      text: 'No answer in time. Nothing ran.',
      outcome: 'expired',
    });
    const next = ask({ command: 'next' });
    clock.advance(1_200);
    expect(window.visible).toBe(true);
    expect(presenter.state()).toMatchObject({ current: { id: next.approval.id }, last: null });
  });

  it('says nothing about questions that were never in view', () => {
    const { ask, presenter, terminal } = bench();
    ask({ command: 'one' });
    const behind = ask({ command: 'two' });
    terminal(behind.approval.id, 'deny');
    expect(presenter.state().last).toBeNull();
  });

  it('refuses an answer to other text than was shown (S24)', () => {
    const { ask, presenter, queue } = bench();
    const { approval } = ask();
    const answer = { id: approval.id, displayDigest: 'other', decision: 'allow-once' } as const;
    expect(presenter.decide(answer)).toBe('stale');
    expect(presenter.decide({ ...answer, id: 'nobody' })).toBe('unknown');
    expect(queue.list()).toHaveLength(1);
  });

  it('allows only the question in view: the list can deny, never allow', () => {
    const { ask, by, queue } = bench();
    ask({ command: 'one' });
    const behind = ask({ command: 'two' });
    expect(by(behind.approval.id, 'allow-once')).toBe('stale');
    expect(queue.list()).toHaveLength(2);
    expect(by(behind.approval.id, 'deny')).toBe('accepted');
  });

  it('sends a note and a pause with a deny, and neither with an answer that allows (AP-13)', async () => {
    const { ask, presenter, queue, shownDigest } = bench();
    const first = ask({ command: 'one' });
    const { id } = first.approval;
    const displayDigest = shownDigest(id);
    const allow = { id, displayDigest, decision: 'allow-once', pauseAgent: '10-minutes' } as const;
    expect(presenter.decide(allow)).toBe('not-offered');
    presenter.decide({ ...allow, decision: 'deny', note: '  use git mv  ' });
    expect(await first.outcome).toMatchObject({ kind: 'denied', note: 'use git mv' });
    expect(queue.pauses.list()).toMatchObject([{ agent: 'main', by: { who: 'ada' } }]);
    const second = ask({ command: 'two', agent: 'build' });
    presenter.decide({
      id: second.approval.id,
      displayDigest: shownDigest(second.approval.id),
      decision: 'deny',
      note: '   ',
    });
    expect(await second.outcome).toMatchObject({ kind: 'denied', note: null });
  });

  it('goes away with all that a pause denies, and what comes after it is announced (AP-13)', () => {
    const { ask, clock, presenter, window, announced, shownDigest } = bench();
    const { id } = ask({ command: 'one' }).approval;
    ask({ command: 'two' });
    const shown = { id, displayDigest: shownDigest(id) };
    presenter.decide({ ...shown, decision: 'deny', pauseAgent: '10-minutes' });
    expect(presenter.state()).toEqual({ current: null, waiting: [], last: null });
    expect(window.visible).toBe(false);
    clock.advance(600_000);
    ask({ command: 'three' });
    expect(window.visible).toBe(true);
    expect(announced).toHaveLength(2);
  });

  it('stays for another agent when one of them is paused', () => {
    const { ask, presenter, window, announced, shownDigest } = bench();
    const { id } = ask({ command: 'one' }).approval;
    const other = ask({ agent: 'build' });
    ask({ command: 'two' });
    const shown = { id, displayDigest: shownDigest(id) };
    presenter.decide({ ...shown, decision: 'deny', pauseAgent: '10-minutes' });
    expect(presenter.state()).toMatchObject({ current: { id: other.approval.id }, last: null });
    expect(window.visible).toBe(true);
    expect(announced).toHaveLength(1);
  });

  it('tells that everything was paused, goes away, and announces what comes after it', () => {
    const { ask, queue, clock, presenter, window, announced } = bench();
    for (const command of ['one', 'two']) ask({ command });
    queue.cancelAll('paused');
    expect(presenter.state()).toMatchObject({ current: null, last: { outcome: 'cancelled' } });
    clock.advance(1_200);
    expect(window.visible).toBe(false);
    ask({ command: 'three' });
    expect(announced).toHaveLength(2);
  });

  it('shows the time that is left when others of its callers go, and stays closed for that', () => {
    const { ask, clock, presenter, window } = bench();
    ask({ command: 'before' });
    ask({ command: 'shared', timeoutMs: 30_000 });
    const gone = new AbortController();
    clock.advance(10_000);
    ask({ command: 'shared', timeoutMs: 30_000 }, gone.signal);
    clock.advance(5_000);
    const leftMs = () => (presenter.state().current?.expiresAtMs ?? 0) - clock.now();
    expect(leftMs()).toBe(25_000);
    presenter.dismissed();
    const { shows } = window;
    gone.abort();
    expect(leftMs()).toBe(15_000);
    expect(window.shows).toBe(shows);
  });

  it.each([
    ['10-minutes', 600_000],
    ['1-hour', 3_600_000],
    ['until-tomorrow', 9 * 3_600_000 + 30 * 60_000],
  ] as const)('pauses an agent %s (AP-13)', async (pauseAgent, ms) => {
    const { ask, presenter, queue, shownDigest, clock } = bench();
    const halfPastTwo = new Date(2026, 10, 21, 14, 30).getTime();
    const startMs = clock.now();
    const { now } = clock;
    clock.now = () => halfPastTwo + now() - startMs;
    const { approval, outcome } = ask();
    const shown = { id: approval.id, displayDigest: shownDigest(approval.id) };
    expect(presenter.decide({ ...shown, decision: 'deny', pauseAgent })).toBe('accepted');
    expect(await outcome).toMatchObject({ kind: 'denied', pausedMs: ms });
    expect(queue.pauses.list()).toMatchObject([{ untilMs: halfPastTwo + ms }]);
  });

  it('hands on what is to be stored; what was not offered decides nothing (AP-12)', async () => {
    const { ask, presenter, shownDigest } = bench();
    const choice = { scope: 'exact-here', sentence: 'a rule' } as const;
    const { approval, outcome } = ask({
      offered: ['allow-once', 'allow-always', 'deny'],
      subject: { always: ['a rule'], offers: [{ command: 'ls', choices: [choice] }] },
    });
    const shown = { id: approval.id, displayDigest: shownDigest(approval.id) };
    const answer = { ...shown, decision: 'allow-always' } as const;
    const grant = { scopes: ['exact-here' as const], lasts: 'today' as const, everyAgent: false };
    expect(presenter.decide({ ...answer, grant: { ...grant, scopes: [null] } })).toBe(
      'not-offered',
    );
    expect(presenter.decide({ ...answer, decision: 'allow-once', grant })).toBe('not-offered');
    expect(presenter.decide({ ...answer, grant })).toBe('accepted');
    expect(await outcome).toMatchObject({ kind: 'allowed', grant });
  });

  it('denies exactly the questions that were listed, the visible one last', async () => {
    const { ask, presenter, queue, window, shownDigest } = bench();
    const asked = ['one', 'two', 'three'].map((command) => ask({ command }));
    const listed = asked.map(({ approval: { id } }) => ({ id, displayDigest: shownDigest(id) }));
    const late = ask({ command: 'late' });
    const shows = window.shows;
    const results = presenter.denyMany({
      questions: [...listed, { id: 'gone', displayDigest: 'x' }],
    });
    expect(results).toEqual(['accepted', 'accepted', 'accepted', 'unknown']);
    for (const { outcome } of asked) expect(await outcome).toMatchObject({ kind: 'denied' });
    expect(queue.list().map(({ id }) => id)).toEqual([late.approval.id]);
    expect(presenter.state().current?.id).toBe(late.approval.id);
    expect(window.shows - shows).toBe(1);
  });

  it('announces once for questions that follow each other, without the command (AP-14)', () => {
    const { ask, announced, by } = bench();
    const first = ask({ command: 'cat secret' });
    const second = ask({ command: 'two' });
    by(first.approval.id, 'deny');
    expect(announced).toEqual([
      {
        title: 'A request waits for your answer',
        body: '"main" (claimed) wants to run a command. Nothing is allowed until you answer.',
        sound: null,
        priority: 'active',
      },
    ]);
    by(second.approval.id, 'deny');
    ask({ command: 'three' });
    expect(announced).toHaveLength(2);
  });

  it('goes on when a notification cannot be shown', async () => {
    const { ask, by, log } = bench(() => Promise.reject(new Error('not allowed')));
    const { approval } = ask();
    await Promise.resolve();
    await Promise.resolve();
    expect(log.lines.map(({ event }) => event)).toContain('approval.announcement.failed');
    expect(by(approval.id, 'deny')).toBe('accepted');
  });

  it('cancels what waits when it closes, and answers nothing afterwards (S34)', async () => {
    const { ask, presenter, window, by, clock, queue } = bench();
    const { approval, outcome } = ask({ timeoutMs: null });
    presenter.close();
    presenter.close();
    expect(await outcome).toEqual({ kind: 'cancelled', why: 'presenter-gone' });
    expect(window.visible).toBe(false);
    expect(presenter.state()).toEqual({ current: null, waiting: [], last: null });
    expect(by(approval.id, 'deny')).toBe('unknown');
    expect(clock.waiting).toBe(0);
    expect(queue.list()).toEqual([]);
  });

  it('leaves what waits to other surfaces when it closes', () => {
    const { ask, presenter, queue, by } = bench();
    queue.attach({ surface: 'terminal', mode: 'all', present: () => {}, clear: () => {} });
    const { approval } = ask();
    presenter.close();
    expect(queue.list()).toHaveLength(1);
    expect(by(approval.id, 'deny')).toBe('unknown');
    expect(queue.list()).toHaveLength(1);
  });

  it('ES-18: what waits in a window that cannot be shown keeps waiting, a person is told, and it can come back', async () => {
    const { ask, presenter, announced, by, queue, changes, window, clock } = bench();
    const first = ask({ timeoutMs: null });
    const before = changes.count;
    presenter.broken();
    presenter.broken();
    expect(presenter.isBroken()).toBe(true);
    expect(window.visible).toBe(false);
    expect(presenter.state().current).toBeNull();
    expect(changes.count).toBeGreaterThan(before);
    expect(by(first.approval.id, 'allow-once')).toBe('stale');
    expect(announced.map(({ title }) => title)).toEqual([
      'A request waits for your answer',
      'The approval window could not be shown',
    ]);
    // It waits its time like any other, and by that nothing is allowed.
    const later = ask({ command: 'later', timeoutMs: 5_000 });
    clock.advance(5_000);
    expect(await later.outcome).toEqual({ kind: 'expired' });
    presenter.start();
    expect(presenter.isBroken()).toBe(false);
    expect(window.visible).toBe(true);
    expect(presenter.state().current?.id).toBe(first.approval.id);
    expect(announced).toHaveLength(3);
    expect(by(first.approval.id, 'deny')).toBe('accepted');
    expect(queue.list()).toHaveLength(0);
  });

  it('ES-18: the icon says at once that all is well again, also when nothing waits', () => {
    const { presenter, changes, window } = bench();
    presenter.broken();
    const whileBroken = changes.count;
    presenter.start();
    expect(presenter.isBroken()).toBe(false);
    expect(changes.count).toBeGreaterThan(whileBroken);
    expect(window.visible).toBe(false);
  });

  it('ES-18: counts no silence of an agent while it cannot be shown (D15)', () => {
    const { ask, clock, presenter } = bench();
    presenter.broken();
    for (const command of ['one', 'two', 'three']) {
      ask({ command, timeoutMs: 5_000 });
      clock.advance(5_000);
    }
    presenter.start();
    const { approval } = ask({ command: 'four' });
    expect(presenter.state().current?.id).toBe(approval.id);
  });

  it('ES-18: what waits in a broken window stays open elsewhere, and is shown again after', async () => {
    const { ask, presenter, queue, by } = bench();
    queue.attach({ surface: 'terminal', mode: 'all', present: () => {}, clear: () => {} });
    const { approval, outcome } = ask();
    presenter.broken();
    expect(queue.list()).toHaveLength(1);
    presenter.start();
    expect(presenter.state().current?.id).toBe(approval.id);
    by(approval.id, 'deny');
    expect(await outcome).toMatchObject({ kind: 'denied' });
  });

  it('keeps the question in view when another one is taken away', () => {
    const { queue } = queueBench();
    const attached: ApprovalPresenter[] = [];
    const presenter = createWindowPresenter({
      here,
      desk: {
        ask: (...asked) => queue.ask(...asked),
        answer: (answer) => queue.answer(answer),
        extend: (id) => queue.extend(id),
        get: (id) => queue.get(id),
        list: () => queue.list(),
        attach(one) {
          attached.push(one);
          return queue.attach(one);
        },
      } satisfies ApprovalDesk,
      shell: { show: () => {}, hide: () => {} },
      askAgain: () => Promise.resolve(false),
      clock: createVirtualClock(),
      log: createFakeLogger(),
      who: null,
      announce: () => Promise.resolve(),
      changed: () => {},
    });
    presenter.start();
    const { approval } = queue.ask(askOf(), new AbortController().signal);
    const window = attached.find(({ mode }) => mode === 'one-at-a-time');
    window?.clear({ ...approval, id: 'another' }, { kind: 'expired' });
    expect(presenter.state()).toMatchObject({ current: { id: approval.id }, last: null });
  });

  it('copies the command as it is shown: what is hidden stays visible (S6)', () => {
    const { ask, presenter } = bench();
    const { approval } = ask({ command: 'echo a\u202Eb\necho c' });
    expect(presenter.copyText(approval.id)).toBe('echo a\\u{202E}b\necho c');
    expect(presenter.copyText('nobody')).toBeNull();
  });

  it('makes the view of a question once, however often it is looked at', () => {
    const { ask, presenter } = bench();
    ask({ command: 'x'.repeat(60_000) });
    const { current, waiting } = presenter.state();
    expect(presenter.state().current).toBe(current);
    expect(presenter.state().waiting[0]).toBe(waiting[0]);
  });
});
