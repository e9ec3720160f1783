import { expect, test } from 'vitest';
import { usePages } from '#support/page-bench.ts';
import { historyDouble } from './history-double.ts';
import { countIntervals } from './intervals.ts';
import { snapshot } from './shown.ts';

/** No spinners: words with elapsed time (ui.md §5). */

const pages = usePages();
const size = { width: 760, height: 560 };
const never = new Promise<never>(() => undefined);

test('a pane that waits for its first answer says so, and from two seconds on for how long', async () => {
  const { page, wait } = await pages('settings', {
    snapshot: snapshot([], { section: 'connection' }),
    size,
    answers: { 'connection.get': () => never },
  });
  const text = () => page.locator('.empty').textContent();
  await wait(1_900);
  expect(await text()).toBe('Waiting for the companion…');
  await wait(200);
  expect(await text()).toBe('Waiting for the companion… 2 s');
  await wait(60_000);
  expect(await text()).toBe('Waiting for the companion… 1 min');
});

test('a search tells how long it takes, and ticks only meanwhile', async () => {
  const history = historyDouble(40);
  let isSlow = false;
  const answered: (() => void)[] = [];
  const soon = () =>
    isSlow ? new Promise<void>((resolve) => answered.push(resolve)) : Promise.resolve();
  const { page, wait, calls } = await pages('settings', {
    snapshot: snapshot([], { section: 'approvals', marks: { history: history.newest } }),
    size,
    answers: {
      'history.page': async (input) => {
        await soon();
        return { ok: true, value: history.page(input) };
      },
      'history.summary': async (filter) => {
        await soon();
        return { ok: true, value: history.summary(filter) };
      },
    },
  });
  const text = () => page.locator('.counted .soft').textContent();
  await wait(200);
  await expect.poll(text).toBe('40 decisions');
  await page.evaluate(countIntervals);
  isSlow = true;
  await page.selectOption('#history-outcome', 'allowed');
  await wait(1_500);
  expect(await text()).toBe('Searching…');
  await wait(3_000);
  expect(await text()).toBe('Searching… 4 s');
  expect(await page.evaluate('intervals.size')).toBe(1);
  await calls();
  isSlow = false;
  for (const answer of answered) answer();
  await wait(50);
  await expect.poll(text).toMatch(/decisions$/);
  expect(await page.evaluate('intervals.size')).toBe(0);
});

test('a question to the system tells how long it has been asked, on its button', async () => {
  const row = {
    capability: 'microphone',
    title: 'Microphone',
    neededBy: 'Commands that record sound',
    state: 'not-asked',
    help: null,
    action: 'request',
  } as const;
  const list = {
    holder: { name: 'OpenClaw Companion', bundleId: 'ai.openclaw.companion', path: '/a' },
    warning: null,
    rows: [row],
  };
  const { page, wait } = await pages('settings', {
    snapshot: snapshot([], { section: 'permissions' }),
    size,
    answers: {
      'permissions.list': () => ({ ok: true, value: list }),
      'permissions.act': () => never,
    },
  });
  await wait(200);
  const button = page.locator('#act-microphone');
  expect(await button.textContent()).toBe('Ask');
  await button.click();
  await wait(12_100);
  expect(await button.textContent()).toBe('Asking… 12 s');
  // Read out, the button stays what it was.
  expect(await button.getAttribute('aria-label')).toBe('Ask: Microphone');
});

test('rows that are not there yet tell it too', async () => {
  const history = historyDouble(2_400);
  let isSlow = false;
  const { page, wait, calls } = await pages('settings', {
    snapshot: snapshot([], { section: 'approvals', marks: { history: history.newest } }),
    size,
    answers: {
      'history.page': (input) => (isSlow ? never : { ok: true, value: history.page(input) }),
      'history.summary': (filter) => ({ ok: true, value: history.summary(filter) }),
    },
  });
  await wait(200);
  await page.locator('.found[aria-busy="false"]').waitFor({ state: 'attached' });
  const scroll = async (top: number) => {
    await page.locator('.pane').evaluate((pane, to) => {
      (pane as unknown as { scrollTop: number }).scrollTop = to;
    }, top);
    await wait(50);
    await calls();
    await wait(50);
  };
  // Far enough down, the first rows are let go; back at the top they are asked for again.
  for (let screen = 0; screen < 12; screen += 1) await scroll(1_000_000);
  isSlow = true;
  await scroll(0);
  const row = page.locator('.decision', { hasText: 'Loading…' }).first();
  await row.waitFor();
  await wait(3_000);
  // The row comes up with a frame of the browser, before or after the clock of the page moved.
  expect(await row.textContent()).toMatch(/^Loading… [2-4] s$/);
});
