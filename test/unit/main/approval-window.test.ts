import { expect, test, vi } from 'vitest';
import { createApprovalWindow } from '#main/windows/approval-window.ts';
import type { WindowPlatform } from '#main/windows/window-platform.ts';
import type { FakeElectronOptions } from '#support/fake-electron.ts';
import { fakeDisplay } from '#support/fake-electron-desktop.ts';
import { createWindowBench, settled } from '#support/window-bench.ts';

function setUp(platform: WindowPlatform = 'macos', options: FakeElectronOptions = {}) {
  const bench = createWindowBench(options);
  const onDismissed = vi.fn();
  const onBroken = vi.fn();
  const onLoaded = vi.fn();
  const prompt = createApprovalWindow({ ...bench.deps, platform, onDismissed, onBroken, onLoaded });
  return { bench, prompt, onDismissed, onBroken, onLoaded };
}

const names = (calls: readonly (readonly unknown[])[]) => calls.map(([name]) => name);

test('AP-07: it is made hidden, as a panel whose first click does nothing', async () => {
  const { bench, prompt } = setUp();
  prompt.prepare();
  await settled();
  expect(bench.window.options).toMatchObject({
    type: 'panel',
    show: false,
    acceptFirstMouse: false,
    width: 520,
  });
  expect(bench.window.visible).toBe(false);
  expect(bench.window.calls).toContainEqual(['loadURL', 'app://companion/approval.html']);
});

test('AP-07: it appears without taking the keyboard', async () => {
  const { bench, prompt } = setUp();
  prompt.prepare();
  await settled();
  prompt.show();
  expect(bench.window.visible).toBe(true);
  expect(bench.window.focused).toBe(false);
  expect(names(bench.window.calls)).not.toContain('focus');
  expect(names(bench.window.calls)).not.toContain('show');
});

test('a person who asks for it gets the keyboard too, even while it still loads', async () => {
  const { bench, prompt } = setUp();
  prompt.focus();
  await settled();
  expect(bench.window.focused).toBe(true);
  bench.window.close();
  prompt.show();
  expect(bench.window.focused).toBe(false);
});

test('AP-08: it stays above other windows on every workspace without a flicker of the Dock', () => {
  const { bench, prompt } = setUp();
  prompt.prepare();
  expect(bench.window.calls).toContainEqual(['setAlwaysOnTop', true, 'modal-panel']);
  expect(bench.window.calls).toContainEqual([
    'setVisibleOnAllWorkspaces',
    true,
    { visibleOnFullScreen: true, skipTransformProcessType: true },
  ]);
});

test('AP-15: it asks not to be recorded', () => {
  const { bench, prompt } = setUp('wayland');
  prompt.prepare();
  expect(bench.window.calls).toContainEqual(['setContentProtection', true]);
});

test('AP-08: it opens on the display with the cursor, inside its work area', async () => {
  const { bench, prompt } = setUp();
  bench.fake.screen.displays = [
    fakeDisplay({ x: 0, y: 0, width: 1440, height: 900 }),
    fakeDisplay(
      { x: 1440, y: -200, width: 800, height: 600 },
      { x: 1440, y: -175, width: 800, height: 575 },
    ),
  ];
  bench.fake.screen.cursor = { x: 1500, y: 0 };
  prompt.prepare();
  await settled();
  prompt.show();
  expect(bench.window.bounds).toEqual({ x: 1580, y: -141, width: 520, height: 440 });
});

test('AP-08: on a smaller display than the last one it is whole, with its buttons', async () => {
  const { bench, prompt } = setUp();
  const workArea = { x: 2560, y: 25, width: 1024, height: 535 };
  bench.fake.screen.displays = [
    fakeDisplay({ x: 0, y: 0, width: 2560, height: 1440 }),
    fakeDisplay({ x: 2560, y: 0, width: 1024, height: 600 }, workArea),
  ];
  bench.fake.screen.cursor = { x: 100, y: 100 };
  prompt.show();
  await settled();
  bench.window.webContents.emit('preferred-size-changed', {}, { width: 520, height: 680 });
  expect(bench.window.bounds.height).toBe(680);
  prompt.hide();
  bench.fake.screen.cursor = { x: 2_700, y: 100 };
  prompt.show();
  expect(bench.window.bounds).toMatchObject({ y: 25, height: 535 });
  prompt.hide();
  bench.fake.screen.cursor = { x: 100, y: 100 };
  prompt.show();
  expect(bench.window.bounds.height).toBe(680);
});

test('one that is up is not moved by the next question', async () => {
  const { bench, prompt } = setUp();
  prompt.show();
  await settled();
  const before = { ...bench.window.bounds };
  bench.fake.screen.cursor = { x: 10, y: 10 };
  bench.fake.screen.displays = [fakeDisplay({ x: 0, y: 0, width: 600, height: 600 })];
  prompt.show();
  expect(bench.window.bounds).toEqual(before);
});

test('AP-08: on Wayland it is a normal window that is neither placed nor kept on top', async () => {
  const { bench, prompt } = setUp('wayland', { platform: 'linux' });
  prompt.show();
  await settled();
  expect(bench.window.visible).toBe(true);
  expect(bench.window.options).not.toHaveProperty('type');
  expect(names(bench.window.calls)).not.toContain('setAlwaysOnTop');
  expect(names(bench.window.calls)).not.toContain('setVisibleOnAllWorkspaces');
  expect(names(bench.window.calls)).not.toContain('setPosition');
});

test('it grows with its content between 280 and 680 and stays inside the work area', async () => {
  const { bench, prompt } = setUp();
  bench.fake.screen.displays = [fakeDisplay({ x: 0, y: 0, width: 1440, height: 700 })];
  prompt.show();
  await settled();
  const wants = (height: number) =>
    bench.window.webContents.emit('preferred-size-changed', {}, { width: 500, height });
  wants(5_000);
  expect(bench.window.bounds).toEqual({ x: 460, y: 20, width: 520, height: 680 });
  wants(10);
  expect(bench.window.bounds).toEqual({ x: 460, y: 20, width: 520, height: 280 });
});

test('a question before the page is loaded is shown as soon as it is', async () => {
  let loaded: () => void = () => undefined;
  const loading = new Promise<void>((resolve) => {
    loaded = resolve;
  });
  const { bench, prompt } = setUp('macos', { loadPage: () => loading });
  prompt.show();
  await settled();
  expect(bench.window.visible).toBe(false);
  loaded();
  await settled();
  expect(bench.window.visible).toBe(true);
});

test('closing hides it, tells nobody a decision, and the next question shows it again', async () => {
  const { bench, prompt, onDismissed, onBroken } = setUp();
  prompt.show();
  await settled();
  const { id } = bench.window;
  bench.window.close();
  expect(bench.window.visible).toBe(false);
  expect(prompt.isShown()).toBe(false);
  expect(onDismissed).toHaveBeenCalledTimes(1);
  expect(onBroken).not.toHaveBeenCalled();
  prompt.show();
  expect(bench.window.id).toBe(id);
  expect(bench.window.visible).toBe(true);
});

test('ES-18: when its renderer dies it is made again and shown, with a new identity', async () => {
  const { bench, prompt, onDismissed, onBroken } = setUp();
  prompt.show();
  await settled();
  const first = bench.window;
  bench.fake.crash(first);
  bench.clock.advance(0);
  await settled();
  expect(bench.window.id).not.toBe(first.id);
  expect(bench.window.visible).toBe(true);
  expect(bench.registry.windowOf(first.webContents.id)).toBeNull();
  expect(bench.registry.windowOf(bench.window.webContents.id)).toBe('approval');
  expect(onDismissed).not.toHaveBeenCalled();
  expect(onBroken).not.toHaveBeenCalled();
});

test('ES-18: a renderer that dies three times in a minute is given up until somebody asks', async () => {
  const { bench, prompt, onBroken, onLoaded } = setUp();
  prompt.show();
  for (let crash = 0; crash < 3; crash += 1) {
    await settled();
    bench.fake.crash(bench.window);
    bench.clock.advance(0);
  }
  await settled();
  expect(bench.fake.windows).toEqual([]);
  expect(onBroken).toHaveBeenCalledTimes(1);
  expect(prompt.isShown()).toBe(false);
  // Whoever presents there comes back when the page is there, not when somebody asks for it.
  expect(onLoaded).toHaveBeenCalledTimes(3);
  prompt.show();
  expect(onLoaded).toHaveBeenCalledTimes(3);
  await settled();
  expect(onLoaded).toHaveBeenCalledTimes(4);
  expect(bench.window.visible).toBe(true);
});

test('AP-07: who asked for a window that could not be shown has no claim to the keyboard later', async () => {
  const { bench, prompt, onBroken } = setUp();
  for (let crash = 0; crash < 3; crash += 1) {
    prompt.focus();
    bench.fake.crash(bench.window);
    bench.clock.advance(0);
  }
  expect(onBroken).toHaveBeenCalledTimes(1);
  prompt.show();
  await settled();
  expect([bench.window.visible, bench.window.focused]).toEqual([true, false]);
});

test('AP-07: a window that was closed while it loads has none either', async () => {
  const { bench, prompt } = setUp();
  prompt.focus();
  bench.window.close();
  prompt.show();
  await settled();
  expect([bench.window.visible, bench.window.focused]).toEqual([true, false]);
});

test('ES-18: one death that is told twice counts once', async () => {
  const { bench, prompt, onBroken } = setUp();
  prompt.show();
  for (let crash = 0; crash < 2; crash += 1) {
    await settled();
    const dying = bench.window;
    bench.fake.crash(dying);
    bench.fake.crash(dying);
    expect(bench.clock.waiting).toBe(1);
    bench.clock.advance(0);
  }
  await settled();
  expect(onBroken).not.toHaveBeenCalled();
  expect(bench.window.visible).toBe(true);
});

test('ES-18: three deaths in more than a minute are three rebuilds', async () => {
  const { bench, prompt, onBroken } = setUp();
  prompt.show();
  for (let crash = 0; crash < 4; crash += 1) {
    await settled();
    bench.fake.crash(bench.window);
    bench.clock.advance(31_000);
  }
  await settled();
  expect(onBroken).not.toHaveBeenCalled();
  expect(bench.window.visible).toBe(true);
});

test('a page that cannot be loaded is tried three times, then reported', async () => {
  const { bench, prompt, onBroken } = setUp('macos', {
    loadPage: () => Promise.reject(new Error('ERR_FAILED')),
  });
  prompt.show();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await settled();
    bench.clock.advance(0);
  }
  expect(onBroken).toHaveBeenCalledTimes(1);
  expect(bench.log.lines.filter(({ event }) => event === 'window.page.gone')).toHaveLength(3);
  expect(bench.fake.windows).toEqual([]);
});

test('after destroy nothing is left: no window, no timer, no way back', async () => {
  const { bench, prompt } = setUp();
  prompt.show();
  await settled();
  bench.fake.crash(bench.window);
  prompt.destroy();
  expect(bench.fake.windows).toEqual([]);
  expect(bench.clock.waiting).toBe(0);
  prompt.show();
  expect(bench.fake.windows).toEqual([]);
});
