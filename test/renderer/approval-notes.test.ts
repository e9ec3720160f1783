import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { pageTime, usePages } from '#support/page-bench.ts';
import { shown, snapshot } from './shown.ts';

const open = usePages();
const armed = 800;

const raw = 'sudo rm -rf\u200B x\n&& git push -f # 1';
const mark = (note: number, words: string) => {
  const start = raw.lastIndexOf(words);
  return { start, end: start + words.length, note };
};
const marks = [mark(1, 'sudo'), mark(2, '-rf\u200B'), mark(3, '-f'), mark(4, 'sudo')];
const notes = [
  { text: 'takes the rights of another user (sudo)', isPrivilege: true },
  'deletes recursively (rm)',
  'overwrites or deletes branches of a remote (git push)',
  'runs another program (sudo)',
  'one more',
];
const risky = shown({ raw, marks, notes });

const whole = 'sudo rm -rf\\u{200B} x↵\n&& git push -f # 1';

const selected = (page: Page) =>
  page.evaluate<string>(`(() => {
    getSelection().selectAllChildren(document.querySelector('.command'));
    return getSelection().toString();
  })()`);

test('ui.md §2: risky words are underlined with the number of their note, and the text stays the command', async () => {
  const { page } = await open('approval', { snapshot: snapshot([risky]) });
  expect(await page.locator('.command').textContent()).toBe(whole);
  expect(await page.locator('.marked').allTextContents()).toEqual([
    'sudo',
    '-rf',
    '\\u{200B}',
    '-f',
  ]);
  const marked = await page.evaluate<readonly (readonly string[])[]>(`(() => {
    const numbers = [...document.querySelectorAll('.mark')].map((mark) => mark.dataset.numbers);
    const lines = [...document.querySelectorAll('.marked-text')].map(
      (text) => getComputedStyle(text).textDecorationLine,
    );
    return [numbers, lines];
  })()`);
  expect(marked).toEqual([
    ['1,4', '2', '3'],
    ['underline', 'underline', 'underline', 'underline'],
  ]);
});

test('AP-03: what a person selects in the command has no number in it', async () => {
  const { page } = await open('approval', { snapshot: snapshot([risky]) });
  expect(await selected(page)).toBe(whole);
});

test('AP-17: a screen reader hears the numbers as notes', async () => {
  const { page } = await open('approval', { snapshot: snapshot([risky]) });
  const heard = await page.locator('.command').ariaSnapshot();
  const client = await page.context().newCDPSession(page);
  const { nodes } = await client.send('Accessibility.getFullAXTree');
  const texts = nodes.flatMap(({ role, name }) =>
    role?.value === 'StaticText' ? [`${name?.value}`] : [],
  );
  expect(texts, heard).toEqual(expect.arrayContaining(['note 1, note 4', 'note 2', 'note 3']));
  expect(texts).not.toContain('1,4');
});

test('ui.md §2: the notes are numbered, three at a glance and the rest, numbered on, under Details', async () => {
  const { page } = await open('approval', { snapshot: snapshot([risky]) });
  const list = page.locator('.facts > ol.notes');
  expect(await list.locator('li').allTextContents()).toEqual([
    'Note 1takes the rights of another user (sudo)',
    'Note 2deletes recursively (rm)',
    'Note 3overwrites or deletes branches of a remote (git push)',
  ]);
  expect(await page.locator('#more-notes').textContent()).toBe('2 more under Details');
  await page.click('#more-notes');
  expect(await page.locator('.details ol.notes li').allTextContents()).toEqual([
    'Note 4runs another program (sudo)',
    'Note 5one more',
  ]);
});

/** The colours as numbers from 0 to 1, as the page computes them. */
interface Drawn {
  readonly text: string;
  readonly ink: readonly number[];
  readonly paper: readonly number[];
}

/** Every text in the card, the drawn numbers included, and what it stands on. */
const drawnInCard = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const paperOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color[3] !== 0) return color;
    }
  };
  const found = [];
  for (const element of document.querySelectorAll('.command-text, .command-text *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const drawn = element.matches('.mark');
    if (!own && !drawn) continue;
    const { color } = getComputedStyle(element, drawn ? '::after' : undefined);
    const text = drawn ? element.dataset.numbers : element.textContent;
    found.push({ text, ink: channels(color), paper: paperOf(element) });
  }
  return found;
})()`;

function luminance(color: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = color.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast({ ink, paper }: Drawn): number {
  const [one, other] = [luminance(ink), luminance(paper)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

test.each(['light', 'dark'] as const)(
  'ui.md §5: all of the command has a contrast of 7 to 1 or more, %s',
  async (colorScheme) => {
    const { page } = await open('approval', { snapshot: snapshot([risky]), colorScheme });
    const drawn = await page.evaluate<readonly Drawn[]>(drawnInCard);
    const texts = drawn.map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['sudo', '\\u{200B}', '↵', '1,4', '2']));
    for (const one of drawn) {
      expect(one.ink[3] ?? 1).toBe(1);
      expect(contrast(one), one.text).toBeGreaterThanOrEqual(7);
    }
  },
);

const styleOf = (page: Page, selector: string, property: string) =>
  page.evaluate<string>(
    `getComputedStyle(document.querySelector(${JSON.stringify(selector)}))[${JSON.stringify(property)}]`,
  );

test('ui.md §5: red is for more power than one may think, in shape too; other notes and the last seconds are not red', async () => {
  const { page, wait } = await open('approval', { snapshot: snapshot([risky]) });
  const danger = 'rgb(168, 22, 27)';
  const caution = 'rgb(107, 64, 0)';
  expect(await styleOf(page, '.notes li:nth-child(1) .icon', 'color')).toBe(danger);
  expect(await styleOf(page, '.notes li:nth-child(2) .icon', 'color')).toBe(caution);
  expect(await styleOf(page, '.notes li:nth-child(1)', 'borderLeftColor')).toBe(danger);
  expect(await styleOf(page, '.notes li:nth-child(2)', 'borderLeftColor')).toBe(caution);
  expect(await page.locator('.notes .icon-power').count()).toBe(1);
  expect(await page.locator('.notes .icon-caution').count()).toBe(2);
  expect(await styleOf(page, '.marked .marked-text', 'textDecorationColor')).toBe(danger);
  const before = await styleOf(page, '.countdown', 'color');
  await wait(6_000);
  expect(await page.locator('.countdown.soon').count()).toBe(1);
  expect(await styleOf(page, '.countdown', 'color')).toBe(before);
  expect(await styleOf(page, '.countdown', 'fontWeight')).toBe('700');
});

test('S26: 64 000 characters full of risky words are shown in time, all of them', async () => {
  const text = 'sudo a\u200B; '.repeat(6_400);
  const many = Array.from({ length: 64 }, (_, at) => ({
    start: at * 10,
    end: at * 10 + 4,
    note: 1,
  }));
  const started = Date.now();
  const { page, wait } = await open('approval', {
    snapshot: snapshot([shown({ raw: text, marks: many, notes, expiresAtMs: pageTime + 120_000 })]),
  });
  await wait(armed);
  expect(await page.locator('.mark').count()).toBe(64);
  expect(Date.now() - started).toBeLessThan(20_000);
  expect((await page.locator('.command').textContent())?.replaceAll('\\u{200B}', '\u200B')).toBe(
    text,
  );
});
