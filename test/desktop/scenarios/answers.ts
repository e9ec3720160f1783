import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import { waitForApproval } from '#support/chain.ts';
import type { Desktop, Scenarios } from '#support/desktop.ts';
import { tempDir } from '#support/temp-dir.ts';

/** Asks for this command through the node host; resolves when it can be read in the window. */
async function ask(
  desktop: Desktop,
  argv: readonly [string, ...string[]],
  ...options: readonly string[]
) {
  const caller = desktop.run(argv, ...options);
  const page = await desktop.page('approval');
  await page.getByText(argv.join(' '), { exact: true }).first().waitFor();
  return { caller, page };
}

/** Playwright clicks a button only once it is enabled. */
const click = (page: Page, name: RegExp | string) =>
  page.getByRole('button', { name, exact: true }).click();

export const answers: Scenarios = {
  async 'deny: nothing runs; exit code, reason and the note reach the caller'(desktop) {
    const ran = join(tempDir(), 'ran');
    const { caller, page } = await ask(desktop, ['/usr/bin/touch', ran]);
    await expect.poll(() => desktop.isVisible('approval')).toBe(true);
    expect(await page.locator('.from').textContent()).toContain('on this computer');
    // It is not in the working folder, and the one note says so.
    expect(await page.locator('.marked').allTextContents()).toEqual([ran]);
    await click(page, 'Add a note for the agent');
    await page.getByRole('textbox').fill('use the other folder');
    await click(page, 'Deny');
    expect(await caller.exited).toBe(126);
    expect(caller.stderr()).toBe('SYSTEM_RUN_DENIED: user denied. Note: "use the other folder"\n');
    expect(existsSync(ran)).toBe(false);
    await expect.poll(() => desktop.isVisible('approval')).toBe(false);
  },

  async 'always: the rule is stored, and the second run is not asked about'(desktop) {
    const folder = tempDir();
    const { caller, page } = await ask(desktop, ['/bin/echo', 'rules'], '--cwd', folder);
    await click(page, /^Always/);
    await click(page, /^Save rule/);
    expect(await caller.exited).toBe(0);
    expect(caller.stdout()).toBe('rules\n');
    const path = join(desktop.stateDir, 'exec-approvals.json');
    const stored = JSON.parse(readFileSync(path, 'utf8'));
    expect(stored.agents.main.allowlist).toMatchObject([{ cwd: folder }]);

    const before = await desktop.timesShown('approval');
    const again = desktop.run(['/bin/echo', 'rules'], '--cwd', folder);
    expect(await again.exited).toBe(0);
    expect(again.stdout()).toBe('rules\n');
    expect(await desktop.timesShown('approval')).toBe(before);
    const rows = await callControl(desktop.ready.controlSocket, { op: 'audit.query', limit: 1 });
    expect(rows).toMatchObject([{ outcome: 'allowed', decidedBy: 'rule' }]);
  },

  /** The last one: the clock of the page is not the real one afterwards. */
  async 'allow once: a click before the buttons are armed does nothing, one after runs the command (S24, AP-05)'(
    desktop,
  ) {
    const ran = join(tempDir(), 'ran');
    const page = await desktop.page('approval');
    // So that nothing can be armed by chance.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const { caller } = await ask(desktop, ['/usr/bin/touch', ran]);
    const allow = page.getByRole('button', { name: 'Allow once' });
    for (const ms of [0, 799]) {
      await page.clock.runFor(ms);
      await allow.click({ force: true });
      expect(await allow.isDisabled()).toBe(true);
    }
    await waitForApproval(desktop);
    expect(existsSync(ran)).toBe(false);

    // What comes later than the words (that it is in sight, its size) makes the page wait again.
    await expect
      .poll(async () => {
        await page.clock.runFor(100);
        return allow.isEnabled();
      })
      .toBe(true);
    await page.clock.resume();
    await allow.click();
    expect(await caller.exited).toBe(0);
    expect(existsSync(ran)).toBe(true);
  },
};
