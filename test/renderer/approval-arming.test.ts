import { expect, test } from 'vitest';
import { type PageBench, usePages } from '#support/page-bench.ts';
import { questions, shown, snapshot } from './shown.ts';

const open = usePages();
const armed = 800;
const question = shown();

const focusWindow = ({ page }: PageBench) =>
  page.evaluate("window.dispatchEvent(new Event('focus'))");

async function centre({ page }: PageBench, button: string) {
  const box = await page.locator(button).boundingBox();
  if (box === null) throw new Error(`${button} is not on the page`);
  return [box.x + box.width / 2, box.y + box.height / 2] as const;
}

test('AP-05: keys and clicks that were on their way decide nothing while the page arms', async () => {
  const { page, calls, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed - 1);
  for (const key of ['Enter', ' ', 'Escape', 'y', 'a', '1']) await page.keyboard.press(key);
  await page.locator('#deny').press('Space');
  for (const button of ['#allow-once', '#always']) {
    expect(await page.locator(button).isDisabled()).toBe(true);
    await page.locator(button).click({ force: true });
  }
  expect(await calls()).toEqual([]);
  await wait(1);
  expect(await page.locator('#allow-once').isDisabled()).toBe(false);
});

test('AP-05: Deny by pointer works at once', async () => {
  const { page, calls } = await open('approval', { snapshot: snapshot([question]) });
  await page.click('#deny');
  expect(await calls()).toHaveLength(1);
});

test('AP-05: a key held down since before the page counts neither as it repeats nor as it comes up', async () => {
  const { page, calls, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed - 10);
  await page.locator('#deny').focus();
  for (const key of ['Enter', 'Space']) await page.keyboard.down(key);
  await wait(armed);
  // A second `down` without an `up` is a repeat.
  for (const key of ['Enter', 'Space']) await page.keyboard.down(key);
  for (const key of ['Enter', 'Space']) await page.keyboard.up(key);
  expect(await calls()).toEqual([]);
  await page.keyboard.press('Enter');
  expect(await calls()).toHaveLength(1);
});

test('AP-06: Space on Allow works only after arming, Return on it never', async () => {
  const { page, calls, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed);
  await page.locator('#allow-once').focus();
  await page.keyboard.press('Enter');
  expect(await calls()).toEqual([]);
  await page.keyboard.press('Space');
  expect(await calls()).toMatchObject([{ input: { decision: 'allow-once' } }]);
});

test('AP-05: the focus of the window, the return to it and new content each arm again', async () => {
  const bench = await open('approval', { snapshot: snapshot([question]) });
  const { page, push, wait, focused } = bench;
  const allow = page.locator('#allow-once');
  const again = {
    focus: () => focusWindow(bench),
    resize: () => page.evaluate("window.dispatchEvent(new Event('resize'))"),
    shown: () => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))"),
    content: () => push(snapshot([shown({ why: 'Another reason.' })])),
    digest: () => push(snapshot([shown({ displayDigest: 'other', count: 2 })])),
    next: () => push(snapshot([shown({ id: 'question-2' })])),
  };
  for (const [what, happens] of Object.entries(again)) {
    await wait(armed);
    expect(await allow.isDisabled(), what).toBe(false);
    await allow.focus();
    await happens();
    expect(await allow.isDisabled(), what).toBe(true);
    expect(await focused(), what).toBe('deny');
  }
});

test('AP-05: a deadline that moves, or another question behind this one, does not arm again', async () => {
  const { page, push, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed);
  await push(snapshot([{ ...question, expiresAtMs: null }, shown({ id: 'other' })]));
  expect(await page.locator('#allow-once').isDisabled()).toBe(false);
  expect(await page.locator('.queue').textContent()).toContain('1 of 2 waiting');
});

test('AP-05: Allow needs the pointer down and up on the same button', async () => {
  const bench = await open('approval', { snapshot: snapshot([question]) });
  const { page, calls, wait } = bench;
  await wait(armed);
  await page.mouse.move(...(await centre(bench, '#deny')));
  await page.mouse.down();
  await page.mouse.move(...(await centre(bench, '#allow-once')));
  await page.mouse.up();
  expect(await calls()).toEqual([]);
});

test('AP-05: a pointer that went down before arming allows nothing when it comes up', async () => {
  const bench = await open('approval', { snapshot: snapshot([question]) });
  const { page, calls, wait } = bench;
  await page.mouse.move(...(await centre(bench, '#allow-once')));
  await page.mouse.down();
  await wait(armed + 200);
  await page.mouse.up();
  expect(await calls()).toEqual([]);
});

test.each(['#allow-once', '#deny'])(
  'S24: a question swapped while the pointer is down on %s is not answered',
  async (button) => {
    const bench = await open('approval', { snapshot: snapshot([question]) });
    const { page, calls, push, wait } = bench;
    await wait(armed);
    await page.mouse.move(...(await centre(bench, button)));
    await page.mouse.down();
    await push(snapshot([shown({ id: 'other' })]));
    await wait(armed);
    await page.mouse.up();
    expect(await calls()).toEqual([]);
  },
);

test('S24: the second click of a double click does not answer the next question', async () => {
  const waiting = questions(2);
  const bench = await open('approval', { snapshot: snapshot(waiting) });
  const { page, calls, push } = bench;
  const [x, y] = await centre(bench, '#deny');
  await page.mouse.click(x, y);
  await push(snapshot(waiting.slice(1)));
  await page.mouse.move(x, y);
  await page.mouse.down({ clickCount: 2 });
  await page.mouse.up({ clickCount: 2 });
  expect(await calls()).toMatchObject([{ input: { id: 'question-1' } }]);
});

test('S24: Space that went down on one question and comes up on the next one answers neither', async () => {
  const { page, calls, push, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed);
  await page.keyboard.down('Space');
  await push(snapshot([shown({ id: 'other' })]));
  await wait(armed);
  await page.keyboard.up('Space');
  expect(await calls()).toEqual([]);
  await page.keyboard.press('Space');
  expect(await calls()).toMatchObject([{ input: { id: 'other', decision: 'deny' } }]);
});

test('a script on the page cannot press Allow', async () => {
  const { page, calls, wait } = await open('approval', { snapshot: snapshot([question]) });
  await wait(armed);
  await page.evaluate("document.getElementById('allow-once').click()");
  expect(await calls()).toEqual([]);
});

test('AP-17: a new request and "Allow available" are read out', async () => {
  const { page, wait } = await open('approval', { snapshot: snapshot([question]) });
  const live = page.locator('[role=status]');
  expect(await live.textContent()).toBe(
    'New request: "main" (claimed) wants to run a command. 15 s left to answer.',
  );
  await wait(armed);
  expect(await live.textContent()).toBe('Allow available');
});

test('AP-17: under reduced motion nothing moves, and arming takes as long', async () => {
  const options = { snapshot: snapshot([question]), reducedMotion: 'reduce' } as const;
  const { page, wait } = await open('approval', options);
  const moving = await page.evaluate('document.getAnimations().length');
  expect(moving).toBe(0);
  await wait(armed - 1);
  expect(await page.locator('#allow-once').isDisabled()).toBe(true);
});

test('AP-17: everything is reached by Tab, in the order of the page, with a ring around it', async () => {
  const snapshotNow = snapshot([shown({ notes: ['a', 'b', 'c', 'd'] }), shown({ id: 'other' })]);
  const { page, focused, wait } = await open('approval', { snapshot: snapshotNow });
  await wait(armed);
  const reached: string[] = [];
  while (reached.at(-1) !== 'deny') {
    await page.keyboard.press('Tab');
    const id =
      (await focused()) || (await page.evaluate<string>('document.activeElement.className'));
    // Between the last and the first there is the page itself.
    if (id === '') continue;
    expect(reached, id).not.toContain(id);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), id).toBe(
      'solid',
    );
    reached.push(id);
  }
  expect(reached).toEqual([
    'deny-pause',
    'deny-pause-length',
    'always',
    'allow-once',
    'show-all',
    'answer-later',
    'note',
    'command',
    'copy',
    'facts',
    'more-notes',
    'details',
    'deny',
  ]);
});
