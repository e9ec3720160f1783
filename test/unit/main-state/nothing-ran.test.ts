import { describe, expect, it } from 'vitest';
import { queueBench } from '#support/approvals.ts';
import { startPresenter } from '#support/presenter-bench.ts';

const why = 'Nothing ran. The rules changed after you allowed this; ask again to run it.';

function bench() {
  const { queue, ask, clock, log, decide } = queueBench();
  const { presenter, window, changes } = startPresenter({ desk: queue, clock, log });
  /** As a person does in the window; hands back what the exec host keeps. */
  const allowed = (command: string) => {
    const ticket = ask({ command });
    decide(ticket.approval.id);
    return ticket;
  };
  return { ask, clock, decide, window, changes, presenter, allowed };
}

describe('allowed in the window, and nothing ran (AP-11)', () => {
  it('brings the window up again, and says it for 8 s', () => {
    const { allowed, presenter, window, changes, clock } = bench();
    const ticket = allowed('one');
    expect(window).toEqual({ visible: false, shows: 1 });
    const before = changes.count;
    ticket.nothingRan(`${why}\u202E`);
    expect(window).toEqual({ visible: true, shows: 2 });
    expect(changes.count).toBeGreaterThan(before);
    expect(presenter.state()).toEqual({
      current: null,
      waiting: [],
      last: {
        id: ticket.approval.id,
        text: `${why}\\u{202E}`,
        outcome: 'not-run',
        canAskAgain: false,
      },
    });
    clock.advance(7_999);
    expect(window.visible).toBe(true);
    clock.advance(1);
    expect(window.visible).toBe(false);
    expect(presenter.state().last).toBeNull();
    expect(clock.waiting).toBe(0);
  });

  it('is read once a person closes the window', () => {
    const { allowed, presenter, window, clock } = bench();
    allowed('one').nothingRan(why);
    presenter.dismissed();
    expect(window.visible).toBe(false);
    expect(presenter.state().last).toBeNull();
    expect(clock.waiting).toBe(0);
  });

  it('is told beside the next question, which stays when the time is over', () => {
    const { ask, decide, presenter, window, clock } = bench();
    const first = ask({ command: 'one', timeoutMs: 60_000 });
    const next = ask({ command: 'two', timeoutMs: 60_000 });
    decide(first.approval.id);
    first.nothingRan(why);
    const shown = { current: { id: next.approval.id }, last: { text: why } };
    expect(presenter.state()).toMatchObject(shown);
    clock.advance(8_000);
    expect(window.visible).toBe(true);
    expect(presenter.state()).toMatchObject({ current: { id: next.approval.id }, last: null });
  });

  it('stays for a question that comes while it is told: the agent may ask at once', () => {
    const { ask, allowed, presenter, decide, window } = bench();
    allowed('one').nothingRan(why);
    const again = ask({ command: 'one' });
    expect(presenter.state()).toMatchObject({
      current: { id: again.approval.id },
      last: { text: why },
    });
    decide(again.approval.id);
    expect(presenter.state().last).toBeNull();
    expect(window.visible).toBe(false);
  });
});
