import { expect, test } from 'vitest';
import { displayBlock } from '#core/display.ts';
import { readPairingRequest } from '#core/pairing/requests.ts';
import type { Snapshot, WindowName } from '#ipc/contract.ts';
import { windowHandlers } from '#main/handlers/windows.ts';
import { shownPairing } from '#main/state/shown-pairing.ts';
import { createWindowPresenter } from '#main/state/window-presenter.ts';
import { createApprovalWindow } from '#main/windows/approval-window.ts';
import { createSettingsWindow } from '#main/windows/settings-window.ts';
import { createStatusWindow } from '#main/windows/status-window.ts';
import { createToastWindow } from '#main/windows/toast-window.ts';
import { here, queueBench } from '#support/approvals.ts';
import { quietSnapshot } from '#support/desktop-fixtures.ts';
import { fakeHasher } from '#support/fakes.ts';
import { wireDevice } from '#support/pairing.ts';
import { createWindowBench, settled } from '#support/window-bench.ts';

/** As many questions as may wait (D15), from agents of their own. */
function approvalsOf(command: (at: number) => string): Snapshot['approvals'] {
  const { queue, ask, clock, log } = queueBench();
  const presenter = createWindowPresenter({
    here,
    desk: queue,
    shell: { show: () => undefined, hide: () => undefined },
    askAgain: () => Promise.resolve(false),
    clock,
    log,
    who: null,
    announce: () => Promise.resolve(),
    changed: () => undefined,
  });
  presenter.start();
  for (let at = 0; at < 64; at += 1) ask({ command: command(at), agent: `agent ${at % 4}` });
  const state = presenter.state();
  expect(state.waiting).toHaveLength(64);
  return state;
}

test('S26: however a command is written, a snapshot of 64 of them stays one that can be sent', () => {
  // Every other character cannot be seen, so nearly all of them are drawn by themselves.
  const command = (at: number) => `${at} ${'a\u200B'.repeat(5_000)}`;
  const { current, waiting } = approvalsOf(command);
  const pieces = waiting.reduce((sum, one) => sum + one.command.length, 0);
  // 32 bytes each on the way to a page; 65 536 characters without a limit are 4 000 000 of them.
  expect(pieces + (current?.command.length ?? 0)).toBeLessThan(20_000);
  // Nothing is cut (AP-04), and nothing hidden comes through (AP-03).
  const text = (one: typeof current) => one?.command.map(({ text }) => text).join('');
  expect(text(current)).toBe(displayBlock(command(0)).text);
  expect(text(waiting[63] ?? null)).toBe(displayBlock(command(63)).text);
  expect(current?.command.at(-1)?.kind).toBe('escape');
});

test('S26: many lines are no reason to mark what can be seen', () => {
  const script = (at: number) => `echo ${at}\n`.repeat(5_000);
  const { current, waiting } = approvalsOf(script);
  const kinds = new Set([current, ...waiting].flatMap((one) => one?.command ?? []).map(kindOf));
  expect([...kinds].sort()).toEqual(['newline', 'plain']);
});

const kindOf = ({ kind }: { readonly kind: string }) => kind;

async function windowsOf(snapshot: Snapshot) {
  const bench = createWindowBench();
  const nothing = () => undefined;
  const shared = { ...bench.deps, platform: 'x11' as const };
  const windows = {
    approval: createApprovalWindow({ ...shared, onDismissed: nothing, onBroken: nothing }),
    status: createStatusWindow({ ...shared, anchor: () => null }),
    settings: createSettingsWindow({ ...shared, onShown: nothing }),
    toast: createToastWindow({ ...shared, onDismissed: nothing }),
  };
  for (const window of Object.values(windows)) window.show();
  await settled();
  bench.registry.push(snapshot);
  const pushed = new Map(
    bench.fake.windows.map(({ webContents }) => [
      bench.registry.windowOf(webContents.id),
      webContents.page.pushes.at(-1)?.args[0] as Snapshot,
    ]),
  );
  const { 'snapshot.get': get } = windowHandlers({
    snapshots: { current: () => snapshot },
    windows,
    settingsView: { section: () => null, open: nothing },
    prompts: { askedFor: nothing },
    closing: { closed: nothing },
    toast: { dismiss: nothing },
    quit: nothing,
  });
  return { of: async (name: WindowName) => [pushed.get(name), await get(null, name)] as const };
}

test('ES-13, IP-08: each window gets what its page draws, and nothing of the others', async () => {
  const wire = wireDevice('r1', { displayName: 'stranger' });
  const request = readPairingRequest('device', wire, fakeHasher);
  if (!request) throw new Error('refused');
  const whole: Snapshot = {
    ...quietSnapshot(7),
    approvals: approvalsOf((at) => `print SECRET-${at}`),
    pairing: { waiting: [shownPairing(request)], current: 'r1' },
    toast: { id: 't', title: 'from an agent', body: 'hello' },
    section: 'rules',
  };
  const windows = await windowsOf(whole);
  for (const snapshot of await windows.of('approval')) {
    expect(snapshot).toMatchObject({ revision: 7, toast: null, approvals: whole.approvals });
    expect(snapshot?.pairing).toEqual(whole.pairing);
  }
  for (const name of ['status', 'settings'] as const) {
    for (const snapshot of await windows.of(name)) {
      expect(snapshot).toMatchObject({ revision: 7, toast: null, status: whole.status });
      expect(snapshot?.approvals).toMatchObject({ current: null, last: null });
      expect(snapshot?.approvals.waiting).toHaveLength(64);
      expect(snapshot?.pairing.waiting).toHaveLength(1);
      expect(JSON.stringify(snapshot).includes('stranger')).toBe(name === 'settings');
      expect(JSON.stringify(snapshot)).not.toContain('SECRET');
      expect(JSON.stringify(snapshot).length).toBeLessThan(100_000);
    }
  }
  // Who asks is for the list of the settings; the popover counts.
  const asks = async (name: 'status' | 'settings') =>
    new Set(
      (await windows.of(name)).flatMap((one) =>
        one?.approvals.waiting.map(({ agent }) => agent.text),
      ),
    );
  expect(await asks('settings')).toEqual(new Set(['agent 0', 'agent 1', 'agent 2', 'agent 3']));
  expect(await asks('status')).toEqual(new Set(['']));
  for (const snapshot of await windows.of('toast')) {
    expect(snapshot).toMatchObject({ revision: 7, toast: whole.toast, section: null });
    expect(JSON.stringify(snapshot)).not.toMatch(/SECRET|stranger|agent 0|ws:/);
  }
});

test('S26, S25: a name of any length takes one line of the settings, and stays a claim', async () => {
  const [one] = approvalsOf((at) => `print ${at}`).waiting;
  if (!one) throw new Error('nothing waits');
  const agent = { text: '🦞'.repeat(50_000), claimed: true };
  const waiting = [{ ...one, agent }];
  const approvals = { ...quietSnapshot(1).approvals, waiting };
  const windows = await windowsOf({ ...quietSnapshot(1), approvals });
  for (const snapshot of await windows.of('settings')) {
    const name = snapshot?.approvals.waiting[0]?.agent;
    expect(name?.claimed).toBe(true);
    expect(name?.text).toMatch(/^(🦞)+…$/u);
    expect(name?.text.length).toBeLessThan(100);
  }
});
