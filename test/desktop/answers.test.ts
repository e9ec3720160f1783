import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useDesktop } from '#support/desktop-bench.ts';
import { tempDir } from '#support/temp-dir.ts';

const desktop = useDesktop();

/** Asks for this command through the node host; resolves when it can be read in the window. */
async function ask(argv: readonly [string, ...string[]], ...options: string[]) {
  const caller = desktop().run(argv, ...options);
  const page = await desktop().page('approval');
  await page.getByText(argv.join(' '), { exact: true }).first().waitFor();
  return { caller, page };
}

/** Playwright clicks a button only once it is enabled. */
const click = (page: Page, name: RegExp | string) =>
  page.getByRole('button', { name, exact: true }).click();

it('deny: nothing runs; exit code, reason and the note reach the caller', async () => {
  const ran = join(tempDir(), 'ran');
  const { caller, page } = await ask(['/usr/bin/touch', ran]);
  expect(desktop().window('approval').isVisible()).toBe(true);
  await click(page, 'Add a note for the agent');
  await page.getByRole('textbox').fill('use the other folder');
  await click(page, 'Deny');
  expect(await caller.exited).toBe(126);
  expect(caller.stderr()).toBe('SYSTEM_RUN_DENIED: user denied. Note: "use the other folder"\n');
  expect(existsSync(ran)).toBe(false);
  await expect.poll(() => desktop().window('approval').isVisible(), { timeout: 5_000 }).toBe(false);
});

it('always: the rule is stored, and the second run is not asked about', async () => {
  const folder = tempDir();
  const { caller, page } = await ask(['/bin/echo', 'rules'], '--cwd', folder);
  await click(page, /^Always/);
  await click(page, /^Save rule/);
  expect(await caller.exited).toBe(0);
  expect(caller.stdout()).toBe('rules\n');
  const path = join(desktop().stateDir, 'exec-approvals.json');
  const stored = JSON.parse(readFileSync(path, 'utf8'));
  expect(stored.agents.main.allowlist).toMatchObject([{ cwd: folder }]);

  const shows = () =>
    desktop()
      .window('approval')
      .calls.filter(([name]) => /^show/.test(`${name}`));
  const before = shows().length;
  const again = desktop().run(['/bin/echo', 'rules'], '--cwd', folder);
  expect(await again.exited).toBe(0);
  expect(again.stdout()).toBe('rules\n');
  expect(shows()).toHaveLength(before);
});

it('allow once: a click before the buttons are armed does nothing, one after runs the command (S24, AP-05)', async () => {
  const ran = join(tempDir(), 'ran');
  const page = await desktop().page('approval');
  // The clock of the page stands still, so that nothing can be armed by chance.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  const { caller } = await ask(['/usr/bin/touch', ran]);
  const allow = page.getByRole('button', { name: 'Allow once' });
  for (const ms of [0, 799]) {
    await page.clock.runFor(ms);
    await allow.click({ force: true });
    expect(await allow.isDisabled()).toBe(true);
  }
  expect(desktop().snapshot('approval')?.approvals.current).not.toBeNull();
  expect(existsSync(ran)).toBe(false);

  await page.clock.runFor(1);
  await allow.click();
  expect(await caller.exited).toBe(0);
  expect(existsSync(ran)).toBe(true);
});
