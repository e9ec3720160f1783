import { once } from 'node:events';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { ExecOrigin, ExecRequest } from '#core/exec/types.ts';
import { callControl } from '#host/sockets/control-client.ts';
import type { ExecForwarder } from '#host/sockets/exec-client.ts';
import { type ControlRequest, pendingApprovalViewSchema } from '#protocol/control-socket.ts';
import { createChromiumWindows } from '#support/chromium-windows.ts';
import type { FakeBrowserWindow } from '#support/fake-electron-window.ts';
import { launchChromium } from '#support/launch-chromium.ts';
import { forwarderTo, startMain } from './built-main.ts';
import type { Drawn, PageDom } from './page-dom.ts';
import { measureInTurns, type Summary } from './statistics.ts';

export interface PromptFigures {
  /** Request on the socket → its command and the buttons painted in the window, which was there. */
  readonly prompt: Summary;
  /** Mouse button let go on Deny → answer on the socket. */
  readonly answer: Summary;
  /** Denied on the control socket → the card offers no answer any more. */
  readonly elsewhere: Summary;
  /**
   * A word painted in an empty page of the same browser: what the machine and the driver need for
   * nothing at all. Where its p99 is large, others were using the processors.
   */
  readonly bare: Summary;
}

const warmUp = 30;
const runs = 200;
/** An answer from elsewhere stays on the card for 1.2 s (ui.md §2). */
const runsElsewhere = 30;

export async function prompts(stateDir: string, executablePath: string): Promise<PromptFigures> {
  const browser = await launchChromium(executablePath);
  const windows = createChromiumWindows(browser);
  const fake = await startMain(stateDir, { loadPage: windows.loadPage });
  const [window] = fake.windows;
  if (!window) throw new Error('no window');
  const page = await windows.page(window);
  const asking = createAsking(page, stateDir);
  const here = answersHere(page, await browser.newPage(), asking);
  await measureInTurns(warmUp, here);
  const { prompt, answer, bare } = await measureInTurns(runs, here);
  const there = answersElsewhere(window, page, stateDir, asking);
  const { elsewhere } = await measureInTurns(runsElsewhere, there);
  await browser.close();
  return { prompt, answer, elsewhere, bare };
}

type Asking = ReturnType<typeof createAsking>;

/** One question at a time: look, ask and wait until it can be read. */
function createAsking(page: Page, stateDir: string) {
  const forward = forwarderTo(stateDir);
  let count = 0;
  let seen: Promise<void> = Promise.resolve();
  let answered: ReturnType<ExecForwarder> | null = null;
  /** Begins to look; resolves once the page does. */
  const watch = async (what: Promise<void>) => {
    seen = what;
    await page.evaluate('0');
  };
  return {
    word: () => `bench-${count}`,
    watch,
    seen: () => seen,
    look: () => watch(untilReadable(page, `bench-${++count}`)),
    async prompt() {
      const argv = ['/bin/echo', `bench-${count}`] as const;
      answered = forward({ ...blankRequest, argv }, origin, new AbortController().signal);
      await seen;
    },
    async denied() {
      const result = await answered;
      if (result?.ok !== false || result.error.reason !== 'user-denied')
        throw new Error(`the answer was ${JSON.stringify(result)}`);
    },
  };
}

/** Aim, let go of the button. */
function answersHere(page: Page, empty: Page, { look, prompt, denied, word }: Asking) {
  return {
    look,
    prompt,
    async aim() {
      await page.locator('#deny').hover();
      await page.mouse.down();
    },
    /** While nothing else goes on. */
    bare: () => paintWord(empty, word()),
    async answer() {
      await page.mouse.up();
      await denied();
    },
  };
}

/** Find the question, answer it, wait until its card is gone. */
function answersElsewhere(window: FakeBrowserWindow, page: Page, stateDir: string, asking: Asking) {
  const control = (request: ControlRequest) => callControl(join(stateDir, 'control.sock'), request);
  const { look, prompt, watch, seen, denied } = asking;
  let deny: ControlRequest | null = null;
  let hidden: Promise<unknown> = Promise.resolve();
  return {
    look,
    prompt,
    async find() {
      const list = await control({ op: 'approvals.list' });
      const [question] = pendingApprovalViewSchema.array().parse(list);
      if (!question) throw new Error('nothing waits');
      const { id, displayDigest } = question;
      deny = { op: 'approvals.decide', id, displayDigest, decision: 'deny' };
      hidden = once(window, 'hide');
      await watch(untilCleared(page));
    },
    async elsewhere() {
      if (deny) await control(deny);
      await seen();
    },
    async rest() {
      await denied();
      await hidden;
    },
  };
}

/** Resolves when a command with these words and the buttons are in the window, and painted. */
function untilReadable(page: Page, wordsOfCommand: string): Promise<void> {
  return page.evaluate((wanted) => {
    const dom = globalThis as unknown as PageDom;
    const { document, MutationObserver, requestAnimationFrame } = dom;
    const isThere = () => document.querySelector('.command')?.textContent?.includes(wanted);
    const isInView = (part: Drawn | null) =>
      part !== null && part.getBoundingClientRect().bottom <= dom.innerHeight;
    return new Promise<void>((resolve) => {
      const look = () => {
        const parts = ['.command', '#deny'].map((part) => document.querySelector(part));
        if (parts.every(isInView)) setTimeout(resolve);
        else requestAnimationFrame(look);
      };
      const observer = new MutationObserver(() => {
        if (!isThere()) return;
        observer.disconnect();
        requestAnimationFrame(look);
      });
      const all = { childList: true, subtree: true, characterData: true };
      observer.observe(document, all);
    });
  }, wordsOfCommand);
}

/** Resolves when the card offers no answer any more, and that is painted. */
function untilCleared(page: Page): Promise<void> {
  return page.evaluate(() => {
    const dom = globalThis as unknown as PageDom;
    const isOver = () =>
      dom.document.querySelector('#deny')?.getAttribute('aria-disabled') !== 'false';
    return new Promise<void>((resolve) => {
      const observer = new dom.MutationObserver(() => {
        if (!isOver()) return;
        observer.disconnect();
        dom.requestAnimationFrame(() => setTimeout(resolve));
      });
      observer.observe(dom.document, { childList: true, subtree: true, attributes: true });
    });
  });
}

function paintWord(page: Page, word: string): Promise<void> {
  return page.evaluate((text) => {
    const { document, requestAnimationFrame } = globalThis as unknown as PageDom;
    document.body.textContent = text;
    return new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }, word);
}

const origin: ExecOrigin = {
  transport: 'exec-socket',
  nodeId: 'bench',
  nodeName: null,
  budgetMs: 60_000,
};

const blankRequest: Omit<ExecRequest, 'argv'> = {
  rawCommand: null,
  cwd: null,
  env: {},
  timeoutMs: null,
  needsScreenRecording: false,
  agentId: 'main',
  sessionKey: null,
  runId: null,
  claimedDecision: null,
};
