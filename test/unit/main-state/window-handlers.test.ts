import { expect, it } from 'vitest';
import type { Snapshot } from '#ipc/contract.ts';
import { windowHandlers } from '#main/handlers/windows.ts';
import { createWindowPresenter } from '#main/state/window-presenter.ts';
import { shareWindow } from '#main/windows/shared-window.ts';
import { here, queueBench } from '#support/approvals.ts';
import { quietSnapshot } from '#support/desktop-fixtures.ts';

function bench(pairing: Snapshot['pairing'] = { waiting: [], current: null }) {
  const { queue, ask, clock, log } = queueBench();
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
  const share = shareWindow(approval);
  const presenter = createWindowPresenter({
    here,
    desk: queue,
    shell: share(),
    askAgain: () => Promise.resolve(true),
    clock,
    log,
    who: null,
    announce: () => Promise.resolve(),
    changed: nothing,
  });
  presenter.start();
  const handlers = windowHandlers({
    snapshots: {
      current: () => ({ ...quietSnapshot(), pairing, approvals: presenter.state() }),
    },
    windows: { approval, status: { ...approval, toggle: nothing }, settings: approval },
    settingsView: { section: () => null, open: nothing },
    prompts: { askedFor: nothing },
    presenter,
    toast: { dismiss: nothing },
    quit: nothing,
  });
  const close = () => handlers['windows.close'](null, 'approval');
  return { ask, clock, window, presenter, strangers: share(), close };
}

it('what was read and closed does not come up again with who wants to be let in', () => {
  const { ask, clock, window, presenter, strangers, close } = bench();
  ask({ timeoutMs: 5_000 });
  clock.advance(5_000);
  expect(presenter.state().last).toMatchObject({ canAskAgain: true });
  close();
  expect(window.isUp).toBe(false);
  expect(presenter.state().last).toBeNull();
  strangers.show();
  expect(window.isUp).toBe(true);
  strangers.hide();
  expect(window.isUp).toBe(false);
});

it('closing the window decides nothing: the question stays, and is there when it is opened', () => {
  const { ask, window, presenter, close } = bench();
  const { approval } = ask();
  close();
  expect(window.isUp).toBe(false);
  expect(presenter.state().current?.id).toBe(approval.id);
});

it('closing what is over makes room for who waited behind it', () => {
  const { ask, clock, window, presenter, strangers, close } = bench({ waiting: [], current: 'r1' });
  ask({ timeoutMs: 5_000 });
  clock.advance(5_000);
  strangers.show();
  close();
  expect(presenter.state().last).toBeNull();
  expect(window.isUp).toBe(true);
  close();
  expect(window.isUp).toBe(false);
});
