import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { answer, waitForApproval } from '#support/chain.ts';
import { playScenarios, useDesktop } from '#support/desktop.ts';
import { startDoubledDesktop } from '#support/doubled-desktop.ts';
import { ask, deceptions } from './scenarios/deceptions.ts';

const desktop = useDesktop(startDoubledDesktop);

it('a click on a page that is behind allows neither what it shows nor what waits now (S24)', async () => {
  const first = await ask(desktop(), 'first');
  await first.shown();
  const release = await desktop().windows.hold(desktop().window('approval'));
  await answer(desktop(), await waitForApproval(desktop()), 'deny');
  expect(await first.caller.exited).toBe(126);
  const second = await ask(desktop(), 'second');
  await waitForApproval(desktop());

  const { page } = first;
  await page.getByRole('button', { name: 'Allow once' }).click();
  await page.getByText('Your answer changed nothing').waitFor();
  expect([existsSync(first.ran), existsSync(second.ran)]).toEqual([false, false]);
  await release();
  await second.shown();
  await page.getByRole('button', { name: 'Deny', exact: true }).click();
  expect(await second.caller.exited).toBe(126);
  expect(existsSync(second.ran)).toBe(false);
});

playScenarios(deceptions, desktop);
