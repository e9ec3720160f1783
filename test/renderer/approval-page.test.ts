import { expect, test } from 'vitest';
import { usePages } from '#support/page-bench.ts';
import { shown, snapshot } from './shown.ts';

const open = usePages();

const question = shown();
const decided = { id: question.id, displayDigest: question.displayDigest };
const armed = 800;

test('AP-02: shows who asks, the exact command, what runs, where, why and the time that is left', async () => {
  const env = [{ name: 'GIT_DIR', value: '/tmp/x' }];
  const { page } = await open('approval', { snapshot: snapshot([shown({ env })]) });
  const text = (await page.locator('.page').textContent()) ?? '';
  const parts = [
    '"main" (claimed) wants to run a command',
    'on this computer · through node host build · session "agent:main:main" (claimed)',
    '0:15',
    'git push --force origin main',
    'Runs/usr/bin/git',
    'In/home/ann/code/api',
    'SetsGIT_DIR',
    "HowRuns with this app's permissions: Screen Recording; not known: Automation",
    'Asked becauseNo rule names /usr/bin/git.',
  ];
  const at = parts.map((part) => text.indexOf(part));
  expect(
    at.every((index) => index >= 0),
    text,
  ).toBe(true);
  expect([...at].sort((a, b) => a - b)).toEqual(at);
  expect(text).not.toContain('/tmp/x');
  await page.clock.runFor(armed);
  await page.click('#details');
  await expect
    .poll(() => page.locator('#details-content').textContent())
    .toContain('GIT_DIR=/tmp/x');
  const details = await page.locator('#details-content').textContent();
  expect(details).toContain(`Digest of what is shown${question.displayDigest}`);
  expect(details).toContain(`Digest of the plan${question.planDigest}`);
  expect(details).toContain(`The program file${question.identity}`);
});

test('S24: a click on Allow once sends id and digest of what is shown', async () => {
  const { page, calls, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed);
  await page.click('#allow-once');
  expect(await calls()).toEqual([
    { channel: 'approvals.decide', input: { ...decided, decision: 'allow-once' } },
  ]);
});

test('AP-06: Deny has the focus, and Return on it denies', async () => {
  const { page, focused, calls, wait } = await open('approval', { snapshot: snapshot([question]) });
  expect(await focused()).toBe('deny');
  await wait(armed);
  await page.keyboard.press('Enter');
  expect(await calls()).toEqual([
    { channel: 'approvals.decide', input: { ...decided, decision: 'deny' } },
  ]);
});

test.each(['question', 'always'])('AP-06: Esc denies in the step "%s"', async (step) => {
  const { page, calls, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed);
  if (step === 'always') await page.click('#always');
  await wait(armed);
  await page.keyboard.press('Escape');
  expect(await calls()).toEqual([
    { channel: 'approvals.decide', input: { ...decided, decision: 'deny' } },
  ]);
});

test('AP-12: where the rule is not ours, the second step says all there is to say about it', async () => {
  const always = ['a rule that the program that asks keeps itself'];
  const elsewhere = shown({ kind: 'gateway-request', always, offers: [] });
  const { page, focused, calls, wait } = await open('approval', {
    snapshot: snapshot([elsewhere]),
  });
  await wait(armed);
  await page.click('#always');
  expect(await calls()).toEqual([]);
  expect(await page.locator('.rules li').allTextContents()).toEqual(always);
  expect(await focused()).toBe('back');
  expect(await page.locator('#save').isDisabled()).toBe(true);
  await wait(armed);
  await page.click('#save');
  expect(await calls()).toEqual([
    { channel: 'approvals.decide', input: { ...decided, decision: 'allow-always' } },
  ]);
});

test('AP-12: Back leaves the second step without an answer', async () => {
  const { page, focused, calls, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed);
  await page.click('#always');
  await wait(armed);
  await page.keyboard.press('Enter');
  expect(await page.locator('#allow-once').isDisabled()).toBe(true);
  expect(await focused()).toBe('deny');
  expect(await calls()).toEqual([]);
});

test('AP-12: where always is not offered, the button is absent and the page says so', async () => {
  const once = shown({ canAlways: false, always: [] });
  const { page } = await open('approval', { snapshot: snapshot([once]) });
  expect(await page.locator('#always').count()).toBe(0);
  expect(await page.locator('.why').textContent()).toContain('Can only be allowed once.');
});

test('AP-13: Deny and pause denies and pauses the agent', async () => {
  const { page, calls } = await open('approval', { snapshot: snapshot([question]) });
  await page.click('#deny-pause');
  const input = { ...decided, decision: 'deny', pauseAgent: '10-minutes' };
  expect(await calls()).toEqual([{ channel: 'approvals.decide', input }]);
});

test('a note for the agent goes with a deny, and writing it presses nothing', async () => {
  const { page, calls, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed);
  const before = await page.locator('#deny').boundingBox();
  await page.click('#note');
  expect(await page.locator('#deny').boundingBox()).toEqual(before);
  await page.click('#note-text');
  await page.keyboard.type('use a branch ');
  await page.keyboard.press('Enter');
  await page.keyboard.type('instead');
  expect(await calls()).toEqual([]);
  await page.click('#deny');
  const input = { ...decided, decision: 'deny', note: 'use a branch \ninstead' };
  expect(await calls()).toEqual([{ channel: 'approvals.decide', input }]);
});

test('the note is not sent with an answer that allows', async () => {
  const { page, calls, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed);
  await page.click('#note');
  await page.fill('#note-text', 'no');
  await page.click('#allow-once');
  expect(await calls()).toEqual([
    { channel: 'approvals.decide', input: { ...decided, decision: 'allow-once' } },
  ]);
});

test('an answer is sent once, however often the button is pressed', async () => {
  const { page, calls, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed);
  await page.click('#deny');
  await page.locator('#deny').click({ force: true });
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  expect(await calls()).toHaveLength(1);
});

test.each([
  ['unknown', 'Your answer changed nothing: that question was no longer open.'],
  ['stale', 'The question changed while you answered. Nothing was decided; read it again.'],
  ['not-offered', 'That answer is not offered here. Nothing was decided.'],
] as const)(
  'S24: an answer that came back as %s is told, and the page waits again',
  async (value, text) => {
    const answers = { 'approvals.decide': () => ({ ok: true, value }) as const };
    const { page, wait } = await open('approval', { snapshot: snapshot([question]), answers });
    await wait(armed);
    await page.click('#allow-once');
    await expect.poll(() => page.locator('.notice').textContent()).toBe(text);
    expect(await page.locator('#allow-once').isDisabled()).toBe(true);
    await wait(armed);
    expect(await page.locator('#allow-once').isDisabled()).toBe(false);
  },
);

test('an error of the main process is told in its own words', async () => {
  const error = { code: 'INTERNAL', message: 'The companion is stopping.' };
  const answers = { 'approvals.decide': () => ({ ok: false, error }) as const };
  const { page } = await open('approval', { snapshot: snapshot([question]), answers });
  await page.click('#deny');
  await expect.poll(() => page.locator('.notice').textContent()).toBe(error.message);
});

test('a main process that throws leaves the question open', async () => {
  const answers = {
    'approvals.decide': () => {
      throw new Error('gone');
    },
  };
  const { page } = await open('approval', { snapshot: snapshot([question]), answers });
  await page.click('#deny');
  await expect.poll(() => page.locator('.notice').textContent()).toContain('Nothing was decided');
  expect(await page.locator('#deny').getAttribute('aria-disabled')).toBe('false');
});

test('the command is copied by the main process, not by the page', async () => {
  const { page, calls } = await open('approval', { snapshot: snapshot([question]) });
  await page.click('#copy');
  expect(await calls()).toEqual([{ channel: 'approvals.copy', input: { id: question.id } }]);
  await expect.poll(() => page.locator('#copy').textContent()).toBe('Copied');
});

test('a command that the clipboard did not take is not called copied', async () => {
  const answers = { 'approvals.copy': () => ({ ok: true, value: false }) as const };
  const { page } = await open('approval', { snapshot: snapshot([question]), answers });
  await page.click('#copy');
  await expect.poll(() => page.locator('#copy').textContent()).toBe('Not copied');
});
