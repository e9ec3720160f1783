import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import type { ApprovalState } from '#ipc/approvals.ts';
import type { Snapshot } from '#ipc/contract.ts';
import { answer, waitForApproval } from '#support/chain.ts';
import { useDesktop } from '#support/desktop-bench.ts';
import { tempDir } from '#support/temp-dir.ts';

const desktop = useDesktop();

/** A command that must never run, in the window. */
async function ask(...options: string[]) {
  const ran = join(tempDir(), 'ran');
  const caller = desktop().run(['/usr/bin/touch', ran], ...options);
  const page = await desktop().page('approval');
  await page.getByText(ran).first().waitFor();
  return { ran, caller, page };
}

/** When the main process tells its page the first state like this: ms of the test's own clock. */
function told(matches: (approvals: ApprovalState) => boolean): Promise<number> {
  const { ipcRenderer } = desktop().window('approval').webContents.page;
  return new Promise((resolve) => {
    ipcRenderer.on('snapshot', (_event, snapshot: Snapshot) => {
      if (matches(snapshot.approvals)) resolve(performance.now());
    });
  });
}

const isHidden = () =>
  vi.waitFor(() => expect(desktop().window('approval').isVisible()).toBe(false), {
    timeout: 5_000,
    interval: 10,
  });

interface Deny {
  getAttribute(name: string): string | null;
}

/** Resolves in the frame in which the card offers no answer any more. */
function cleared(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { document, requestAnimationFrame } = globalThis as unknown as {
      document: { querySelector(selector: string): Deny | null };
      requestAnimationFrame(next: () => void): void;
    };
    return new Promise<void>((resolve) => {
      const look = (): void => {
        const deny = document.querySelector('#deny');
        if (deny?.getAttribute('aria-disabled') !== 'false') resolve();
        else requestAnimationFrame(look);
      };
      look();
    });
  });
}

it('expiry: the card says so, nothing runs, and the caller hears of it', async () => {
  const { ran, caller, page } = await ask('--wait', '4000');
  await page.getByText('No answer in time. Nothing ran.').first().waitFor();
  expect(await caller.exited).not.toBe(0);
  await isHidden();
  expect(existsSync(ran)).toBe(false);
  const rows = await callControl(desktop().ready.controlSocket, { op: 'audit.query', limit: 1 });
  expect(rows).toMatchObject([{ outcome: 'expired', exitCode: null }]);
});

it('the caller is gone: the prompt is cleared as soon as main knows it', async () => {
  const { ran, caller, page } = await ask();
  const known = told(({ current }) => current === null);
  const gone = cleared(page);
  caller.child.kill('SIGKILL');
  await known;
  await gone;
  await isHidden();
  expect(existsSync(ran)).toBe(false);
});

it('answered on the control socket: the card shows it for 1.2 s, then the window goes', async () => {
  const { ran, caller, page } = await ask();
  const known = told(({ current }) => current === null);
  // Waiting begins first: the words stay for a moment only.
  const words = page.getByText('Denied with openclaw-mac').first().waitFor();
  await answer(desktop(), await waitForApproval(desktop()), 'deny');
  await words;
  expect(desktop().window('approval').isVisible()).toBe(true);
  await isHidden();
  expect(performance.now() - (await known)).toBeGreaterThan(1_150);
  expect(await caller.exited).toBe(126);
  expect(existsSync(ran)).toBe(false);
});

it('the renderer dies while it asks: the page comes back with the same question, never allowed (ES-18)', async () => {
  const { ran, caller } = await ask();
  const { id } = await waitForApproval(desktop());
  const before = desktop().window('approval');
  await desktop().windows.crash(before);
  await expect.poll(() => before.isDestroyed(), { timeout: 5_000 }).toBe(true);

  const page = await desktop().page('approval');
  await page.getByText(ran).first().waitFor();
  expect(desktop().window('approval').isVisible()).toBe(true);
  expect((await waitForApproval(desktop())).id).toBe(id);
  expect(existsSync(ran)).toBe(false);
  await page.getByRole('button', { name: 'Deny', exact: true }).click();
  expect(await caller.exited).toBe(126);
  expect(existsSync(ran)).toBe(false);
});
