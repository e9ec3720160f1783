import { expect, test } from 'vitest';
import type { ShownPairing } from '#ipc/pairing.ts';
import type { StatusState } from '#ipc/status.ts';
import { pageTime, usePages } from '#support/page-bench.ts';
import { keepLightAndDark } from './screenshots.ts';
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

const claimed = (text: string) => ({ text, claimed: true });
const activity: StatusState['activity'] = [
  { agent: claimed('main'), text: 'running npm test', sinceMs: pageTime - 12_000 },
  { agent: claimed('research'), text: 'at work', sinceMs: pageTime - 3 * minute },
  { agent: null, text: 'running make', sinceMs: pageTime - 2 * minute },
];

const stranger: ShownPairing = {
  kind: 'device',
  requestId: 'request-1',
  digest: 'digest-1',
  title: 'A device wants to be let in',
  facts: [],
  means: [],
  isRepair: false,
  atMs: pageTime,
};

const health = {
  isOk: false,
  text: 'Login required: no channel of that Gateway is linked',
  checkedAtMs: pageTime - minute,
};
const own: StatusState['gateway'] = {
  url: 'ws://127.0.0.1:18789',
  mode: 'own',
  node: true,
  operator: true,
  health: null,
};

const states = {
  quiet: () => snapshot([]),
  busy: () =>
    snapshot(questions(3), {
      pairing: { waiting: [stranger], current: null },
      status: {
        headline: '3 requests wait',
        activity,
        recent,
        pausedAgents: [{ agent: '"research agent" (claimed)', untilMs: pageTime + 10 * minute }],
      },
    }),
  paused: () =>
    snapshot([], {
      status: {
        headline: 'Everything is paused',
        problem: 'Not connected to the Gateway of this companion; it keeps trying. See the logs.',
        standstill: { untilMs: pageTime + 15 * minute },
        recent: recent.slice(0, 3),
      },
    }),
  problem: () =>
    snapshot([], {
      status: {
        headline: 'Needs attention',
        problem:
          'The policy file cannot be read, so everything is denied. Mend it, then run: openclaw-mac policy list',
        gateway: { ...own, mode: 'attached', operator: false, health },
        policy: { security: 'deny', ask: 'off', problem: 'Cannot be read; everything is denied' },
        recent: recent.slice(0, 2),
      },
    }),
};

test('AP-17: axe objects to nothing in the popover, and nothing sticks out', async () => {
  const { page, push, axe } = await open('status', { snapshot: states.quiet(), size });
  for (const [name, state] of Object.entries(states)) {
    await push(state());
    await keepLightAndDark(page, `status-${name}`);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  }
  // Between them they have every element there is.
  for (const state of [states.busy, states.paused]) {
    await push(state());
    expect(await axe()).toEqual([]);
  }
});

test('says what is going on and for how long, and the last five decisions with shape and words', async () => {
  const { page, wait } = await open('status', { snapshot: states.busy(), size });
  const first = () => page.locator('h1').textContent();
  expect(await first()).toBe('"main" (claimed) · running npm test · 12 s');
  expect(await page.locator('.others li').allTextContents()).toEqual([
    '"research" (claimed) · at work · 3 min',
    'An unnamed agent · running make · 2 min',
  ]);
  await wait(5_100);
  expect(await first()).toBe('"main" (claimed) · running npm test · 17 s');
  expect(await page.locator('.waiting').allTextContents()).toEqual([
    '3 requests waitAnswer',
    '1 device wants to be let inShow',
  ]);
  expect(await page.locator('.recent svg').allTextContents()).toEqual([
    'Allowed by a rule',
    'Denied',
    'Expired',
    'Withdrawn',
    'Denied by policy',
  ]);
  expect(await page.getByRole('img', { name: 'Allowed by a rule', exact: true }).count()).toBe(1);
  expect(await page.locator('.recent .when').first().textContent()).toBe('14:04');
  expect(await page.locator('.paused').textContent()).toContain('until 14:15');
});

test('says in one line each how the Gateway and its channels are', async () => {
  const { page, push } = await open('status', { snapshot: states.quiet(), size });
  const lines = () => page.locator('.connection p').allTextContents();
  expect(await lines()).toEqual(['Gateway on this computer · connected']);
  expect(await page.locator('.connection p').getAttribute('title')).toBe('ws://127.0.0.1:18789');
  await push(states.problem());
  expect(await lines()).toEqual([
    'Attached to OpenClaw’s Gateway · not connected, trying again',
    'Login required: no channel of that Gateway is linked · checked 14:04',
  ]);
});

test('what happens next replaces what was shown, and the window is told its height', async () => {
  const { page, push } = await open('status', { snapshot: states.quiet(), size });
  const wanted = () => page.evaluate<number>('document.documentElement.offsetHeight');
  const text = (selector: string) => page.locator(selector).first().textContent();
  expect(await text('h1')).toBe('Quiet');
  expect(await text('.waiting')).toBe('No request waits');
  const quiet = await wanted();
  expect(quiet).toBeGreaterThan(200);
  await push(states.busy());
  expect(await text('.waiting')).toContain('3 requests wait');
  expect(await wanted()).toBeGreaterThan(quiet + 50);
  await push(states.problem());
  // A problem comes first and is announced.
  expect(await page.locator('.header > *').first().getAttribute('role')).toBe('alert');
  expect(await text('.header > *')).toContain('everything is denied');
});

test('everything is done with the keyboard, by asking the main process', async () => {
  const bench = await open('status', {
    snapshot: states.busy(),
    answers: {
      'standstill.set': () => ({ ok: false, error: { code: 'STATE', message: 'Disk is full.' } }),
    },
    size,
  });
  const { page, calls, push, focused } = bench;
  const reached: string[] = [];
  for (const key of ['open', 'pairing', 'pause-a-while', 'pause', 'quit', 'settings']) {
    while ((await focused()) !== key) await page.keyboard.press('Tab');
    reached.push(key);
    await page.keyboard.press('Enter');
  }
  expect(await page.locator('.pause [role=alert]').textContent()).toBe('Disk is full.');
  await push(states.paused());
  expect(await page.locator('.pause h2').textContent()).toBe('Everything is paused until 14:20.');
  await page.focus('#resume');
  await page.keyboard.press('Space');
  await push(snapshot([]));
  // The pressed button is gone; the keyboard is not.
  expect(await focused()).toBe('pause-a-while');
  await page.keyboard.press('Escape');
  expect((await calls()).map(({ channel, input }) => [channel, input])).toEqual([
    ['windows.open', { window: 'approval' }],
    ['windows.open', { window: 'approval' }],
    ['standstill.set', { minutes: 15 }],
    ['standstill.set', { minutes: null }],
    ['app.quit', null],
    ['windows.open', { window: 'settings' }],
    ['standstill.set', { minutes: 0 }],
    ['windows.close', null],
  ]);
});

const pausedAs = (...agents: readonly string[]) =>
  snapshot([], {
    status: { pausedAgents: agents.map((agent) => ({ agent, untilMs: pageTime + minute })) },
  });

test('ends the pause of the agent beside the button; the keyboard stays near it', async () => {
  const agents = ['"main" (claimed)', '"research" (claimed)'];
  const { page, push, calls, focused } = await open('status', {
    snapshot: pausedAs(...agents),
    size,
  });
  const resume = (agent: string) => page.getByRole('button', { name: `Resume ${agent}` });
  await resume('"research" (claimed)').press('Enter');
  await push(pausedAs('"main" (claimed)'));
  expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Resume "main" (claimed)');
  await page.keyboard.press('Enter');
  await push(pausedAs());
  expect(await page.evaluate('document.activeElement.className')).toBe('body');
  expect(await focused()).toBe('');
  expect(await calls()).toEqual(
    agents.toReversed().map((agent) => ({
      channel: 'pauses.resume',
      input: { agent, untilMs: pageTime + minute },
    })),
  );
});

test('a double click on Resume ends one pause, not the next one too; why it failed is said', async () => {
  const { page, push, calls } = await open('status', {
    snapshot: pausedAs('"a" (claimed)', '"b" (claimed)'),
    answers: { 'pauses.resume': () => ({ ok: false, error: { code: 'STATE', message: 'No.' } }) },
    size,
  });
  const first = page.locator('.paused button').first();
  await first.click();
  expect(await page.locator('.body [role=alert]').textContent()).toBe('No.');
  await push(pausedAs('"b" (claimed)'));
  const second = { clickCount: 2 };
  await first.hover();
  await page.mouse.down(second);
  await page.mouse.up(second);
  expect(await calls()).toHaveLength(1);
});

test('a double click on Pause pauses: its second click does not resume', async () => {
  const { page, push, calls } = await open('status', { snapshot: states.busy(), size });
  await page.locator('#pause').click();
  await push(states.paused());
  const second = { clickCount: 2 };
  await page.locator('#resume').hover();
  await page.mouse.down(second);
  await page.mouse.up(second);
  await page.locator('#resume').click();
  expect((await calls()).map(({ input }) => input)).toEqual([{ minutes: null }, { minutes: 0 }]);
});
