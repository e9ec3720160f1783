import { expect, test } from 'vitest';
import { createStatusWindow } from '#main/windows/status-window.ts';
import type { WindowPlatform } from '#main/windows/window-platform.ts';
import { fakeDisplay } from '#support/fake-electron-desktop.ts';
import { createWindowBench, settled } from '#support/window-bench.ts';

const icon = { x: 1200, y: 0, width: 24, height: 25 };

async function setUp(
  platform: WindowPlatform = 'macos',
  anchor: () => typeof icon | null = () => icon,
) {
  const bench = createWindowBench();
  const popover = createStatusWindow({ ...bench.deps, platform, anchor });
  popover.prepare();
  await settled();
  return { bench, popover };
}

test('a click on the icon opens it under the icon with the keyboard, the next one closes it', async () => {
  const { bench, popover } = await setUp();
  popover.toggle();
  expect(bench.window.visible && bench.window.focused).toBe(true);
  expect(bench.window.bounds).toMatchObject({ x: 1052, y: 31 });
  popover.toggle();
  expect(bench.window.visible).toBe(false);
});

test('it closes when the person goes elsewhere', async () => {
  const { bench, popover } = await setUp();
  popover.toggle();
  bench.fake.screen.cursor = { x: 100, y: 500 };
  bench.window.blur();
  expect(bench.window.visible).toBe(false);
  expect(popover.isShown()).toBe(false);
});

test('the press on the icon that takes its focus closes it once and does not open it again', async () => {
  const { bench, popover } = await setUp();
  popover.toggle();
  bench.fake.screen.cursor = { x: 1210, y: 10 };
  bench.window.blur();
  popover.toggle();
  expect(bench.window.visible).toBe(false);
});

test('it follows the icon when displays change, and only while it is open', async () => {
  const place = { ...icon };
  const { bench, popover } = await setUp('macos', () => place);
  popover.toggle();
  place.x = 300;
  bench.fake.screen.emit('display-metrics-changed');
  expect(bench.window.bounds).toMatchObject({ x: 152, y: 31 });
  popover.toggle();
  place.x = 900;
  bench.fake.screen.emit('display-metrics-changed');
  expect(bench.window.bounds).toMatchObject({ x: 152, y: 31 });
});

test('it opens on the display that shows the icon', async () => {
  const { bench, popover } = await setUp('macos', () => ({ ...icon, x: -200 }));
  bench.fake.screen.displays = [
    fakeDisplay({ x: 0, y: 0, width: 1440, height: 900 }),
    fakeDisplay({ x: -1280, y: 0, width: 1280, height: 720 }),
  ];
  popover.toggle();
  expect(bench.window.bounds).toMatchObject({ x: -348, y: 31 });
});

test('on Linux it is an ordinary window that stays when it loses focus', async () => {
  const { bench, popover } = await setUp('x11', () => null);
  popover.show();
  bench.window.blur();
  expect(bench.window.visible).toBe(true);
  expect(bench.window.calls.map(([name]) => name)).not.toContain('setPosition');
});

test('after destroy the screen is not listened to', async () => {
  const { bench, popover } = await setUp();
  popover.destroy();
  expect(bench.fake.screen.listenerCount('display-metrics-changed')).toBe(0);
  expect(bench.fake.windows).toEqual([]);
});
