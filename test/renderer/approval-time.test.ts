import { expect, test } from 'vitest';
import { pageTime, usePages } from '#support/page-bench.ts';
import { questions, shown, snapshot } from './shown.ts';

const open = usePages();
const armed = 800;
const minute = 60_000;

const ours = shown({ canExtend: true, createdAtMs: pageTime, expiresAtMs: pageTime + 2 * minute });
const expired = {
  id: ours.id,
  text: 'No answer in time. Nothing ran.',
  outcome: 'expired',
  canAskAgain: true,
} as const;
const yes = () => ({ ok: true, value: true }) as const;
const no = () => ({ ok: true, value: false }) as const;

test('AP-17: Keep waiting comes with the second half of the time, and moves nothing', async () => {
  const answers = { 'approvals.extend': yes };
  const bench = await open('approval', { snapshot: snapshot([ours]), answers });
  const { page, wait, push, calls, focused } = bench;
  const button = page.locator('#keep-waiting');
  const places = () =>
    Promise.all(['h1', '.command', '#deny'].map((id) => page.locator(id).boundingBox()));
  const before = await places();
  await wait(minute);
  expect(await button.isVisible()).toBe(false);
  await wait(1_000);
  expect(await button.isVisible()).toBe(true);
  expect(await page.locator('[role=status]').textContent()).toContain('Keep waiting is available');
  expect(await places()).toEqual(before);
  await button.focus();
  await page.keyboard.press('Enter');
  expect(await calls()).toEqual([{ channel: 'approvals.extend', input: { id: ours.id } }]);
  const nowMs = pageTime + minute + 1_000;
  await push(snapshot([{ ...ours, expiresAtMs: nowMs + 2 * minute }], { nowMs }));
  expect(await page.locator('.countdown').textContent()).toContain('2:00');
  expect(await page.locator('.left').getAttribute('stroke-dasharray')).toBe('100.0 100');
  expect(await button.isVisible()).toBe(false);
  // It had the focus; the same text needs no second look.
  expect(await focused()).toBe('deny');
  expect(await page.locator('#allow-once').isDisabled()).toBe(false);
  await wait(minute);
  expect(await button.isVisible()).toBe(false);
  await wait(1_000);
  expect(await button.isVisible()).toBe(true);
});

test('AP-17: Keep waiting is absent where the time is not ours, and says so when it came too late', async () => {
  const answers = { 'approvals.extend': no };
  const bench = await open('approval', { snapshot: snapshot([shown()]), answers });
  const { page, wait, push } = bench;
  await wait(10_000);
  expect(await page.locator('#keep-waiting').count()).toBe(0);
  const nowMs = pageTime + 10_000;
  await push(snapshot([{ ...ours, id: 'other', expiresAtMs: nowMs + 1_000 }], { nowMs }));
  await wait(100);
  await page.click('#keep-waiting');
  expect(await page.locator('[role=alert]').textContent()).toContain('no more time to give');
  await wait(900);
  expect(await page.locator('#keep-waiting').isVisible()).toBe(false);
});

test('AP-10: an expired question stays with Ask again, which runs nothing and decides nothing', async () => {
  const answers = { 'approvals.askAgain': yes };
  const bench = await open('approval', { snapshot: snapshot([ours]), answers });
  const { page, wait, push, calls, focused } = bench;
  await wait(2 * minute);
  await push(snapshot([], { last: expired }));
  expect(await page.locator('.held').textContent()).toBe(expired.text);
  for (const id of ['#deny', '#deny-pause', '#always', '#allow-once', '#keep-waiting']) {
    expect(await page.locator(id).isVisible()).toBe(false);
  }
  expect(await focused()).toBe('close');
  // In flight for the answers that stood there before.
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  expect(await calls()).toEqual([]);
  await wait(10 * minute);
  expect(await page.locator('.held').count()).toBe(1);
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('ask-again');
  await page.keyboard.press('Enter');
  expect(await calls()).toEqual([{ channel: 'approvals.askAgain', input: { id: ours.id } }]);
  const text = 'The Gateway was told that this agent may ask again. Nothing ran.';
  await push(snapshot([], { last: { ...expired, text, canAskAgain: false } }));
  expect(await page.locator('.held').textContent()).toBe(text);
  await page.click('#ask-again', { force: true });
  expect(await calls()).toHaveLength(1);
  await wait(1_200);
  expect(await page.locator('h1').textContent()).toBe('Nothing waits for an answer');
});

test('AP-10: says when no session could be told, and leaves the button', async () => {
  const answers = { 'approvals.askAgain': no };
  const bench = await open('approval', { snapshot: snapshot([ours]), answers });
  await bench.push(snapshot([], { last: expired }));
  await bench.page.click('#ask-again');
  expect(await bench.page.locator('[role=alert]').textContent()).toContain(
    'No session could be told',
  );
  await bench.wait(armed);
  await bench.page.click('#ask-again');
  expect(await bench.calls()).toHaveLength(2);
});

test('AP-10: an expired question is closed by Esc or the button, and makes room for the next one', async () => {
  const { page, wait, push, calls } = await open('approval', { snapshot: snapshot([ours]) });
  await push(snapshot([], { last: expired }));
  await wait(armed);
  await page.keyboard.press('Escape');
  await page.click('#close');
  expect((await calls()).map(({ channel }) => channel)).toEqual(['windows.close', 'windows.close']);
  // What the main process shows after that.
  await push(snapshot([]));
  expect(await page.locator('h1').textContent()).toBe('Nothing waits for an answer');
  await push(snapshot([ours]));
  await push(snapshot([], { last: expired }));
  const [next] = questions(1, { id: 'next' });
  await push(snapshot([next ?? ours], { last: { ...expired, canAskAgain: false } }));
  expect(await page.locator('.command').textContent()).toBe('npm run step-1');
  expect(await page.locator('#allow-once').isDisabled()).toBe(true);
});

test('AP-10: a page that comes later offers to ask again as well', async () => {
  const answers = { 'approvals.askAgain': yes };
  const bench = await open('approval', { snapshot: snapshot([], { last: expired }), answers });
  expect(await bench.page.locator('.last').textContent()).toBe(expired.text);
  await bench.page.click('#ask-again');
  expect(await bench.calls()).toEqual([{ channel: 'approvals.askAgain', input: { id: ours.id } }]);
});

test('AP-13, S25: Deny and pause names the agent, in quotes and shortened where anybody can see it', async () => {
  const name = `${'agent of the accounting department '.repeat(4)}\u05D0\u05D1`;
  const { page, push } = await open('approval', { snapshot: snapshot([shown()]) });
  const button = page.locator('#deny-pause');
  expect(await button.textContent()).toBe('Deny and pause "main"');
  await push(snapshot([shown({ agent: { text: name, claimed: true } })]));
  expect(await button.textContent()).toBe('Deny and pause "agent o…"');
  expect(await button.getAttribute('title')).toContain(`"${name}"`);
  const wide = shown({ id: 'wide', agent: { text: '漢'.repeat(40), claimed: true } });
  await push(snapshot([wide]));
  const [pause, always, once] = await Promise.all(
    ['#deny-pause', '#always', '#allow-once'].map((id) => page.locator(id).boundingBox()),
  );
  expect((pause?.x ?? 0) + (pause?.width ?? 0)).toBeLessThanOrEqual(always?.x ?? 0);
  expect(once?.height).toBe(pause?.height);
  expect((once?.x ?? 0) + (once?.width ?? 0)).toBeLessThanOrEqual(504);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
});
