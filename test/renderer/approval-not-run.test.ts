import { expect, test } from 'vitest';
import { usePages } from '#support/page-bench.ts';
import { questions, shown, snapshot } from './shown.ts';

const open = usePages();

const armed = 800;

const last = {
  id: 'question-1',
  text: 'Nothing ran. The folder /home/ann/code/api changed after you allowed this; ask again to run it there.',
  outcome: 'not-run',
  canAskAgain: false,
} as const;

test('allowed here, and nothing ran: a card with a button says so', async () => {
  const { page, push, wait, calls } = await open('approval', { snapshot: snapshot([shown()]) });
  await wait(armed);
  await page.locator('#allow-once').click();
  await push(snapshot([]));
  await push(snapshot([], { last }));
  expect(await page.locator('h1').textContent()).toBe('Nothing waits for an answer');
  expect(await page.locator('.last').textContent()).toBe(last.text);
  expect(await page.locator('.heard').textContent()).toBe(last.text);
  await page.locator('#close').click();
  expect((await calls()).map(({ channel }) => channel)).toEqual([
    'approvals.decide',
    'windows.close',
  ]);
});

test('the next question is in view already: it is said there, and has to be looked at again', async () => {
  const [first, second] = questions(2);
  if (!first || !second) throw new Error('two questions');
  const { page, push, wait } = await open('approval', { snapshot: snapshot([first, second]) });
  await wait(armed);
  await page.locator('#allow-once').click();
  await push(snapshot([second]));
  await wait(armed);
  expect(await page.locator('#allow-once').isDisabled()).toBe(false);
  await push(snapshot([second], { last }));
  expect(await page.locator('.notice').textContent()).toBe(last.text);
  expect(await page.locator('.command').textContent()).toBe('npm run step-2');
  expect(await page.locator('#allow-once').isDisabled()).toBe(true);
  await wait(armed);
  expect(await page.locator('#allow-once').isDisabled()).toBe(false);
  // The main process tells the same with everything else that changes: that is no news.
  await push(snapshot([second], { last }));
  expect(await page.locator('#allow-once').isDisabled()).toBe(false);
  await push(snapshot([second]));
  expect(await page.locator('.notice').textContent()).toBe(last.text);
});

test('the agent asks again at once: why is said beside the question', async () => {
  const { page, push } = await open('approval', { snapshot: snapshot([], { last }) });
  expect(await page.locator('.last').textContent()).toBe(last.text);
  await push(snapshot([shown({ id: 'again' })], { last }));
  expect(await page.locator('.notice').textContent()).toBe(last.text);
  expect(await page.locator('#allow-once').isDisabled()).toBe(true);
});

test('a question that was answered elsewhere meanwhile is told first', async () => {
  const [first, second] = questions(2);
  if (!first || !second) throw new Error('two questions');
  const { page, push, wait } = await open('approval', { snapshot: snapshot([first, second]) });
  const text = 'Denied on the terminal. Nothing ran.';
  const elsewhere = { id: first.id, text, outcome: 'denied', canAskAgain: false } as const;
  await push(snapshot([second], { last: elsewhere }));
  await push(snapshot([second], { last }));
  expect(await page.locator('.held').textContent()).toBe(text);
  expect(await page.locator('.notice').isHidden()).toBe(true);
  await wait(1_200);
  expect(await page.locator('.command').textContent()).toBe('npm run step-2');
  expect(await page.locator('.notice').textContent()).toBe(last.text);
});
