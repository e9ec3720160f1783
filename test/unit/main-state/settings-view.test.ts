import { expect, it } from 'vitest';
import { createSettingsView } from '#main/state/settings-view.ts';

function bench() {
  const calls: string[] = [];
  const view = createSettingsView({
    window: { show: () => void calls.push('show') },
    changed: () => void calls.push(`changed to ${view.section()}`),
    lookAhead: (section) => void calls.push(`look ahead for ${section}`),
  });
  return { view, calls };
}

it('says which section it is before the window comes up, and prepares its rows after that', () => {
  const { view, calls } = bench();
  view.open('rules');
  expect(calls).toEqual(['changed to rules', 'show', 'look ahead for rules']);
});

it('opens at the approvals first, and later where it was left', () => {
  const { view, calls } = bench();
  view.open();
  view.open('logs');
  view.open();
  expect(calls.filter((call) => call.startsWith('look'))).toEqual([
    'look ahead for approvals',
    'look ahead for logs',
    'look ahead for logs',
  ]);
});
