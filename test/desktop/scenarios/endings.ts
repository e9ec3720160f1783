import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import { answer, waitForApproval } from '#support/chain.ts';
import type { Desktop, Scenarios } from '#support/desktop.ts';
import { tempDir } from '#support/temp-dir.ts';

/** A command that must never run, in the window. */
async function ask(desktop: Desktop, ...options: readonly string[]) {
  const ran = join(tempDir(), 'ran');
  const caller = desktop.run(['/usr/bin/touch', ran], ...options);
  const page = await desktop.page('approval');
  await page.getByText(ran).first().waitFor();
  return { ran, caller, page };
}

const whenHidden = (desktop: Desktop) =>
  expect.poll(() => desktop.isVisible('approval')).toBe(false);

/** What the functions below use inside the page. */
interface PageWorld {
  seen: Promise<void>;
  readonly document: {
    readonly body: { readonly textContent: string };
    querySelector(selector: string): { getAttribute(name: string): string | null } | null;
  };
  readonly MutationObserver: new (
    call: () => void,
  ) => { observe(node: unknown, what: object): void };
  requestAnimationFrame(next: () => void): void;
}

/** Resolves in the frame in which the card offers no answer any more. */
function cleared(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { document, requestAnimationFrame } = globalThis as unknown as PageWorld;
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

/** Begins to look for these words; what it returns resolves once the page has had them. */
async function lookFor(page: Page, words: string): Promise<() => Promise<void>> {
  await page.evaluate((sought) => {
    const world = globalThis as unknown as PageWorld;
    const { body } = world.document;
    world.seen = new Promise((resolve) => {
      new world.MutationObserver(() => {
        if (body.textContent.includes(sought)) resolve();
      }).observe(body, { subtree: true, childList: true, characterData: true });
    });
  }, words);
  return () => page.evaluate(() => (globalThis as unknown as PageWorld).seen);
}

export const endings: Scenarios = {
  async 'expiry: the card says so, nothing runs, and the caller hears of it'(desktop) {
    const { ran, caller, page } = await ask(desktop, '--wait', '8000');
    await page.getByText('No answer in time. Nothing ran.').first().waitFor();
    expect(await caller.exited).not.toBe(0);
    await whenHidden(desktop);
    expect(existsSync(ran)).toBe(false);
    const rows = await callControl(desktop.ready.controlSocket, { op: 'audit.query', limit: 1 });
    expect(rows).toMatchObject([{ outcome: 'expired', exitCode: null }]);
  },

  async 'the caller is gone: the prompt is cleared, and nothing runs'(desktop) {
    const { ran, caller, page } = await ask(desktop);
    const gone = cleared(page);
    caller.child.kill('SIGKILL');
    await gone;
    await whenHidden(desktop);
    expect(existsSync(ran)).toBe(false);
  },

  async 'answered on the control socket: the card shows it long enough to be read, then the window goes'(
    desktop,
  ) {
    const { ran, caller, page } = await ask(desktop);
    const approval = await waitForApproval(desktop);
    // Looking begins first: the words stay for a moment only.
    const seen = await lookFor(page, 'Denied with openclaw-mac');
    const answeredMs = performance.now();
    await answer(desktop, approval, 'deny');
    await seen();
    await whenHidden(desktop);
    // 1.2 s (ui.md §2); a busy machine makes it longer, and never shorter.
    expect(performance.now() - answeredMs).toBeGreaterThan(1_150);
    expect(await caller.exited).toBe(126);
    expect(existsSync(ran)).toBe(false);
  },

  async 'the renderer dies while it asks: the page comes back with the same question, never allowed (ES-18)'(
    desktop,
  ) {
    const { ran, caller } = await ask(desktop);
    const { id } = await waitForApproval(desktop);
    await desktop.crash('approval');

    const page = await desktop.page('approval');
    await page.getByText(ran).first().waitFor();
    await expect.poll(() => desktop.isVisible('approval')).toBe(true);
    expect((await waitForApproval(desktop)).id).toBe(id);
    expect(existsSync(ran)).toBe(false);
    await page.getByRole('button', { name: 'Deny', exact: true }).click();
    expect(await caller.exited).toBe(126);
    expect(existsSync(ran)).toBe(false);
  },
};
