import { expect, test } from 'vitest';
import { usePages } from '#support/page-bench.ts';
import { keepLightAndDark } from './screenshots.ts';
import { shown, snapshot } from './shown.ts';

const open = usePages();

const question = shown();
const armed = 800;
const input = { id: question.id, displayDigest: question.displayDigest, decision: 'deny' };
const paused = (pauseAgent: string) => [
  { channel: 'approvals.decide', input: { ...input, pauseAgent } },
];

async function openArmed() {
  const bench = await open('approval', { snapshot: snapshot([question]) });
  await bench.wait(armed);
  const isOpen = () => bench.page.locator('[role=menu]').isVisible();
  const opener = bench.page.locator('#deny-pause-length');
  return { ...bench, isOpen, opener, press: (key: string) => bench.page.keyboard.press(key) };
}

test('AP-13: the menu beside Deny and pause offers three lengths, and moves nothing', async () => {
  const { page, calls, opener, isOpen } = await openArmed();
  expect(await opener.getAttribute('aria-haspopup')).toBe('menu');
  expect(await opener.getAttribute('aria-expanded')).toBe('false');
  const before = await page.locator('#deny').boundingBox();
  const height = await page.evaluate('document.documentElement.scrollHeight');
  await opener.click();
  expect(await opener.getAttribute('aria-expanded')).toBe('true');
  expect(await page.locator('[role=menuitem]').allTextContents()).toEqual([
    'for 10 min',
    'for 1 h',
    'until tomorrow',
  ]);
  expect(await page.locator('#deny').boundingBox()).toEqual(before);
  expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(height);
  await keepLightAndDark(page, 'approval-pause-menu');
  await opener.click();
  expect(await isOpen()).toBe(false);
  expect(await calls()).toEqual([]);
});

test.each([
  ['for 10 min', '10-minutes'],
  ['for 1 h', '1-hour'],
  ['until tomorrow', 'until-tomorrow'],
])('AP-13: "%s" denies and pauses, by pointer', async (name, choice) => {
  const { page, calls, opener, isOpen } = await openArmed();
  await opener.click();
  await page.getByRole('menuitem', { name }).click();
  expect(await calls()).toEqual(paused(choice));
  expect(await isOpen()).toBe(false);
});

test('AP-13, AP-17: arrows go round in the menu, and Enter chooses', async () => {
  const { page, calls, focused, press, isOpen } = await openArmed();
  await press('Tab');
  await press('Tab');
  expect(await focused()).toBe('deny-pause-length');
  await press('ArrowDown');
  expect(await focused()).toBe('deny-pause-10-minutes');
  await press('ArrowUp');
  expect(await focused()).toBe('deny-pause-until-tomorrow');
  await press('ArrowDown');
  await press('End');
  await press('Home');
  await press('ArrowDown');
  expect(await focused()).toBe('deny-pause-1-hour');
  expect(await calls()).toEqual([]);
  await press('Enter');
  expect(await calls()).toEqual(paused('1-hour'));
  expect(await isOpen()).toBe(false);
  expect(await page.locator('#deny-pause-length').getAttribute('aria-disabled')).toBe('true');
});

test('AP-06: Esc closes the menu and decides nothing; the next one denies', async () => {
  const { calls, focused, opener, press, isOpen } = await openArmed();
  await opener.focus();
  await press('ArrowUp');
  expect(await focused()).toBe('deny-pause-until-tomorrow');
  await press('Escape');
  expect(await isOpen()).toBe(false);
  expect(await focused()).toBe('deny-pause-length');
  expect(await calls()).toEqual([]);
  await press('Escape');
  expect(await calls()).toEqual([{ channel: 'approvals.decide', input }]);
});

test('Enter opens it at its first item, and Tab leaves and closes it', async () => {
  const { calls, focused, opener, press, isOpen } = await openArmed();
  await opener.focus();
  await press('Enter');
  expect(await focused()).toBe('deny-pause-10-minutes');
  await press('Tab');
  expect(await isOpen()).toBe(false);
  expect(await calls()).toEqual([]);
});

test('a click beside it closes it', async () => {
  const { page, opener, isOpen } = await openArmed();
  await opener.click();
  await page.mouse.click(10, 10);
  expect(await isOpen()).toBe(false);
});

test('S24: it closes when another question comes, so that no other agent is paused by it', async () => {
  const { page, push, calls, focused, opener, isOpen } = await openArmed();
  await opener.click();
  const other = shown({ id: 'question-2', agent: { text: 'other', claimed: true } });
  await push(snapshot([other]));
  expect(await isOpen()).toBe(false);
  expect(await focused()).toBe('deny');
  expect(await page.locator('#deny-pause').textContent()).toContain('"other"');
  expect(await calls()).toEqual([]);
});

test('AP-05: a key that was on its way when the page moved chooses nothing in it', async () => {
  const { page, calls, focused, opener, press, isOpen, wait } = await openArmed();
  await opener.click();
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await wait(armed - 1);
  await press('Enter');
  expect(await calls()).toEqual([]);
  expect(await focused()).toBe('deny-pause-10-minutes');
  await press('Escape');
  expect(await isOpen()).toBe(false);
  expect(await calls()).toEqual([]);
});

test('AP-17: axe objects to nothing in the open menu', async () => {
  const { axe, opener } = await openArmed();
  await opener.click();
  expect(await axe()).toEqual([]);
});
