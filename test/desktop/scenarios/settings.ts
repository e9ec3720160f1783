import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { ruleIds } from '#core/policy/edits.ts';
import { callControl } from '#host/sockets/control-client.ts';
import { policyViewSchema } from '#protocol/control-policy.ts';
import { waitForApproval } from '#support/chain.ts';
import type { Desktop, Scenarios } from '#support/desktop.ts';
import { tempDir } from '#support/temp-dir.ts';

const argv = ['/bin/echo', 'ruled'] as const;
const press = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: true }).click();

async function ask(desktop: Desktop, folder: string) {
  const caller = desktop.run(argv, '--cwd', folder);
  await waitForApproval(desktop);
  const page = await desktop.page('approval');
  await page.getByText(argv.join(' '), { exact: true }).first().waitFor();
  return { caller, page };
}

async function allowAlways(desktop: Desktop, folder: string): Promise<void> {
  const { caller, page } = await ask(desktop, folder);
  await press(page, /^Always/);
  await press(page, /^Save rule/);
  expect(await caller.exited).toBe(0);
}

/** On the way of a person who sees no icon: the app is started once more. */
async function openRules(desktop: Desktop): Promise<Page> {
  expect(await desktop.launchAgain()).toBe(0);
  const page = await desktop.page('settings');
  await expect.poll(() => desktop.isVisible('settings')).toBe(true);
  expect(await desktop.isVisible('approval')).toBe(false);
  await press(page, 'Rules');
  await page.getByRole('heading', { name: 'Rules', level: 1 }).waitFor();
  return page;
}

/** Waits until so many rules are stored, as the companion says beside its window. */
const expectRules = ({ ready }: Desktop, count: number) =>
  expect
    .poll(async () => {
      const view = await callControl(ready.controlSocket, { op: 'policy.get' });
      return ruleIds(policyViewSchema.parse(view).document).length;
    })
    .toBe(count);

const remove = (page: Page) => press(page, /^Delete the rule for .*echo$/);

export const settings: Scenarios = {
  async 'rules: what is deleted in the page is asked about again, and Undo brings the rule back in force'(
    desktop,
  ) {
    const folder = tempDir();
    await allowAlways(desktop, folder);
    const page = await openRules(desktop);
    await expectRules(desktop, 1);

    // Undo is offered for ten seconds, so nothing slow comes between.
    await remove(page);
    await expectRules(desktop, 0);
    await press(page, 'Undo');
    await expectRules(desktop, 1);
    const before = await desktop.timesShown('approval');
    const byRule = desktop.run(argv, '--cwd', folder);
    expect(await byRule.exited).toBe(0);
    expect(byRule.stdout()).toBe('ruled\n');
    expect(await desktop.timesShown('approval')).toBe(before);

    await remove(page);
    await expectRules(desktop, 0);
    const { caller, page: approval } = await ask(desktop, folder);
    await press(approval, 'Deny');
    expect(await caller.exited).toBe(126);
    expect(caller.stdout()).toBe('');
  },
};
