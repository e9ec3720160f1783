import { describe, expect, it } from 'vitest';
import { readPairingRequest } from '#core/pairing/requests.ts';
import { createPairingPrompts } from '#main/state/pairing-prompts.ts';
import { createWindowPresenter } from '#main/state/window-presenter.ts';
import { here, queueBench } from '#support/approvals.ts';
import { createFakeLogger, fakeHasher } from '#support/fakes.ts';
import { wireDevice } from '#support/pairing.ts';

/** A window that is looked at, and what is announced. */
function screen() {
  const seen = { isUp: false, announced: 0 };
  return {
    seen,
    shell: {
      show: () => void Object.assign(seen, { isUp: true }),
      hide: () => void Object.assign(seen, { isUp: false }),
    },
    announce: async () => {
      seen.announced += 1;
    },
  };
}

function bench() {
  const { queue, ask, clock, log } = queueBench();
  const { seen, shell, announce } = screen();
  const told = { sessions: 0 };
  const presenter = createWindowPresenter({
    here,
    desk: queue,
    shell,
    announce,
    askAgain: async () => {
      told.sessions += 1;
      return true;
    },
    clock,
    log,
    who: 'ada',
    changed: () => undefined,
  });
  presenter.start();
  return { queue, ask, clock, seen, presenter, told };
}

describe('the approval window while nobody can see the screen (AP-10)', () => {
  it('neither shows nor announces what comes, and then all that still waits, announced once', async () => {
    const { ask, clock, seen, presenter } = bench();
    presenter.setAway(true);
    presenter.setAway(true);
    const early = ask({ command: 'early', timeoutMs: 5_000 });
    const late = ask({ command: 'late', timeoutMs: 60_000 });
    ask({ agent: 'build', command: 'other', timeoutMs: 60_000 });
    clock.advance(5_000);
    expect(await early.outcome).toEqual({ kind: 'expired' });
    expect(seen).toEqual({ isUp: false, announced: 0 });
    expect(presenter.state()).toMatchObject({ current: null, last: null });
    expect(presenter.state().waiting).toHaveLength(2);
    presenter.setAway(false);
    presenter.setAway(false);
    expect(seen).toEqual({ isUp: true, announced: 1 });
    expect(presenter.state().current).toMatchObject({
      id: late.approval.id,
      expiresAtMs: late.approval.expiresAtMs,
    });
  });

  it('takes the question in view off the screen, and brings it back, announced again', () => {
    const { ask, seen, presenter } = bench();
    const { approval } = ask();
    expect(seen).toEqual({ isUp: true, announced: 1 });
    presenter.setAway(true);
    expect(seen.isUp).toBe(false);
    expect(presenter.state().current).toBeNull();
    presenter.setAway(false);
    expect(seen).toEqual({ isUp: true, announced: 2 });
    expect(presenter.state().current?.id).toBe(approval.id);
  });

  it('comes up for nothing when all of it ran out or was answered elsewhere', () => {
    const { ask, clock, seen, presenter } = bench();
    presenter.setAway(true);
    ask({ timeoutMs: 5_000 });
    clock.advance(5_000);
    presenter.setAway(false);
    expect(seen).toEqual({ isUp: false, announced: 0 });
  });

  it('brings back the expired question that could still be asked again', async () => {
    const { ask, clock, seen, presenter, told } = bench();
    const { approval } = ask({ timeoutMs: 5_000 });
    clock.advance(5_000);
    presenter.setAway(true);
    expect(seen.isUp).toBe(false);
    presenter.setAway(false);
    expect(seen.isUp).toBe(true);
    expect(await presenter.askAgain(approval.id)).toBe(true);
    expect(told.sessions).toBe(1);
  });

  it('keeps what was allowed and did not run until it can be read, and says it for 8 s (AP-11)', () => {
    const { ask, clock, seen, presenter, queue } = bench();
    const ticket = ask();
    const { id, displayDigest } = ticket.approval;
    presenter.decide({ id, displayDigest, decision: 'allow-once' });
    presenter.setAway(true);
    ticket.nothingRan('Nothing ran.');
    clock.advance(3_600_000);
    expect(seen.isUp).toBe(false);
    presenter.setAway(false);
    expect(seen.isUp).toBe(true);
    const last = { text: 'Nothing ran.', outcome: 'not-run' };
    expect(presenter.state()).toMatchObject({ current: null, last });
    clock.advance(7_999);
    expect(presenter.state()).toMatchObject({ last });
    clock.advance(1);
    expect(presenter.state().last).toBeNull();
    expect(seen.isUp).toBe(false);
    expect(clock.waiting).toBe(0);
    expect(queue.list()).toEqual([]);
  });

  it('tells again from the start what nobody could read to its end', () => {
    const { ask, clock, seen, presenter } = bench();
    const ticket = ask();
    const { id, displayDigest } = ticket.approval;
    presenter.decide({ id, displayDigest, decision: 'allow-once' });
    ticket.nothingRan('Nothing ran.');
    clock.advance(7_999);
    presenter.setAway(true);
    clock.advance(60_000);
    presenter.setAway(false);
    clock.advance(7_999);
    expect(seen.isUp).toBe(true);
    clock.advance(1);
    expect(seen.isUp).toBe(false);
  });

  it('lets nobody allow what nobody can see', () => {
    const { ask, presenter, queue } = bench();
    const { id, displayDigest } = ask().approval;
    presenter.setAway(true);
    expect(presenter.decide({ id, displayDigest, decision: 'allow-once' })).toBe('stale');
    expect(queue.list()).toHaveLength(1);
  });

  it('that is made again meanwhile waits as well (ES-18)', () => {
    const { ask, seen, presenter } = bench();
    presenter.setAway(true);
    presenter.broken();
    presenter.start();
    ask();
    expect(seen.isUp).toBe(false);
    presenter.setAway(false);
    expect(seen.isUp).toBe(true);
  });

  it('that still cannot be shown when they are back is left alone: showing it would break it again (ES-18)', () => {
    const { ask, clock, seen, presenter } = bench();
    const ticket = ask();
    const { id, displayDigest } = ticket.approval;
    presenter.decide({ id, displayDigest, decision: 'allow-once' });
    presenter.broken();
    ticket.nothingRan('Nothing ran.');
    presenter.setAway(true);
    ask({ command: 'next' });
    presenter.setAway(false);
    expect(seen.isUp).toBe(false);
    clock.advance(8_000);
    presenter.start();
    expect(seen.isUp).toBe(true);
    expect(presenter.state().last?.text).toBe('Nothing ran.');
  });

  it('counts no silence of an agent, so that it is heard afterwards (D15)', () => {
    const { ask, clock, presenter } = bench();
    presenter.setAway(true);
    for (const command of ['one', 'two', 'three']) {
      ask({ command, timeoutMs: 5_000 });
      clock.advance(5_000);
    }
    presenter.setAway(false);
    const { approval } = ask({ command: 'four' });
    expect(presenter.state().current?.id).toBe(approval.id);
  });
});

it('AP-10: who wants to be let in waits too, and is shown and announced once afterwards', () => {
  const { seen, shell, announce } = screen();
  const request = readPairingRequest('device', wireDevice('r1'), fakeHasher);
  if (!request) throw new Error('refused');
  const prompts = createPairingPrompts({
    pairing: { list: () => [request], onChange: () => () => undefined, decide: async () => 'done' },
    shell,
    announce,
    changed: () => undefined,
    who: null,
    log: createFakeLogger(),
  });
  prompts.setAway(true);
  prompts.start();
  expect(seen).toEqual({ isUp: false, announced: 0 });
  prompts.setAway(false);
  expect(seen).toEqual({ isUp: true, announced: 1 });
  prompts.setAway(true);
  expect(seen.isUp).toBe(false);
});
