import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { quitting } from '../desktop/scenarios/quitting.ts';
import { startElectronDesktop } from './electron-desktop.ts';

const soon = { timeout: 10_000 };

it('asks in a window of its own, denies at a click, and ends cleanly', async () => {
  const desktop = await startElectronDesktop(onTestFinished);
  const { stateDir } = desktop;
  expect(await desktop.isVisible('approval')).toBe(false);

  const ran = join(stateDir, 'ran');
  const run = desktop.run(['/usr/bin/touch', ran]);
  const page = await desktop.page('approval');
  await page.getByText(ran).first().waitFor();
  await vi.waitFor(async () => expect(await desktop.isVisible('approval')).toBe(true), soon);
  await page.getByRole('button', { name: 'Deny', exact: true }).click();

  expect(await run.exited).toBe(126);
  expect(run.stderr()).toBe('SYSTEM_RUN_DENIED: user denied\n');
  expect(existsSync(ran)).toBe(false);
  await vi.waitFor(async () => expect(await desktop.isVisible('approval')).toBe(false), soon);

  expect(await desktop.quit()).toBe(0);
  expect(existsSync(join(stateDir, 'exec-approvals.sock'))).toBe(false);
});

it.each(Object.entries(quitting))('%s', async (_title, play) => {
  await play(await startElectronDesktop(onTestFinished));
});

it('opens the settings when it is started again, and the second copy ends with 0 (S20)', async () => {
  const desktop = await startElectronDesktop(onTestFinished);
  expect(await desktop.isVisible('settings')).toBe(false);
  expect(await desktop.launchAgain()).toBe(0);
  await vi.waitFor(async () => expect(await desktop.isVisible('settings')).toBe(true), soon);
  expect(await desktop.isVisible('approval')).toBe(false);
});
