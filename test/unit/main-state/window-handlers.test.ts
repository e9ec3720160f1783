import { describe, expect, it } from 'vitest';
import { readPairingRequest } from '#core/pairing/requests.ts';
import type { PairingRequest } from '#core/pairing/types.ts';
import type { Snapshot } from '#ipc/contract.ts';
import { windowHandlers } from '#main/handlers/windows.ts';
import { openApprovalClosing } from '#main/state/approval-closing.ts';
import { createPairingPrompts } from '#main/state/pairing-prompts.ts';
import { createWindowPresenter } from '#main/state/window-presenter.ts';
import { shareWindow } from '#main/windows/shared-window.ts';
import { here, queueBench } from '#support/approvals.ts';
import { quietSnapshot } from '#support/desktop-fixtures.ts';
import { fakeHasher } from '#support/fakes.ts';
import { wireDevice } from '#support/pairing.ts';

function stranger(id = 'r1'): PairingRequest {
  const request = readPairingRequest('device', wireDevice(id), fakeHasher);
  if (!request) throw new Error('refused');
  return request;
}

/** Who asks to be let in, moved by hand. */
function doorBench() {
  let pending: readonly PairingRequest[] = [];
  const listeners = new Set<() => void>();
  return {
    pairing: {
      list: () => pending,
      onChange(listener: () => void) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      decide: () => Promise.resolve('done' as const),
    },
    knock(...requests: readonly PairingRequest[]) {
      pending = requests;
      for (const listener of [...listeners]) listener();
    },
  };
}

function bench() {
  const { queue, ask, clock, log } = queueBench();
  const { pairing, knock } = doorBench();
  const window = { isUp: false };
  const nothing = () => undefined;
  const approval = {
    prepare: nothing,
    show: () => void Object.assign(window, { isUp: true }),
    focus: nothing,
    hide: () => void Object.assign(window, { isUp: false }),
    isShown: () => window.isUp,
    destroy: nothing,
  };
  const listeners = new Set<(snapshot: Snapshot) => void>();
  const current = (): Snapshot => ({
    ...quietSnapshot(),
    pairing: prompts.state(),
    approvals: presenter.state(),
  });
  const changed = () => {
    for (const listener of listeners) listener(current());
  };
  const snapshots = {
    current,
    subscribe(listener: (snapshot: Snapshot) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const share = shareWindow(approval);
  const shared = { clock, log, who: null, announce: () => Promise.resolve(), changed };
  const presenter = createWindowPresenter({
    ...shared,
    here,
    desk: queue,
    shell: share(),
    askAgain: () => Promise.resolve(true),
  });
  const prompts = createPairingPrompts({ ...shared, pairing, shell: share() });
  presenter.start();
  prompts.start();
  const closing = openApprovalClosing({ window: approval, snapshots, presenter, prompts });
  const handlers = windowHandlers({
    snapshots,
    windows: { approval, status: { ...approval, toggle: nothing }, settings: approval },
    settingsView: { section: () => null, open: nothing },
    prompts,
    closing,
    toast: { dismiss: nothing },
    quit: nothing,
  });
  const close = {
    'its page': () => void handlers['windows.close'](null, 'approval'),
    // Hidden first, then told (page-window.ts).
    'its own button'() {
      approval.hide();
      closing.closed();
    },
  };
  return { ask, clock, window, presenter, prompts, knock, close, closing, listeners };
}

describe.each(['its page', 'its own button'] as const)('the approval window, by %s', (by) => {
  it('what was read and closed does not come up again with who wants to be let in', () => {
    const { ask, clock, window, presenter, knock, close } = bench();
    ask({ timeoutMs: 5_000 });
    clock.advance(5_000);
    expect(presenter.state().last).toMatchObject({ canAskAgain: true });
    close[by]();
    expect(window.isUp).toBe(false);
    expect(presenter.state().last).toBeNull();
    knock(stranger());
    expect(window.isUp).toBe(true);
    knock();
    expect(window.isUp).toBe(false);
  });

  it('closing decides nothing: the question stays, and is there when it is opened', () => {
    const { ask, window, presenter, close } = bench();
    const { approval } = ask();
    close[by]();
    expect(window.isUp).toBe(false);
    expect(presenter.state().current?.id).toBe(approval.id);
  });

  it('closing what is over makes room for who waited behind it, and then puts them off', () => {
    const { ask, clock, window, presenter, prompts, knock, close } = bench();
    ask({ timeoutMs: 5_000 });
    clock.advance(5_000);
    knock(stranger());
    close[by]();
    expect(presenter.state().last).toBeNull();
    expect([window.isUp, prompts.state().current]).toEqual([true, 'r1']);
    close[by]();
    expect([window.isUp, prompts.state().current]).toEqual([false, null]);
  });

  it('who waited behind a question that was closed is shown when that is over', () => {
    const { ask, clock, window, prompts, knock, close } = bench();
    ask({ timeoutMs: 5_000 });
    knock(stranger());
    close[by]();
    knock(stranger(), stranger('r2'));
    clock.advance(4_999);
    expect(window.isUp).toBe(false);
    clock.advance(1);
    expect([window.isUp, prompts.state().current]).toEqual([true, 'r1']);
  });

  it('nobody waited behind it: nothing comes up when it is over', () => {
    const { ask, clock, window, knock, close } = bench();
    ask({ timeoutMs: 5_000 });
    knock(stranger());
    close[by]();
    knock();
    clock.advance(5_000);
    expect(window.isUp).toBe(false);
  });
});

it('hears nothing once it is stopped', () => {
  const { closing, listeners } = bench();
  closing.stop();
  expect(listeners.size).toBe(0);
});
