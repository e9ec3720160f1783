import { expect, test } from 'vitest';
import type { Snapshot } from '#ipc/contract.ts';
import type { StatusState } from '#ipc/status.ts';
import { pageTime, usePages } from '#support/page-bench.ts';
import { keepScreenshot } from './screenshots.ts';
import { questions, snapshot } from './shown.ts';

const open = usePages();
const size = { width: 320, height: 520 };

const minute = 60_000;
const recent: StatusState['recent'] = [
  { atMs: pageTime - minute, text: 'npm test', outcome: 'allowed', decidedBy: 'rule' },
  { atMs: pageTime - 2 * minute, text: 'git push --force', outcome: 'denied', decidedBy: 'person' },
  {
    atMs: pageTime - 3 * minute,
    text: 'curl example.test',
    outcome: 'expired',
    decidedBy: 'timeout',
  },
  { atMs: pageTime - 4 * minute, text: 'make release', outcome: 'cancelled', decidedBy: 'cancel' },
  { atMs: pageTime - 5 * minute, text: 'rm -rf build', outcome: 'denied', decidedBy: 'policy' },
  { atMs: pageTime - 6 * minute, text: 'the sixth', outcome: 'allowed', decidedBy: 'person' },
];

const states = {
  quiet: snapshot([], { status: { recent: [] } }),
  busy: snapshot(questions(3), {
    status: {
      headline: '“main” (claimed) · running npm test',
      recent,
      pausedAgents: [{ agent: '“research agent” (claimed)', untilMs: pageTime + 10 * minute }],
    },
  }),
  problem: snapshot([], {
    status: {
      headline: 'Nothing can be asked',
      problem:
        'The policy file cannot be read, so everything is denied. Mend it, then run: openclaw-mac policy list',
      gateway: { url: 'ws://127.0.0.1:18789', mode: 'attached', node: false, operator: false },
      policy: { security: 'deny', ask: 'off', problem: 'Cannot be read; everything is denied' },
      recent: recent.slice(0, 2),
    },
  }),
};

const cases = Object.entries(states).flatMap(([name, state]) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ name, state, colorScheme })),
);

test.each(cases)(
  'AP-17: the popover "$name" in $colorScheme has nothing axe objects to',
  async ({ name, state, colorScheme }) => {
    const bench = await open('status', { snapshot: state, colorScheme, size });
    await keepScreenshot(bench.page, `status-${name}-${colorScheme}`);
    expect(await bench.axe()).toEqual([]);
    expect(await bench.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  },
);

test('says what is going on, and the last five decisions with shape and words', async () => {
  const { page } = await open('status', { snapshot: states.busy, size });
  expect(await page.locator('h1').textContent()).toBe('“main” (claimed) · running npm test');
  expect(await page.locator('.waiting').textContent()).toContain('3 requests wait');
  const labels = await page
    .locator('.recent svg')
    .evaluateAll((shapes) =>
      (shapes as unknown as { getAttribute(name: string): string }[]).map((shape) =>
        shape.getAttribute('aria-label'),
      ),
    );
  expect(labels).toEqual(['Allowed by a rule', 'Denied', 'Expired', 'Cancelled', 'By policy']);
  expect(await page.locator('.recent .when').first().textContent()).toBe('14:04');
  expect(await page.locator('.paused').textContent()).toContain('until 14:15');
});

test('says how high its window should be', async () => {
  const wanted = async (state: Snapshot) => {
    const { page } = await open('status', { snapshot: state, size });
    return page.evaluate<number>('document.documentElement.offsetHeight');
  };
  const quiet = await wanted(states.quiet);
  expect(quiet).toBeGreaterThan(200);
  expect(await wanted(states.busy)).toBeGreaterThan(quiet + 50);
});

test('a problem comes first and is announced', async () => {
  const { page } = await open('status', { snapshot: states.problem, size });
  const first = page.locator('.header > *').first();
  expect(await first.getAttribute('role')).toBe('alert');
  expect(await first.textContent()).toContain('everything is denied');
});

test('what happens next replaces what was shown', async () => {
  const { page, push } = await open('status', { snapshot: states.quiet, size });
  expect(await page.locator('.waiting').textContent()).toBe('No request waits');
  await push(snapshot(questions(1)));
  expect(await page.locator('.waiting').textContent()).toContain('1 request waits');
});

test('opens the questions, quits and closes by asking the main process', async () => {
  const { page, calls } = await open('status', { snapshot: snapshot(questions(1)), size });
  await page.click('#open');
  await page.click('#quit');
  await page.keyboard.press('Escape');
  expect(await calls()).toEqual([
    { channel: 'windows.open', input: { window: 'approval' } },
    { channel: 'app.quit', input: null },
    { channel: 'windows.close', input: null },
  ]);
});
