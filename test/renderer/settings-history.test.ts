import { describe, expect, test } from 'vitest';
import type { Input } from '#ipc/contract.ts';
import { type PageBench, pageTime, usePages } from '#support/page-bench.ts';
import { type HistoryDouble, historyDouble } from './history-double.ts';
import { countIntervals } from './intervals.ts';
import { keepLightAndDark } from './screenshots.ts';
import { questions, shown, snapshot } from './shown.ts';

/** The Approvals pane: what waits, and the history (ui.md §4). */

const pages = usePages();
const size = { width: 760, height: 560 };

/** The page asks after it has drawn itself, which takes time of its own clock. */
const drawnMs = 200;

const state = (history: HistoryDouble, waiting = 0) =>
  snapshot(questions(waiting), { section: 'approvals', marks: { history: history.newest } });

async function open(history: HistoryDouble, waiting = 0) {
  const reply = <T>(value: () => T) =>
    history.failure === null
      ? ({ ok: true, value: value() } as const)
      : ({ ok: false, error: { code: 'STATE', message: history.failure } } as const);
  const bench = await pages('settings', {
    snapshot: state(history, waiting),
    size,
    answers: {
      'history.page': (input) => reply(() => history.page(input)),
      'history.summary': (filter) => reply(() => history.summary(filter)),
    },
  });
  await bench.wait(drawnMs);
  await settled(bench);
  return bench;
}

async function settled({ page }: PageBench): Promise<void> {
  await page.locator('.found[aria-busy="false"]').waitFor({ state: 'attached' });
}

const found = ({ page }: PageBench) => page.locator('.counted .soft').textContent();
const drawn = ({ page }: PageBench) => page.locator('.decision').count();

interface Box {
  scrollTop: number;
  readonly clientHeight: number;
}

async function measures({ page }: PageBench, selector: string): Promise<Box> {
  return page.locator(selector).evaluate((element) => {
    const { scrollTop, clientHeight } = element as unknown as Box;
    return { scrollTop, clientHeight };
  });
}

const scrolled = async (bench: PageBench) => (await measures(bench, '.pane')).scrollTop;

async function scroll({ page, wait }: PageBench, top: number): Promise<void> {
  await page.locator('.pane').evaluate((pane, to) => {
    (pane as unknown as Box).scrollTop = to;
  }, top);
  await wait(50);
}

/** Filters of the questions for the newest rows. */
async function sought(bench: PageBench) {
  const asked = (await bench.calls()).filter(({ channel }) => channel === 'history.page');
  return asked
    .map(({ input }) => input as Input<'history.page'>)
    .filter(({ before, after }) => before === null && after === undefined)
    .map(({ filter }) => filter);
}

describe('looks', () => {
  test('AP-17: the pane with chart, filters, an open row and the table has nothing axe objects to', async () => {
    const bench = await open(historyDouble(2_400), 3);
    const { page } = bench;
    await keepLightAndDark(page, 'settings-approvals');
    await page.locator('#decision-1').click();
    await page.locator('.decision-details').waitFor();
    await scroll(bench, 300);
    await keepLightAndDark(page, 'settings-approvals-details');
    await scroll(bench, 0);
    await page.locator('#chart-toggle').click();
    await keepLightAndDark(page, 'settings-approvals-table');
    expect(await bench.axe()).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });

  test('AP-17: without any decision it says what will be here; the first one shows by itself', async () => {
    const history = historyDouble(0);
    const bench = await open(history);
    await keepLightAndDark(bench.page, 'settings-approvals-empty');
    expect(await bench.page.locator('.empty').textContent()).toContain('No decision yet');
    expect(await bench.page.locator('.chart, .history-filters').count()).toBe(0);
    // Said once.
    expect(await found(bench)).toBe('');
    expect(await bench.axe()).toEqual([]);
    history.newest = 1;
    await bench.push(state(history));
    await expect.poll(() => drawn(bench)).toBe(1);
  });

  test('what cannot be read is said with its reason, and asked again by a button', async () => {
    const history = historyDouble(10);
    history.failure = 'The history cannot be read.';
    const bench = await open(history);
    expect(await bench.page.locator('.banner[role="alert"]').textContent()).toContain(
      history.failure,
    );
    history.failure = null;
    await bench.page.locator('#history-retry').click();
    await settled(bench);
    expect(await drawn(bench)).toBe(10);
    expect(await bench.page.locator('.banner').count()).toBe(0);
  });
});

test('100 000 decisions: only what is in view is in the page, wherever one scrolls', async () => {
  const bench = await open(historyDouble(100_000));
  const { page, wait } = bench;
  expect(await found(bench)).toBe('100,000 decisions');
  await page.locator('#decision-0').focus();
  const most: number[] = [];
  for (let turn = 0; turn < 8; turn += 1) {
    await scroll(bench, 1e7);
    await expect
      .poll(async () => {
        await wait(50);
        return (await measures(bench, '.decisions')).clientHeight / 48;
      })
      .toBeGreaterThan((turn + 1) * 100);
    most.push(await drawn(bench));
  }
  expect(Math.max(...most)).toBeLessThan(45);
  const last = page.locator('.decision').last();
  expect(await last.getAttribute('aria-setsize')).toBe('100000');
  // The row with the focus stays, or the keyboard would have to begin anew.
  expect(await bench.focused()).toBe('decision-0');
  // Back at the top: what was let go is asked for again and is what it was.
  await scroll(bench, 0);
  await expect.poll(() => page.locator('#decision-0').textContent()).toContain('# 100000');
  const again = { filter: {}, before: 100_001, limit: 100 };
  expect(await bench.calls()).toContainEqual({ channel: 'history.page', input: again });
  expect(await drawn(bench)).toBeLessThan(45);
});

test('filters: agent, outcome, decided by, text and missed are asked for; Esc clears', async () => {
  const bench = await open(historyDouble(1_000));
  const { page, wait } = bench;
  await page.locator('#history-agent').selectOption('=research agent');
  await settled(bench);
  await page.locator('#history-outcome').selectOption('denied');
  await settled(bench);
  await page.locator('#history-decided-by').selectOption('person');
  await settled(bench);
  await page.locator('#history-text').fill('git');
  // Nothing is asked while somebody types.
  await wait(150);
  await page.locator('#history-text').fill('git push');
  expect(await sought(bench)).toHaveLength(4);
  await wait(200);
  await settled(bench);
  expect((await sought(bench)).at(-1)).toEqual({
    agent: 'research agent',
    outcomes: ['denied'],
    decidedBy: 'person',
    text: 'git push',
  });
  const shown = await page.locator('.decision-command').allTextContents();
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.every((text) => text.startsWith('git push'))).toBe(true);
  await page.locator('#history-text').press('Escape');
  await settled(bench);
  expect((await sought(bench)).at(-1)).toEqual({
    agent: 'research agent',
    outcomes: ['denied'],
    decidedBy: 'person',
  });
  await page.locator('#history-text').press('Escape');
  await settled(bench);
  expect((await sought(bench)).at(-1)).toEqual({});
  expect(await found(bench)).toBe('1,000 decisions');

  // Missed decisions are one click away; nothing found says so and offers the way back.
  await page.locator('#history-missed').click();
  await settled(bench);
  expect((await sought(bench)).at(-1)).toEqual({ outcomes: ['expired', 'cancelled'] });
  expect(await page.locator('#history-missed').getAttribute('aria-pressed')).toBe('true');
  expect(await found(bench)).toBe('44 decisions');
  expect(await page.locator('.counted [role="status"]').textContent()).toBe('44 decisions');
  await page.locator('#history-text').fill('no such command');
  await wait(200);
  await settled(bench);
  expect(await page.locator('.empty').textContent()).toContain('No decision fits.');
  await page.locator('#history-show-all').click();
  await settled(bench);
  expect(await found(bench)).toBe('1,000 decisions');
});

test('what a person did with the companion itself is listed, and no outcome counts it', async () => {
  const history = historyDouble(6);
  history.changes = new Set([6, 4]);
  const bench = await open(history);
  const { page } = bench;
  expect(await found(bench)).toBe('4 decisions, 2 changes');
  const labels = await page.locator('.decision-head svg title').allTextContents();
  expect(labels.filter((label) => label === 'Change to the companion')).toHaveLength(2);
  const legend = await page.locator('.chart-legend li').allTextContents();
  const counted = legend.map((text) => Number(text.replace(/\D+/g, '')));
  expect(counted.reduce((sum, count) => sum + count)).toBe(4);
});

test('a day of the chart lists only its decisions; the table says the same', async () => {
  const bench = await open(historyDouble(1_000));
  const { page } = bench;
  const day = page.locator('#day-2026-11-20');
  expect(await day.getAttribute('aria-label')).toMatch(
    /^20 Nov: \d+ allowed, \d+ denied, \d+ missed/,
  );
  await day.click();
  await settled(bench);
  const from = Date.UTC(2026, 10, 20);
  expect((await sought(bench)).at(-1)).toEqual({ sinceMs: from, untilMs: from + 86_400_000 });
  expect(await found(bench)).toBe('72 decisions');
  expect(await page.locator('.decision .when').first().textContent()).toMatch(/^20 Nov/);
  await page.locator('#chart-toggle').click();
  const row = page.locator('.chart-table tr', { hasText: '20 Nov' });
  expect(await row.locator('td').last().textContent()).toBe('72');
  await row.locator('button').click();
  await settled(bench);
  expect((await sought(bench)).at(-1)).toEqual({});
});

test('rows that come do not move anything: a button says how many, and shows them', async () => {
  const history = historyDouble(1_000);
  const bench = await open(history);
  const { page, push, wait } = bench;
  await scroll(bench, 600);
  const before = await scrolled(bench);
  expect(before).toBe(600);
  const summaries = async () =>
    (await bench.calls()).filter(({ channel }) => channel === 'history.summary').length;
  const asked = await summaries();
  for (let row = 0; row < 3; row += 1) {
    history.newest += 1;
    await push(state(history));
    await wait(50);
  }
  // Many rows in a moment are one question, and one more a second later.
  expect(await summaries()).toBe(asked + 1);
  await wait(1_000);
  const newer = page.locator('#history-newer');
  await expect.poll(() => newer.textContent()).toBe('3 newer');
  expect(await summaries()).toBe(asked + 2);
  expect(await scrolled(bench)).toBe(before);
  expect(await page.locator('.counted [role="status"]').textContent()).toBe('1,000 decisions');
  await newer.click();
  await settled(bench);
  await expect.poll(() => page.locator('#decision-0').textContent()).toContain('# 1003');
  expect(await bench.focused()).toBe('decision-0');
  expect(await newer.count()).toBe(0);
});

describe('what waits', () => {
  const minute = 60_000;
  const lines = ({ page }: PageBench) => page.locator('.waiting-list li').allTextContents();

  test('says who waits, for what and for how long, as time goes by, and not a word of the command', async () => {
    const bench = await open(historyDouble(3));
    const waiting = [
      shown({ id: 'a', createdAtMs: pageTime - 11_000, expiresAtMs: pageTime + 3 * minute }),
      shown({
        id: 'b',
        kind: 'policy-change',
        agent: { text: 'unnamed', claimed: false },
        createdAtMs: pageTime,
        expiresAtMs: null,
      }),
    ];
    await bench.push({
      ...state(historyDouble(3)),
      ...snapshot(waiting, { section: 'approvals' }),
    });
    await bench.wait(1_500);
    expect(await lines(bench)).toEqual([
      '"main" (claimed) wants to run a commandwaits 12 s · expires in 3 min',
      'unnamed wants to change what may runwaits 1 s · waits until answered',
    ]);
    await bench.wait(2 * minute);
    expect((await lines(bench))[0]).toContain('waits 2 min · expires in 59 s');
    await bench.wait(minute);
    expect((await lines(bench))[0]).toContain('its time is over');
    await bench.page.click('#open-waiting');
    expect((await bench.calls()).at(-1)).toEqual({
      channel: 'windows.open',
      input: { window: 'approval' },
    });
  });

  test('is at most ten lines of one line each, the oldest first', async () => {
    const bench = await open(historyDouble(3));
    const agent = { text: 'an agent with a name that never ends '.repeat(4), claimed: true };
    await bench.push(snapshot(questions(13, { agent }), { section: 'approvals' }));
    const all = await lines(bench);
    expect(all).toHaveLength(11);
    expect(all.at(-1)).toBe('and 3 more');
    const heights = await bench.page
      .locator('.waiting-list li')
      .evaluateAll((items) =>
        (items as unknown as { offsetHeight: number }[]).map(({ offsetHeight }) => offsetHeight),
      );
    expect(new Set(heights).size).toBe(1);
    // The quotes of a name that is cut stay, both of them.
    const who = await bench.page.locator('.waiting-who').first().boundingBox();
    const name = await bench.page.locator('.waiting-name').first().boundingBox();
    expect((who?.x ?? 0) + (who?.width ?? 0)).toBeGreaterThan(
      (name?.x ?? 0) + (name?.width ?? 0) + 2,
    );
    // S25: whose word it is stays in sight, however long the name.
    const what = bench.page.locator('.waiting-what').first();
    expect(await what.textContent()).toBe('(claimed) wants to run a command');
    const box = await what.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThan(size.width);
    const wider =
      'document.querySelector(".pane").scrollWidth - document.querySelector(".pane").clientWidth';
    expect(await bench.page.evaluate(wider)).toBe(0);
    await keepLightAndDark(bench.page, 'settings-approvals-waiting');
    expect(await bench.axe()).toEqual([]);
    expect(await bench.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });

  test('moves nothing while nobody waits', async () => {
    const bench = await open(historyDouble(3));
    expect(await bench.page.locator('.waiting-list').count()).toBe(0);
    expect(await bench.page.locator('.waiting-now').textContent()).toBe('No request waits');
    await bench.page.evaluate(countIntervals);
    await bench.push(snapshot(questions(1), { section: 'approvals' }));
    await bench.wait(50);
    expect(await bench.page.evaluate('intervals.size')).toBe(1);
    await bench.push(snapshot([], { section: 'approvals' }));
    await bench.wait(50);
    expect(await bench.page.evaluate('intervals.size')).toBe(0);
  });
});

test('by keyboard alone: waiting, chart, filters, rows and their details', async () => {
  const bench = await open(historyDouble(300), 2);
  const { page } = bench;
  await page.locator('#section-about').focus();
  const stops: string[] = [];
  for (let step = 0; step < 9; step += 1) {
    await page.keyboard.press('Tab');
    stops.push(await bench.focused());
  }
  expect(stops).toEqual([
    'open-waiting',
    'chart-toggle',
    'day-2026-11-21',
    'history-text',
    'history-missed',
    'history-agent',
    'history-outcome',
    'history-decided-by',
    'decision-0',
  ]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect.poll(bench.focused).toBe('decision-2');
  await page.keyboard.press('Enter');
  expect(await page.locator('.decision-details').textContent()).toContain('/home/ann/code/api');
  await page.keyboard.press('End');
  await expect.poll(bench.focused).toBe('decision-99');
  expect(await page.locator('#decision-99').isVisible()).toBe(true);
  await page.keyboard.press('Home');
  await expect.poll(bench.focused).toBe('decision-0');
  await page.locator('#day-2026-11-21').focus();
  await page.keyboard.press('ArrowLeft');
  expect(await bench.focused()).toBe('day-2026-11-20');
  await page.keyboard.press('Enter');
  await settled(bench);
  expect(await page.locator('#day-2026-11-20').getAttribute('aria-pressed')).toBe('true');
  await page.locator('#open-waiting').press('Enter');
  expect((await bench.calls()).at(-1)).toEqual({
    channel: 'windows.open',
    input: { window: 'approval' },
  });
});
