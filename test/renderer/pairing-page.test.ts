import { expect, test } from 'vitest';
import type { ShownPairing } from '#ipc/pairing.ts';
import { type PageBench, usePages } from '#support/page-bench.ts';
import { nodePairing, shownPairing } from './pairing-shown.ts';
import { keepLightAndDark } from './screenshots.ts';
import { questions, snapshot } from './shown.ts';

const open = usePages();

const first = shownPairing();

const waits = (...waiting: ShownPairing[]) =>
  snapshot([], { pairing: { waiting, current: waiting[0]?.requestId ?? null } });

type Result = 'done' | 'gone' | 'changed';
const openPairing = (waiting: readonly ShownPairing[], result: Result = 'done') =>
  open('approval', {
    snapshot: waits(...waiting),
    answers: { 'pairing.decide': () => ({ ok: true, value: result }) },
  });

const answer = (decision: string, { kind, requestId, digest } = first) => ({
  channel: 'pairing.decide',
  input: { kind, requestId, digest, decision },
});

const hostile = shownPairing({
  facts: [
    { label: 'Name', text: `${'\\u{202E}'.repeat(30)}${'x'.repeat(300)}`, claimed: true },
    { label: 'Device ID', text: 'f'.repeat(512), claimed: false },
    {
      label: 'Rights',
      text: Array.from({ length: 64 }, (_, at) => `right-${at}`).join(', '),
      claimed: false,
    },
  ],
  means: Array.from(
    { length: 64 },
    (_, at) => `It gets the right "right-${at}", which is not known here.`,
  ),
  isRepair: true,
});

const looks = [
  { name: 'device', waiting: [first, nodePairing] },
  { name: 'node', waiting: [nodePairing] },
  { name: 'hostile', waiting: [hostile] },
];

test.each(looks)(
  'AP-17: pairing $name has nothing axe objects to, and is not wider than its window',
  async ({ name, waiting }) => {
    const bench = await openPairing(waiting);
    await bench.wait(900);
    await keepLightAndDark(bench.page, `pairing-${name}`);
    expect(await bench.axe()).toEqual([]);
    expect(await bench.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  },
);

const enabled = ({ page }: PageBench) => page.locator('#approve').isEnabled();

test('AP-05: Approve waits 800 ms after it is shown, after another request, and after other words', async () => {
  const bench = await openPairing([first]);
  const { wait, push } = bench;
  for (const next of [null, nodePairing, { ...nodePairing, digest: 'other' }]) {
    if (next) await push(waits(next));
    await wait(799);
    expect(await enabled(bench)).toBe(false);
    await wait(1);
    expect(await enabled(bench)).toBe(true);
  }
  await push(waits({ ...nodePairing, digest: 'other' }, first));
  expect(await enabled(bench), 'another one behind it changes nothing').toBe(true);
});

test('AP-06: Later has the focus; Return never approves, Space does once armed, Esc puts off', async () => {
  const { page, wait, focused, calls } = await openPairing([first]);
  expect(await focused()).toBe('later');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await wait(800);
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('reject');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('approve');
  await page.keyboard.press('Enter');
  expect(await calls()).toEqual([]);
  await page.keyboard.press('Escape');
  // It took the focus from Approve, so the page waits again.
  expect(await focused()).toBe('later');
  await wait(800);
  await page.locator('#approve').press('Space');
  expect(await calls()).toEqual([answer('later'), answer('approve')]);
});

test('S24: an answer names exactly what was shown', async () => {
  const { page, wait, push, calls } = await openPairing([first]);
  await page.click('#reject');
  await push(waits(nodePairing));
  await wait(800);
  await page.click('#approve');
  await page.click('#later');
  expect(await calls()).toEqual([
    answer('reject'),
    answer('approve', nodePairing),
    answer('later', nodePairing),
  ]);
});

test('S24: a press that began on one request does not answer the next', async () => {
  const { page, wait, push, calls } = await openPairing([first]);
  await wait(800);
  for (const button of ['#approve', '#reject', '#later']) {
    await push(waits(first));
    await wait(800);
    await page.hover(button);
    await page.mouse.down();
    await push(waits(nodePairing));
    await page.mouse.up();
  }
  expect(await calls()).toEqual([]);
});

test('commands always come first; what waits behind them has to be looked at again', async () => {
  const bench = await openPairing([first]);
  const { page, wait, push, focused, calls } = bench;
  await wait(800);
  const both = { pairing: { waiting: [first], current: first.requestId } };
  await push(snapshot(questions(1), both));
  expect(await page.locator('#approve').count()).toBe(0);
  expect(await focused()).toBe('deny');
  await wait(800);
  await page.keyboard.press('Escape');
  expect(await calls()).toMatchObject([
    { channel: 'approvals.decide', input: { decision: 'deny' } },
  ]);
  await push(snapshot([], both));
  expect(await page.locator('h1').textContent()).toBe(first.title);
  expect(await focused()).toBe('later');
  expect(await enabled(bench)).toBe(false);
  await wait(800);
  expect(await enabled(bench)).toBe(true);
});

test('AP-04: what has to be scrolled has to be read to its end before it can be approved', async () => {
  const bench = await openPairing([hostile]);
  await bench.wait(900);
  expect(await enabled(bench)).toBe(false);
  expect(await bench.page.locator('.unread').isVisible()).toBe(true);
  await bench.page.locator('.facts').evaluate((box) => {
    const { scrollHeight } = box as unknown as { scrollHeight: number };
    (box as unknown as { scrollTop: number }).scrollTop = scrollHeight;
  });
  // The browser tells of scrolling with its next frame, which no clock of the page holds up.
  await bench.page.locator('#approve:enabled').waitFor();
});

test.each([
  ['gone', 'answered elsewhere'],
  ['changed', 'asks for something else now'],
] as const)('says that an answer changed nothing: %s', async (result, words) => {
  const { page, wait, calls } = await openPairing([first], result);
  await wait(800);
  await page.click('#approve');
  expect(await calls()).toHaveLength(1);
  expect(await page.locator('.notice').textContent()).toContain(words);
});

test('says when nothing waits any more, and what it will be asked is read out', async () => {
  const { page, push, wait } = await openPairing([first]);
  expect(await page.locator('.heard[role=status]').textContent()).toBe(
    'New request: Let a device in?',
  );
  await wait(800);
  expect(await page.locator('.heard[role=status]').textContent()).toBe('Approve available');
  await push(snapshot([], { pairing: { waiting: [first], current: null } }));
  expect(await page.locator('h1').textContent()).toBe('Nothing waits for an answer');
});
