import { expect, test } from 'vitest';
import type { Output, Reply } from '#ipc/contract.ts';
import { usePages } from '#support/page-bench.ts';
import { questions, shown, snapshot } from './shown.ts';

const open = usePages();
const armed = 800;
const smallest = { width: 520, height: 280 };

/** Leaving the page without an answer, and what must not follow a person to another question. */

test('Answer later closes the window and decides nothing; it says that the request goes on waiting', async () => {
  const { page, wait, calls } = await open('approval', { snapshot: snapshot([shown()]) });
  await wait(armed);
  const button = page.getByRole('button', { name: 'Answer later' });
  expect(await button.getAttribute('title')).toContain('decides nothing');
  await button.click();
  expect((await calls()).map(({ channel }) => channel)).toEqual(['windows.close']);
  expect(await page.locator('.command').count()).toBe(1);
});

test('Answer later fits the smallest window, beside the longest of what stands there', async () => {
  const { page, wait } = await open('approval', {
    snapshot: snapshot(questions(64)),
    size: smallest,
  });
  await wait(armed);
  const queue = await page.locator('.queue').boundingBox();
  expect(queue?.height).toBe(24);
  expect((queue?.y ?? 280) + (queue?.height ?? 0)).toBeLessThanOrEqual(280);
  for (const id of ['#show-all', '#answer-later', '#note']) {
    expect((await page.locator(id).boundingBox())?.height, id).toBeLessThanOrEqual(24);
  }
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
});

test('Esc closes the window where nothing waits, and only after a moment', async () => {
  const { page, wait, calls } = await open('approval', { snapshot: snapshot([]) });
  await page.keyboard.press('Escape');
  expect(await calls()).toEqual([]);
  await wait(armed);
  await page.keyboard.press('Escape');
  expect(await calls()).toEqual([{ channel: 'windows.close', input: null }]);
});

test('a window without a title bar is moved by its upper edge; names, buttons and text are not', async () => {
  const { page, push } = await open('approval', {
    snapshot: snapshot([shown({ canExtend: true })]),
  });
  const region = (selector: string) =>
    page.evaluate<string>(
      `getComputedStyle(document.querySelector('${selector}')).getPropertyValue('-webkit-app-region')`,
    );
  expect(await region('.header')).toBe('drag');
  const edge = await page.locator('.header').boundingBox();
  expect([edge?.x, edge?.y, edge?.width]).toEqual([0, 0, 520]);
  expect((await page.locator('.who').boundingBox())?.y).toBe(12);
  for (const part of ['.who', '#keep-waiting']) expect(await region(part), part).toBe('no-drag');
  await push(snapshot([]));
  expect(await region('.blank')).toBe('drag');
  expect(await region('.choices')).toBe('no-drag');
});

test('"Copied" is said of the command that was copied, not of the next one', async () => {
  const late = Promise.withResolvers<Reply<Output<'approvals.copy'>>>();
  const answers = {
    'approvals.copy': ({ id }: { id: string }) =>
      id === 'question-1' ? late.promise : { ok: true as const, value: true },
  };
  const [first, second, third] = questions(3);
  if (!first || !second || !third) throw new Error('three questions');
  const bench = await open('approval', { snapshot: snapshot([first, second, third]), answers });
  const { page, push, calls } = bench;
  const label = () => page.locator('#copy').getAttribute('title');
  await page.click('#copy');
  await push(snapshot([second, third]));
  late.resolve({ ok: true, value: true });
  await calls();
  expect(await label()).toBe('Copy command');
  await page.click('#copy');
  await expect.poll(label).toBe('Copied');
  await page.click('#show-all');
  await push(snapshot([third]));
  await page.click('#back');
  expect(await page.locator('.command').textContent()).toBe('npm run step-3');
  expect(await label()).toBe('Copy command');
});

test('our own words do not look like data, and codes are words', async () => {
  const unknown = shown({ executable: null, cwd: null });
  const { page } = await open('approval', { snapshot: snapshot([unknown]) });
  expect(await page.locator('.runs').textContent()).toContain('Not known');
  expect(await page.locator('.runs code').count()).toBe(0);
  await page.click('#details');
  expect(await page.locator('.details').textContent()).toContain('KindA command that runs here');
});
