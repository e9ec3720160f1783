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
  const asked = [{ channel: 'approvals.extend', input: { id: ours.id } }];
  expect(await calls()).toEqual(asked);
  const nowMs = pageTime + minute + 1_000;
  await push(snapshot([{ ...ours, expiresAtMs: nowMs + 2 * minute }], { nowMs }));
  expect(await page.locator('.countdown').textContent()).toContain('2:00');
  expect(await page.locator('.left').getAttribute('stroke-dasharray')).toBe('100.0 100');
  expect(await button.isVisible()).toBe(false);
  // It had the focus: one more press was meant for it, and not for Deny.
  expect(await focused()).toBe('deny');
  await page.keyboard.press('Enter');
  expect(await calls()).toEqual(asked);
  await wait(armed);
  expect(await page.locator('#allow-once').isDisabled()).toBe(false);
  await wait(minute - armed);
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

test('a companion that does not answer is not mistaken for one that says no', async () => {
  const silent = () => ({ ok: false, error: { code: 'internal', message: 'Busy.' } }) as const;
  const answers = { 'approvals.extend': silent, 'approvals.askAgain': silent };
  const { page, wait, push } = await open('approval', { snapshot: snapshot([ours]), answers });
  const alert = page.locator('[role=alert]');
  await wait(minute + 1_000);
  await page.click('#keep-waiting');
  await expect.poll(() => alert.textContent()).toBe('Busy.');
  await push(snapshot([], { last: expired }));
  await expect.poll(() => alert.textContent()).toBe('');
  await page.click('#ask-again');
  await expect.poll(() => alert.textContent()).toBe('Busy.');
});

test('what was said about one question is not said beside the next', async () => {
  const answers = { 'approvals.extend': no };
  const bench = await open('approval', { snapshot: snapshot([ours]), answers });
  const { page, wait, push } = bench;
  await wait(minute + 1_000);
  await page.click('#keep-waiting');
  await page.locator('.notice:visible').waitFor();
  const elsewhere = { ...expired, text: 'Denied on the terminal.', outcome: 'denied' } as const;
  const next = shown({ id: 'next' });
  await push(snapshot([next], { last: { ...elsewhere, canAskAgain: false } }));
  await wait(1_200);
  expect(await page.locator('.held').count()).toBe(0);
  expect(await page.locator('.notice').isHidden()).toBe(true);
});

test('an answer that came too late is told beside the next question, and not beside the one after', async () => {
  const answers = { 'approvals.decide': () => ({ ok: true, value: 'unknown' }) as const };
  const [first, second, third] = questions(3);
  if (!first || !second || !third) throw new Error('three questions');
  const bench = await open('approval', { snapshot: snapshot([first]), answers });
  const { page, wait, push } = bench;
  const notice = page.locator('.notice');
  await wait(armed);
  await page.click('#deny');
  await notice.filter({ hasText: 'no longer open' }).waitFor();
  await push(snapshot([second]));
  expect(await page.locator('.command').textContent()).toBe('npm run step-2');
  expect(await notice.textContent()).toContain('no longer open');
  await push(snapshot([third]));
  expect(await notice.isHidden()).toBe(true);
});

test('AP-17: read out is the end of a question, not the question as a new one', async () => {
  const { page, wait, push } = await open('approval', { snapshot: snapshot([ours]) });
  const heard = () => page.locator('[role=status]').textContent();
  expect(await heard()).toContain('New request: ');
  await wait(armed);
  expect(await heard()).toBe('Allow available');
  await page.click('#always');
  await page.click('#back');
  expect(await heard()).not.toContain('New request');
  await push(snapshot([], { last: expired }));
  expect(await heard()).toBe(expired.text);
});

test('AP-17: the same words twice are two different texts, else the second is not read out', async () => {
  const { page, wait } = await open('approval', { snapshot: snapshot([ours]) });
  const heard = () => page.locator('[role=status]').textContent();
  await wait(armed);
  const texts = new Set([await heard()]);
  await page.evaluate('window.dispatchEvent(new Event("focus"))');
  await wait(armed);
  texts.add(await heard());
  expect([...texts].map((text) => text?.trim())).toEqual(['Allow available', 'Allow available']);
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
