import { expect, test } from 'vitest';
import { createSettingsWindow } from '#main/windows/settings-window.ts';
import type { WindowPlatform } from '#main/windows/window-platform.ts';
import { createWindowBench, settled } from '#support/window-bench.ts';

async function setUp(platform: WindowPlatform = 'macos') {
  const bench = createWindowBench();
  const told: boolean[] = [];
  const settings = createSettingsWindow({
    ...bench.deps,
    platform,
    onShown: (shown) => void told.push(shown),
  });
  settings.show();
  await settled();
  return { bench, settings, told };
}

test('it is made when it is asked for, in the middle of the display the pointer is on, with the keyboard', async () => {
  const { bench, told } = await setUp();
  expect(bench.window.visible && bench.window.focused).toBe(true);
  const { workArea } = bench.fake.screen.getPrimaryDisplay();
  const { x, width } = bench.window.bounds;
  expect(Math.abs(x - workArea.x + width / 2 - workArea.width / 2)).toBeLessThanOrEqual(1);
  expect(told).toEqual([true]);
});

test('a person may change its size, and the size of its page does not', async () => {
  const { bench } = await setUp();
  expect(bench.window.options).toMatchObject({ resizable: true, minWidth: 640, minHeight: 420 });
  const { width, height } = bench.window.bounds;
  bench.window.webContents.emit('preferred-size-changed', {}, { width: 100, height: 3_000 });
  expect(bench.window.bounds).toMatchObject({ width, height });
});

test('closing hides it, and the next showing brings the same window back', async () => {
  const { bench, settings, told } = await setUp();
  bench.window.close();
  expect([bench.window.visible, settings.isShown()]).toEqual([false, false]);
  settings.show();
  expect(bench.window.visible).toBe(true);
  expect(told).toEqual([true, false, true]);
});

test('on Wayland, where windows cannot be placed, it is not moved', async () => {
  const { bench } = await setUp('wayland');
  expect(bench.window.calls.map(([name]) => name)).not.toContain('setPosition');
});
