import { expect, test } from 'vitest';
import { usePages } from '#support/page-bench.ts';
import { questions, shown, snapshot } from './shown.ts';

const open = usePages();

const question = shown();
const armed = 800;

test('answered elsewhere: the card says so for 1.2 s, the buttons stay where they are', async () => {
  const [first, second] = questions(2);
  if (!first || !second) throw new Error('two questions');
  const { page, push, wait, calls } = await open('approval', {
    snapshot: snapshot([first, second]),
  });
  await wait(armed);
  const places = () =>
    Promise.all(
      ['#deny', '#deny-pause', '#always', '#allow-once'].map((id) =>
        page.locator(id).boundingBox(),
      ),
    );
  const before = await places();
  const last = {
    id: first.id,
    text: 'Denied on the terminal. Nothing ran.',
    outcome: 'denied',
    canAskAgain: false,
  } as const;
  await push(snapshot([second], { last }));
  expect(await page.locator('.held').textContent()).toBe(last.text);
  expect(await places()).toEqual(before);
  for (const id of ['#note', '#answer-later']) {
    expect(await page.locator(id).isDisabled(), id).toBe(true);
  }
  await page.locator('#deny').click({ force: true });
  expect(await page.locator('#allow-once').isDisabled()).toBe(true);
  expect(await calls()).toEqual([]);
  await wait(1_199);
  expect(await page.locator('.held').count()).toBe(1);
  await wait(1);
  expect(await page.locator('.command').textContent()).toBe('npm run step-2');
  expect(await places()).toEqual(before);
  expect(await page.locator('#allow-once').isDisabled()).toBe(true);
});

test('expired: says that nothing ran, and stays said when nothing else waits', async () => {
  const { page, push, wait } = await open('approval', { snapshot: snapshot([question]) });
  const last = {
    id: question.id,
    text: 'No answer in time. Nothing ran.',
    outcome: 'expired',
    canAskAgain: false,
  } as const;
  await push(snapshot([], { last }));
  expect(await page.locator('.held').textContent()).toBe(last.text);
  await wait(1_200);
  expect(await page.locator('h1').textContent()).toBe('Nothing waits for an answer');
  expect(await page.locator('.last').textContent()).toBe(last.text);
});

test('at the end of the countdown nothing can be allowed any more', async () => {
  const { page, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(14_000);
  expect(await page.locator('.countdown').textContent()).toContain('0:01');
  expect(await page.locator('#allow-once').isDisabled()).toBe(false);
  await wait(1_000);
  expect(await page.locator('.countdown').textContent()).toContain('Time is over');
  expect(await page.locator('#allow-once').isDisabled()).toBe(true);
});

test('an older snapshot than the one on the page is dropped', async () => {
  const older = snapshot(questions(1));
  const { page, push } = await open('approval', { snapshot: snapshot([question]) });
  await push(older);
  expect(await page.locator('.command').textContent()).toBe('git push --force origin main');
});

test('the page says how high its window should be, and takes nothing back while questions follow', async () => {
  const [short, long] = [shown(), shown({ id: 'long', raw: 'echo one && '.repeat(200) })];
  const { page, push } = await open('approval', { snapshot: snapshot([short]) });
  const wanted = () => page.evaluate<number>('document.documentElement.offsetHeight');
  const first = await wanted();
  expect(first).toBeGreaterThan(250);
  expect(first).toBeLessThan(400);
  await push(snapshot([long]));
  const second = await wanted();
  expect(second).toBeGreaterThan(1_000);
  await push(snapshot([short]));
  expect(await wanted()).toBe(second);
  await push(snapshot([]));
  expect(await wanted()).toBe(0);
});

test('20 questions at once are answered one after the other, each with its own id and digest', async () => {
  const waiting = questions(20);
  const { page, calls, push, wait } = await open('approval', { snapshot: snapshot(waiting) });
  for (let left = 20; left > 0; left -= 1) {
    expect(await page.locator('.command').textContent()).toBe(`npm run step-${21 - left}`);
    await wait(armed);
    await page.keyboard.press('Enter');
    await push(snapshot(waiting.slice(21 - left)));
  }
  expect((await calls()).map(({ input }) => input)).toEqual(
    waiting.map(({ id, displayDigest }) => ({ id, displayDigest, decision: 'deny' })),
  );
  expect(await page.locator('h1').textContent()).toBe('Nothing waits for an answer');
});
