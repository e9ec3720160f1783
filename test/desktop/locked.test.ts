import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { answer, waitForApproval } from '#support/chain.ts';
import { useDesktop } from '#support/desktop.ts';
import { startDoubledDesktop } from '#support/doubled-desktop.ts';
import { tempDir } from '#support/temp-dir.ts';

const desktop = useDesktop(startDoubledDesktop);

const isVisible = () => desktop().isVisible('approval');

/** A command that must never run. */
function ask(...options: readonly string[]) {
  const ran = join(tempDir(), 'ran');
  return { ran, caller: desktop().run(['/usr/bin/touch', ran], ...options) };
}

it('AP-10: nothing is shown or announced on a locked screen, and what waits comes up after', async () => {
  const { fake, page } = desktop();
  await page('approval');
  const told = () => fake.notifications.length;
  const before = { told: told(), shown: await desktop().timesShown('approval') };
  fake.powerMonitor.emit('lock-screen');

  // Two that nobody answers would be a reason not to hear the agent for a while (D15).
  for (const _ of [1, 2, 3]) {
    const { caller, ran } = ask('--wait', '2500');
    await waitForApproval(desktop());
    expect(await caller.exited).not.toBe(0);
    expect(existsSync(ran)).toBe(false);
  }
  const { caller, ran } = ask();
  await waitForApproval(desktop());
  expect(await isVisible()).toBe(false);
  expect({ told: told(), shown: await desktop().timesShown('approval') }).toEqual(before);

  fake.powerMonitor.emit('unlock-screen');
  await expect.poll(isVisible).toBe(true);
  expect(told()).toBe(before.told + 1);
  expect(desktop().window('approval').isFocused()).toBe(false);
  const prompt = await page('approval');
  await prompt.getByText(ran).first().waitFor();
  await prompt.getByRole('button', { name: 'Deny', exact: true }).click();
  expect(await caller.exited).toBe(126);
  expect(existsSync(ran)).toBe(false);
});

it('AP-10: sleep takes the question in view away; answered elsewhere, it does not come back', async () => {
  const { fake } = desktop();
  const { caller, ran } = ask();
  await expect.poll(isVisible).toBe(true);
  fake.powerMonitor.emit('suspend');
  expect(await isVisible()).toBe(false);
  await answer(desktop(), await waitForApproval(desktop()), 'deny');
  expect(await caller.exited).toBe(126);
  fake.powerMonitor.emit('resume');
  expect(await isVisible()).toBe(false);
  expect(existsSync(ran)).toBe(false);
});
