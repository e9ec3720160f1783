import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Bridge, Channel } from '#ipc/contract.ts';
import { connectOperator, waitForApproval, waitForApprovals } from '#support/chain.ts';
import type { Desktop, Scenarios } from '#support/desktop.ts';
import { tempDir } from '#support/temp-dir.ts';

/** Polls wait for a condition, not for a time: a busy machine may need long. */
/** Asks for a file to be made; resolves when that can be read in the window. */
export async function ask(desktop: Desktop, name: string) {
  const ran = join(tempDir(), name);
  const caller = desktop.run(['/usr/bin/touch', ran]);
  const page = await desktop.page('approval');
  return { ran, caller, page, shown: () => page.getByText(ran).first().waitFor() };
}

/** What a script that got into the page could do: use the bridge that it finds there. */
function callFromPage(page: Page, channel: Channel, input: unknown): Promise<unknown> {
  return page.evaluate(
    ([to, what]) =>
      (globalThis as unknown as { companion: Bridge }).companion.call(to, what as never),
    [channel, input] as const,
  );
}

/** What a script that got into the page could try, to leave it or to bring something in. */
const attempts = [
  "location.href = 'https://evil.example/'",
  "location.href = '/status.html'",
  "location.href = 'file:///etc/passwd'",
  "window.open('https://evil.example/')",
  "window.open('/status.html')",
  "const link = document.createElement('a'); link.href = '/approval.html'; link.download = 'x'; link.click()",
  "const form = document.createElement('form'); form.action = 'https://evil.example/'; document.body.append(form); form.submit()",
  "const frame = document.createElement('iframe'); frame.src = '/status.html'; document.body.append(frame)",
  "const view = document.createElement('webview'); view.src = 'https://evil.example/'; document.body.append(view)",
  "const image = new Image(); image.src = 'https://evil.example/'; document.body.append(image)",
  "const style = document.createElement('style'); style.textContent = '.page { display: none }'; document.head.append(style)",
  "fetch('https://evil.example/').catch(() => undefined)",
  "document.body.setHTMLUnsafe('<b>hello</b>')",
] as const;

export const deceptions: Scenarios = {
  async 'an answer to another text than the one that waits is stale: nothing runs (S24)'(desktop) {
    const { ran, caller, page, shown } = await ask(desktop, 'forged');
    await shown();
    const { id, planDigest, displayDigest } = await waitForApproval(desktop);
    const forged = { id, displayDigest: planDigest, decision: 'allow-once' };
    const stale = { ok: true, value: 'stale' };
    expect(await callFromPage(page, 'approvals.decide', forged)).toEqual(stale);
    const many = { questions: [{ id, displayDigest: planDigest }] };
    expect(await callFromPage(page, 'approvals.denyMany', many)).toEqual({
      ok: true,
      value: ['stale'],
    });
    const unknown = { id: 'another', displayDigest, decision: 'allow-once' };
    expect(await callFromPage(page, 'approvals.decide', unknown)).toEqual({
      ok: true,
      value: 'unknown',
    });

    expect((await waitForApproval(desktop)).id).toBe(id);
    expect(existsSync(ran)).toBe(false);
    await page.getByRole('button', { name: 'Deny', exact: true }).click();
    expect(await caller.exited).toBe(126);
    expect(existsSync(ran)).toBe(false);
  },

  async 'the script changes after it was read: nothing runs, and the window says what changed (S11, AP-11)'(
    desktop,
  ) {
    const folder = tempDir();
    const script = join(folder, 'deploy.sh');
    const ran = join(folder, 'ran');
    writeFileSync(script, 'echo read\n');
    const caller = desktop.run(['/bin/sh', script]);
    const page = await desktop.page('approval');
    await page.getByText(script).first().waitFor();
    writeFileSync(script, `touch ${ran}\n`);
    await page.getByRole('button', { name: 'Allow once' }).click();
    expect(await caller.exited).toBe(126);
    expect(caller.stderr()).toBe(`SYSTEM_RUN_DENIED: changed since approval: ${script}\n`);
    expect(existsSync(ran)).toBe(false);
    const told = `Nothing ran. The file ${script} among its arguments changed after you allowed this; ask again to run it.`;
    await page.getByText(told).first().waitFor();
    await expect.poll(() => desktop.isVisible('approval')).toBe(true);
    await page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => desktop.isVisible('approval')).toBe(false);
  },

  async '20 at once: one is visible, the list shows all, and one button denies them (S26)'(
    desktop,
  ) {
    const folder = tempDir();
    const operator = await connectOperator(desktop);
    const answers = Array.from({ length: 20 }, (_, at) =>
      operator.request('node.invoke', {
        nodeId: desktop.nodeId,
        command: 'system.run',
        params: { command: ['/usr/bin/touch', join(folder, `ran-${at}`)] },
        idempotencyKey: `flood-${at}`,
      }),
    );
    await waitForApprovals(desktop, 20);
    const page = await desktop.page('approval');
    await page.getByText('1 of 20 waiting').waitFor();
    expect(await page.getByText(`${folder}/ran-`).filter({ visible: true }).count()).toBe(1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('heading', { name: '20 requests wait' }).waitFor();
    expect(await page.locator('.row').count()).toBe(20);
    await page.getByRole('button', { name: 'Deny all 20 listed' }).click();
    const denied = await Promise.all(answers);
    expect(new Set(denied.map(({ error }) => error?.message))).toEqual(
      new Set(['SYSTEM_RUN_DENIED: user denied']),
    );
    expect(readdirSync(folder)).toEqual([]);
    await expect.poll(() => desktop.isVisible('approval')).toBe(false);
  },

  /** The last one: Playwright goes on waiting for the navigations that were refused. */
  async 'nothing leads out of a page, and nothing into it (ES-01, ES-07, ES-08, ES-09, ES-10)'(
    desktop,
  ) {
    const { ran, caller, page, shown } = await ask(desktop, 'confined');
    await shown();
    const address = page.url();
    const pages = page.context().pages().length;
    const reached: string[] = [];
    page.on('response', (response) => reached.push(response.url()));
    for (const attempt of attempts) {
      // Some throw: all that counts is what becomes of the page.
      await page.evaluate(`(() => { ${attempt} })()`).catch(() => undefined);
    }
    // Asked after all of them, so answered after all of them.
    expect(await page.evaluate('location.href')).toBe(address);
    expect(reached).toEqual([]);
    // By the pointer alone: Playwright would wait for the navigations that were refused.
    const at = '(({ x, y }) => ({ x: x + 8, y: y + 8 }))(deny.getBoundingClientRect())';
    const { x, y } = await page.evaluate<{ x: number; y: number }>(at);
    await page.mouse.click(x, y);
    expect(await caller.exited).toBe(126);
    expect(existsSync(ran)).toBe(false);
    let violations = '';
    const told = () => {
      violations += desktop.takeProblems().join('\n');
      return violations;
    };
    for (const directive of [
      'frame-src',
      'img-src',
      'style-src-elem',
      'connect-src',
      'TrustedHTML',
    ]) {
      await expect.poll(told).toContain(directive);
    }
    const log = () => readFileSync(join(desktop.stateDir, 'logs', 'companion.jsonl'), 'utf8');
    await expect.poll(log).toContain('page.navigation.refused');
    await expect.poll(log).toContain('page.window.refused');
    await expect.poll(() => page.context().pages().length).toBe(pages);
    // Each attempt may be told of more than once.
    desktop.takeProblems();
  },
};
