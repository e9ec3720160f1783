import { expect, test } from 'vitest';
import { pageTime, usePages } from '#support/page-bench.ts';
import { snapshot } from './shown.ts';

const open = usePages();

/** Outcome, who decided → shape, words. */
const outcomes = [
  ['allowed', 'person', 'check', 'Allowed'],
  ['allowed', 'rule', 'rule', 'Allowed by a rule'],
  ['allowed', 'policy', 'policy', 'Allowed by policy'],
  ['denied', 'person', 'cross', 'Denied'],
  ['denied', 'policy', 'policy', 'Denied by policy'],
  ['expired', 'timeout', 'clock', 'Expired'],
  ['cancelled', 'cancel', 'barred', 'Withdrawn'],
  ['invalid', 'policy', 'caution', 'Not valid'],
] as const;

test('ui.md §5: every outcome has a shape and words of its own, and says when policy or a rule decided', async () => {
  const { page, push } = await open('status', { snapshot: snapshot([]) });
  // As many rows as the popover has.
  for (const part of [outcomes.slice(0, 5), outcomes.slice(5)]) {
    const recent = part.map(([outcome, decidedBy], index) => ({
      atMs: pageTime - index,
      text: 'ls',
      outcome,
      decidedBy,
    }));
    await push(snapshot([], { status: { recent } }));
    const shapes = await page
      .locator('.recent svg')
      .evaluateAll((found) =>
        (found as unknown as { textContent: string; getAttribute(name: string): string }[]).map(
          (shape) => [shape.getAttribute('class'), shape.textContent],
        ),
      );
    expect(shapes).toEqual(part.map(([, , icon, label]) => [`icon icon-${icon}`, label]));
  }
});
