import { expect, test } from 'vitest';
import type { ShownApproval } from '#ipc/approvals.ts';
import { type PageBench, usePages } from '#support/page-bench.ts';
import { keepLightAndDark } from './screenshots.ts';
import { shown, snapshot } from './shown.ts';

const open = usePages();
const armed = 800;
const folder = '/home/ann/code/api';

type Offers = ShownApproval['offers'];

/** An offer in all widths, or only in the first ones. */
function offer(command: string, widths = 3): Offers[number] {
  const [program = '', ...args] = command.split(' ');
  const path = `/usr/bin/${program}`;
  const exactly = args.length === 0 ? 'without arguments' : `with exactly: ${args.join(' ')}`;
  const choices = [
    { scope: 'exact-here', sentence: `${path} ${exactly}, only in ${folder}.` },
    { scope: 'exact-anywhere', sentence: `${path} ${exactly}, in any folder.` },
    { scope: 'any-arguments-here', sentence: `${path} with any arguments, only in ${folder}.` },
  ] as const;
  return { command, choices: choices.slice(0, widths) };
}

const one = shown({ raw: 'ls -la src', offers: [offer('ls -la src')], ruleAgent: 'main' });
const chain = shown({
  raw: 'git fetch && ls -la src | wc -l',
  offers: [offer('git fetch', 2), offer('ls -la src'), offer('wc -l', 1)],
  ruleAgent: 'main',
});
const exact = (command: string) => offer(command).choices[0]?.sentence;
const decided = { id: one.id, displayDigest: one.displayDigest };

/** Opens the second step, armed. */
async function openStep(approval: ShownApproval): Promise<PageBench> {
  const bench = await open('approval', { snapshot: snapshot([approval]) });
  await bench.wait(armed);
  await bench.page.click('#always');
  await bench.wait(armed);
  return bench;
}

const stored = ({ page }: PageBench) => page.locator('.stored').textContent();
const canSave = async ({ page }: PageBench) => !(await page.locator('#save').isDisabled());

test('AP-12: at first the narrowest rule is chosen, for this agent, until the day is over', async () => {
  const bench = await openStep(one);
  expect(await bench.focused()).toBe('back');
  expect(await stored(bench)).toBe(
    `Stored for "main", until the end of today:${exact('ls -la src')}`,
  );
  await bench.page.click('#save');
  const grant = { scopes: ['exact-here'], lasts: 'today', everyAgent: false };
  const input = { ...decided, decision: 'allow-always', grant };
  expect(await bench.calls()).toEqual([{ channel: 'approvals.decide', input }]);
});

test('AP-12, AP-05: what is chosen is told word for word, and Save waits again after each change', async () => {
  const bench = await openStep(one);
  const { page, wait, calls } = bench;
  const steps = [
    ['#offer-0-any-arguments-here', 'ls with any arguments, only in /home/ann/code/api.'],
    ['#offer-0-exact-anywhere', 'ls with exactly: -la src, in any folder.'],
    ['#lasts-30-days', 'for 30 days:'],
    ['#agent-every', 'Stored for every agent, for 30 days:'],
  ] as const;
  for (const [choice, told] of steps) {
    expect(await canSave(bench), choice).toBe(true);
    await page.click(choice);
    expect(await canSave(bench), choice).toBe(false);
    expect(await stored(bench)).toContain(told);
    await wait(armed);
  }
  await page.click('#save');
  const grant = { scopes: ['exact-anywhere'], lasts: '30-days', everyAgent: true };
  expect(await calls()).toMatchObject([{ input: { decision: 'allow-always', grant } }]);
});

test('AP-04, AP-12: what is stored is saved only after its words were in view to the end', async () => {
  const programs = Array.from({ length: 12 }, (_, at) =>
    offer(`tool-${at} ${'--option=value '.repeat(12)}`, 1),
  );
  const bench = await openStep(shown({ raw: 'tool-0', offers: programs, ruleAgent: 'main' }));
  const { page } = bench;
  expect(await canSave(bench)).toBe(false);
  expect(await page.locator('.footer .unread').textContent()).toContain('Scroll to the end');
  const toEnd = () => page.locator('.stored').evaluate((box) => box.scrollBy(0, 100_000));
  await toEnd();
  await page.locator('#save:enabled').waitFor();
});

test('AP-12: what is stored begins at its top, unread, whenever it became something else', async () => {
  const programs = ['one', 'two', 'three'].map((name) =>
    offer(`tool-${name} ${'--option=value '.repeat(12)}`),
  );
  const bench = await openStep(shown({ raw: 'tool-one', offers: programs, ruleAgent: 'main' }));
  const { page, wait } = bench;
  const box = page.locator('.stored');
  const top = () => box.evaluate(({ scrollTop }) => scrollTop);
  for (const choice of ['#agent-every', '#lasts-until-removed', '#offer-0-any-arguments-here']) {
    await box.evaluate((element) => element.scrollBy(0, 100_000));
    await page.locator('#save:enabled').waitFor();
    expect(await top(), choice).toBeGreaterThan(0);
    await page.click(choice);
    await wait(armed);
    expect(await top(), choice).toBe(0);
    expect(await canSave(bench), choice).toBe(false);
  }
});

test('AP-12: each program of a chain is ticked by itself; with none there is nothing to save', async () => {
  const bench = await openStep(chain);
  const { page, wait, calls } = bench;
  const sentences = () => page.locator('.stored li').allTextContents();
  expect(await sentences()).toEqual(['git fetch', 'ls -la src', 'wc -l'].map(exact));
  for (const at of [0, 1, 2]) await page.click(`#offer-${at}`);
  await wait(armed);
  expect(await stored(bench)).toBe('Nothing is ticked, so nothing would be stored.');
  expect(await canSave(bench)).toBe(false);
  expect(await page.locator('#offer-1-exact-anywhere').isDisabled()).toBe(true);
  await page.click('#offer-1');
  expect(await sentences()).toEqual([exact('ls -la src')]);
  await wait(armed);
  expect(await page.locator('#save').textContent()).toBe('Save rule and run');
  await page.click('#save');
  const grant = { scopes: [null, 'exact-here', null], lasts: 'today', everyAgent: false };
  expect(await calls()).toMatchObject([{ input: { grant } }]);
});

test('AP-17: everything is chosen by keyboard, ticks without waiting in between', async () => {
  const bench = await openStep(chain);
  const { page, focused, wait, calls } = bench;
  const tabTo = async (id: string) => {
    for (let presses = 0; (await focused()) !== id; presses += 1) {
      expect(presses, id).toBeLessThan(30);
      await page.keyboard.press('Tab');
    }
  };
  await tabTo('offer-0');
  await page.keyboard.press('Space');
  await tabTo('offer-1-exact-here');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe('offer-1-exact-anywhere');
  await tabTo('offer-2');
  await page.keyboard.press('Space');
  await tabTo('lasts-today');
  await page.keyboard.press('ArrowLeft');
  await tabTo('agent-this');
  await page.keyboard.press('ArrowRight');
  expect(await stored(bench)).toBe(
    'Stored for every agent, for 15 min:/usr/bin/ls with exactly: -la src, in any folder.',
  );
  await wait(armed);
  await tabTo('save');
  await page.keyboard.press('Enter');
  expect(await calls()).toEqual([]);
  await page.keyboard.press('Space');
  const grant = { scopes: [null, 'exact-anywhere', null], lasts: '15-minutes', everyAgent: true };
  expect(await calls()).toMatchObject([{ input: { grant } }]);
});

test('AP-06: Esc denies also while a rule is being chosen', async () => {
  const { page, wait, calls } = await openStep(one);
  await page.click('#offer-0-exact-anywhere');
  await page.keyboard.press('Escape');
  expect(await calls()).toEqual([]);
  await wait(armed);
  await page.keyboard.press('Escape');
  expect(await calls()).toEqual([
    { channel: 'approvals.decide', input: { ...decided, decision: 'deny' } },
  ]);
});

test('AP-12: Back forgets what was chosen, and so does another question', async () => {
  const bench = await openStep(one);
  const { page, wait, push } = bench;
  await page.click('#offer-0-any-arguments-here');
  await page.click('#back');
  await wait(armed);
  await page.click('#always');
  expect(await stored(bench)).toContain(exact('ls -la src'));
  await wait(armed);
  await page.click('#offer-0-any-arguments-here');
  await push(snapshot([shown({ ...one, id: 'other', displayDigest: 'other' })]));
  expect(await page.locator('.stored').count()).toBe(0);
  await wait(armed);
  await page.click('#always');
  expect(await stored(bench)).toContain(exact('ls -la src'));
});

test('AP-05: a press on Save counts only for what was chosen when it began', async () => {
  const { page, wait, calls } = await openStep(one);
  await page.locator('#save').hover();
  await page.mouse.down();
  await page.locator('#offer-0-exact-anywhere').focus();
  await page.keyboard.press('ArrowDown');
  await wait(armed);
  await page.mouse.up();
  expect(await calls()).toEqual([]);
});

const reason = 'The shell would replace a part that starts with "$" before it runs the text.';
const once = shown({
  raw: 'sh -c "cat $(ls)"',
  executable: '/usr/bin/dash',
  why: 'The policy asks about every command.',
  canAlways: false,
  always: [],
  offers: [],
  onceBecause: reason,
});
const change = shown({
  kind: 'policy-change',
  raw: 'Agent "main": /usr/bin/git with any arguments',
  title: '"gateway" (claimed) wants to change what may run without asking',
  executable: null,
  cwd: null,
  why: 'A program asked for it; rules get wider only with your consent.',
  permissions: 'what it names will run from then on without a question',
  canAlways: false,
  always: [],
  offers: [],
});

test('AP-12: where always is not offered, the reason stands in its place', async () => {
  const { page } = await open('approval', { snapshot: snapshot([once]) });
  expect(await page.locator('#always').count()).toBe(0);
  expect(await page.locator('.footer').textContent()).toContain(
    `Can only be allowed once. ${reason}`,
  );
  expect(await page.locator('.why').textContent()).not.toContain('Can only be allowed once');
});

test('a change of policy runs nothing, so the page does not say what runs', async () => {
  const { page } = await open('approval', { snapshot: snapshot([change]) });
  expect(await page.locator('.runs').count()).toBe(0);
});

test('AP-12: in the smallest window what is stored and the answer are still in view', async () => {
  const { page, wait } = await open('approval', {
    snapshot: snapshot([chain]),
    size: { width: 520, height: 280 },
  });
  await wait(armed);
  await page.click('#always');
  for (const part of ['.stored', '.footer']) {
    const box = await page.locator(part).boundingBox();
    expect((box?.y ?? 280) + (box?.height ?? 0), part).toBeLessThanOrEqual(280);
    expect(box?.height, part).toBeGreaterThan(30);
  }
});

const looks = [
  { name: 'always-widths', approval: one, click: ['#always'], height: 480 },
  {
    name: 'always-chain',
    approval: chain,
    click: ['#always', '#offer-2', '#offer-1-any-arguments-here'],
    height: 680,
  },
  { name: 'once', approval: once, click: [], height: 430 },
];

test.each(looks)(
  'AP-17: $name has nothing axe objects to, light or dark, and fits its window',
  async ({ name, approval, click, height }) => {
    const size = { width: 520, height };
    const bench = await open('approval', { snapshot: snapshot([approval]), size });
    const { page, wait } = bench;
    await wait(1_000);
    for (const button of click) {
      await page.click(button);
      await wait(armed);
    }
    await keepLightAndDark(page, `approval-${name}`);
    const footer = await page.locator('.footer').boundingBox();
    expect((footer?.y ?? height) + (footer?.height ?? 0)).toBeLessThanOrEqual(height);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(await bench.axe()).toEqual([]);
  },
);
