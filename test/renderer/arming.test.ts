import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Click,
  clickCounts,
  isArmed,
  type KeyPress,
  keyEffect,
  neverArmed,
  press,
  rearm,
} from '#renderer/approval/arming.ts';

const arming = rearm(neverArmed, 1_000);
const click = (over: Partial<Click> = {}): Click => ({
  button: 'allow',
  kind: 'grant',
  subject: 'a',
  detail: 1,
  trusted: true,
  ...over,
});
const key = (over: Partial<KeyPress> = {}): KeyPress => ({
  key: 'Enter',
  repeat: false,
  composing: false,
  modified: false,
  on: 'deny',
  ...over,
});

test('AP-05: a page that was never shown is never armed', () => {
  expect(isArmed(neverArmed, Number.MAX_SAFE_INTEGER)).toBe(false);
});

test('AP-05: a page is armed 800 ms after the last thing that happened on it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5_000), { minLength: 1 }), fc.nat(2_000), (times, later) => {
      const sorted = times.toSorted((a, b) => a - b);
      const last = sorted.at(-1) ?? 0;
      const armed = sorted.reduce(rearm, neverArmed);
      expect(isArmed(armed, last + later)).toBe(later >= 800);
    }),
  );
});

describe('AP-05: a pointer', () => {
  test('allows when it went down and up on the button after arming', () => {
    expect(clickCounts(click(), press('allow', 'a', arming, 1_800), arming, 1_900)).toBe(true);
  });

  test.each([
    ['went down before arming', press('allow', 'a', arming, 1_799), click()],
    ['went down on another button', press('deny', 'a', arming, 1_800), click()],
    ['went down when something else was shown', press('allow', 'b', arming, 1_800), click()],
    ['went down nowhere', null, click()],
    [
      'is the second click of a double click',
      press('allow', 'a', arming, 1_800),
      click({ detail: 2 }),
    ],
    ['is no real input', press('allow', 'a', arming, 1_800), click({ trusted: false })],
  ] as const)('allows nothing when it %s', (_title, began, clicked) => {
    expect(clickCounts(clicked, began, arming, 1_900)).toBe(false);
  });

  test('allows nothing when the page began to wait again in between', () => {
    const began = press('allow', 'a', arming, 1_800);
    expect(clickCounts(click(), began, rearm(arming, 1_900), 9_000)).toBe(false);
  });

  test('denies at once, but only what was shown when it went down', () => {
    const deny = click({ button: 'deny', kind: 'deny' });
    expect(clickCounts(deny, press('deny', 'a', arming, 1_000), arming, 1_001)).toBe(true);
    expect(clickCounts(deny, press('deny', 'b', arming, 1_000), arming, 1_001)).toBe(false);
    const doubled = { ...deny, detail: 2 };
    expect(clickCounts(doubled, press('deny', 'a', arming, 1_000), arming, 1_001)).toBe(false);
  });
});

describe('AP-06: a key', () => {
  test.each(['Enter', ' ', 'Escape'])(
    '%j does nothing before arming, whatever has the focus',
    (name) => {
      for (const on of ['deny', 'grant', 'harmless', 'nothing'] as const)
        expect(keyEffect(key({ key: name, on }), false)).toBe('drop');
    },
  );

  test.each([
    ['Return on Deny', key(), 'leave'],
    ['Return on a button that decides nothing', key({ on: 'harmless' }), 'leave'],
    ['Return on Allow', key({ on: 'grant' }), 'drop'],
    ['Space on Allow', key({ key: ' ', on: 'grant' }), 'leave'],
    ['Space on Deny', key({ key: ' ' }), 'leave'],
    ['Esc', key({ key: 'Escape', on: 'nothing' }), 'escape'],
    ['Esc in the note', key({ key: 'Escape', on: 'text' }), 'escape'],
    [
      'Esc while a character is composed',
      key({ key: 'Escape', on: 'text', composing: true }),
      'leave',
    ],
    ['Return in the note', key({ on: 'text' }), 'leave'],
    ['a repeated Return', key({ repeat: true }), 'drop'],
    ['a repeated Space on Allow', key({ key: ' ', on: 'grant', repeat: true }), 'drop'],
    ['Ctrl+Return', key({ modified: true }), 'drop'],
    ['a letter', key({ key: 'y', on: 'grant' }), 'leave'],
    ['Tab', key({ key: 'Tab', on: 'grant' }), 'leave'],
  ] as const)('after arming, %s: %s', (_title, pressed, effect) => {
    expect(keyEffect(pressed, true)).toBe(effect);
  });

  test('no key whatever presses an Allow button by Return, by repeat or with a modifier', () => {
    const keys = fc.record({
      key: fc.oneof(fc.constantFrom('Enter', ' ', 'Escape', 'a', '1', 'F1'), fc.string()),
      repeat: fc.boolean(),
      composing: fc.boolean(),
      modified: fc.boolean(),
    });
    fc.assert(
      fc.property(keys, fc.boolean(), (pressed, armed) => {
        const effect = keyEffect({ ...pressed, on: 'grant' }, armed);
        const presses = pressed.key === 'Enter' || pressed.key === ' ';
        if (!presses || effect !== 'leave') return;
        expect({ ...pressed, armed }).toEqual({
          key: ' ',
          repeat: false,
          composing: false,
          modified: false,
          armed: true,
        });
      }),
    );
  });
});
