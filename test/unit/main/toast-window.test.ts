import { expect, test, vi } from 'vitest';
import { createToastWindow } from '#main/windows/toast-window.ts';
import type { WindowPlatform } from '#main/windows/window-platform.ts';
import { createWindowBench, settled } from '#support/window-bench.ts';

function setUp(platform: WindowPlatform = 'macos') {
  const bench = createWindowBench();
  const onDismissed = vi.fn();
  const toast = createToastWindow({ ...bench.deps, platform, onDismissed });
  return { bench, toast, onDismissed };
}

const names = (calls: readonly (readonly unknown[])[]) => calls.map(([name]) => name);

test('nothing is made until there is a message', () => {
  const { bench } = setUp();
  expect(bench.fake.windows).toEqual([]);
});

test('it comes up in the corner of the primary display and takes the keyboard from nobody', async () => {
  const { bench, toast } = setUp();
  toast.show();
  await settled();
  const { window } = bench;
  expect(window.options).toMatchObject({ focusable: false, frame: false, skipTaskbar: true });
  expect(names(window.calls)).toContain('showInactive');
  expect(names(window.calls)).not.toContain('focus');
  expect(names(window.calls)).not.toContain('show');
  expect(window.visible && !window.focused).toBe(true);
  // 8 px from the edges of the work area, below the menu bar.
  expect(window.bounds).toMatchObject({ x: 1440 - 360 - 8, y: 25 + 8, width: 360 });
  expect(bench.registry.windowOf(window.webContents.id)).toBe('toast');
});

test('a message never covers a question: the approval window has the higher level (AP-08)', async () => {
  const { bench, toast } = setUp();
  toast.show();
  await settled();
  const level = bench.window.calls.find(([name]) => name === 'setAlwaysOnTop');
  expect(level).toEqual(['setAlwaysOnTop', true, 'floating']);
});

test('it is as high as its text, within 64 and 220', async () => {
  const { bench, toast } = setUp();
  toast.show();
  await settled();
  for (const [wanted, height] of [
    [10, 64],
    [120, 120],
    [900, 220],
  ]) {
    bench.window.webContents.emit('preferred-size-changed', {}, { width: 360, height: wanted });
    expect(bench.window.bounds).toMatchObject({ x: 1072, y: 33, width: 360, height });
  }
});

test('it hides without being destroyed, tells when a person closed it, and ends with the app', async () => {
  const { bench, toast, onDismissed } = setUp();
  toast.show();
  await settled();
  toast.hide();
  expect(bench.window.visible).toBe(false);
  expect(onDismissed).not.toHaveBeenCalled();
  toast.show();
  bench.window.close();
  expect(onDismissed).toHaveBeenCalledTimes(1);
  toast.destroy();
  expect(bench.fake.windows).toEqual([]);
});

test('on Wayland, where it can be neither placed nor kept on top, it is not tried', async () => {
  const { bench, toast } = setUp('wayland');
  toast.show();
  await settled();
  expect(names(bench.window.calls)).toEqual(['loadURL', 'showInactive']);
});
