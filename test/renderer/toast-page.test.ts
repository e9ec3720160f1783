import { expect, test } from 'vitest';
import type { Snapshot } from '#ipc/contract.ts';
import { usePages } from '#support/page-bench.ts';
import { keepLightAndDark } from './screenshots.ts';
import { snapshot } from './shown.ts';

const open = usePages();
const size = { width: 360, height: 96 };

const message: Snapshot['toast'] = {
  id: 'toast-1',
  title: 'Tests passed',
  body: '412 tests in 38 s.\nThe branch is ready for review.',
};
const long: Snapshot['toast'] = {
  id: 'toast-2',
  title: `<b>${'A very long title '.repeat(12)}</b>`,
  body: 'Word '.repeat(300),
};

test('ES-17: a message says that an agent wrote it, is text, fits its window; axe agrees (AP-17)', async () => {
  const bench = await open('toast', { snapshot: snapshot([], { toast: message }), size });
  const { page, push } = bench;
  const parts = () => page.locator('.page > *').allTextContents();
  expect(await parts()).toEqual(['Message from an agent', message.title, message.body]);
  const wanted = () => page.evaluate<number>('document.documentElement.offsetHeight');
  expect(await wanted()).toBeLessThanOrEqual(size.height);
  await keepLightAndDark(page, 'toast-short');

  await push(snapshot([], { toast: long }));
  expect((await parts())[1]).toBe(long.title);
  expect((await page.locator('h1').boundingBox())?.height).toBe(18);
  const height = await wanted();
  // More than three lines of the body, and never higher than 220 (node-commands §2.3).
  expect(height).toBeGreaterThan(96);
  expect(height).toBeLessThanOrEqual(220);
  await page.setViewportSize({ width: 360, height });
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  await keepLightAndDark(page, 'toast-long');
  expect(await bench.axe()).toEqual([]);

  await push(snapshot([], { toast: null }));
  expect(await parts()).toEqual([]);
});

test('a click anywhere hides a message', async () => {
  const { page, calls } = await open('toast', { snapshot: snapshot([], { toast: message }), size });
  await page.mouse.click(4, 92);
  expect(await calls()).toEqual([{ channel: 'windows.close', input: null }]);
});
