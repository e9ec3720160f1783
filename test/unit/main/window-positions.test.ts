import fc from 'fast-check';
import { expect, test } from 'vitest';
import { popoverPosition } from '#main/windows/popover-position.ts';
import { promptPosition } from '#main/windows/prompt-position.ts';
import { windowPlatform } from '#main/windows/window-platform.ts';

const size = { width: 320, height: 400 };
const main = { x: 0, y: 25, width: 1440, height: 875 };

test.each([
  ['centred under the icon', { x: 700, y: 0, width: 24, height: 25 }, main, { x: 552, y: 31 }],
  ['kept off the right edge', { x: 1410, y: 0, width: 24, height: 25 }, main, { x: 1114, y: 31 }],
  ['kept off the left edge', { x: 2, y: 0, width: 24, height: 25 }, main, { x: 6, y: 31 }],
  [
    'on a display to the left of the first',
    { x: -300, y: 0, width: 24, height: 25 },
    { x: -1920, y: 25, width: 1920, height: 1055 },
    { x: -448, y: 31 },
  ],
  [
    'on a display above the first',
    { x: 500, y: -1080, width: 24, height: 25 },
    { x: 0, y: -1055, width: 1920, height: 1055 },
    { x: 352, y: -1049 },
  ],
  [
    'above the icon when the bar is at the bottom',
    { x: 700, y: 840, width: 24, height: 30 },
    { x: 0, y: 0, width: 1440, height: 900 },
    { x: 552, y: 434 },
  ],
] as const)('the popover is %s', (_name, anchor, workArea, at) => {
  expect(popoverPosition({ anchor, workArea, size })).toEqual(at);
});

const area = fc.record({
  x: fc.integer({ min: -4_000, max: 4_000 }),
  y: fc.integer({ min: -4_000, max: 4_000 }),
  width: fc.integer({ min: 700, max: 4_000 }),
  height: fc.integer({ min: 700, max: 3_000 }),
});

test('AP-08: wherever the icon or the display is, the window is whole and on whole pixels', () => {
  fc.assert(
    fc.property(
      area,
      fc.record({
        x: fc.integer({ min: -5_000, max: 5_000 }),
        y: fc.integer({ min: -5_000, max: 5_000 }),
        width: fc.integer({ min: 1, max: 60 }),
        height: fc.integer({ min: 1, max: 60 }),
      }),
      (workArea, anchor) => {
        for (const at of [
          popoverPosition({ anchor, workArea, size }),
          promptPosition(workArea, { width: 520, height: 680 }),
        ]) {
          expect(Number.isInteger(at.x) && Number.isInteger(at.y)).toBe(true);
          expect(at.x).toBeGreaterThanOrEqual(workArea.x);
          expect(at.y).toBeGreaterThanOrEqual(workArea.y);
        }
        const at = popoverPosition({ anchor, workArea, size });
        expect(at.x + size.width).toBeLessThanOrEqual(workArea.x + workArea.width);
        expect(at.y + size.height).toBeLessThanOrEqual(workArea.y + workArea.height);
        const prompt = promptPosition(workArea, { width: 520, height: 680 });
        expect(prompt.x + 520).toBeLessThanOrEqual(workArea.x + workArea.width);
        expect(prompt.y + 680).toBeLessThanOrEqual(workArea.y + workArea.height);
      },
    ),
  );
});

test('a work area that is too small shows the top left corner of the prompt', () => {
  const workArea = { x: 100, y: 50, width: 400, height: 300 };
  expect(promptPosition(workArea, { width: 520, height: 680 })).toEqual({ x: 100, y: 50 });
});

test.each([
  ['macos', 'darwin', { WAYLAND_DISPLAY: 'x' }],
  ['wayland', 'linux', { XDG_SESSION_TYPE: 'wayland' }],
  ['wayland', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }],
  ['x11', 'linux', { XDG_SESSION_TYPE: 'x11', WAYLAND_DISPLAY: '' }],
  ['x11', 'win32', {}],
] as const)('AP-08: windows follow the rules of %s on %s with %j', (expected, platform, env) => {
  expect(windowPlatform(platform, env)).toBe(expected);
});
