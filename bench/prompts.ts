import type { Page } from 'playwright-core';
import type { ExecOrigin, ExecRequest } from '#core/exec/types.ts';
import type { ExecForwarder } from '#host/sockets/exec-client.ts';
import { createChromiumWindows } from '#support/chromium-windows.ts';
import { launchChromium } from '#support/launch-chromium.ts';
import { forwarderTo, startMain } from './built-main.ts';
import type { Drawn, PageDom } from './page-dom.ts';
import { measureInTurns, type Summary } from './statistics.ts';

export interface PromptFigures {
  /** Request on the socket → its command and the buttons painted in the window, which was there. */
  readonly prompt: Summary;
  /** Mouse button let go on Deny → answer on the socket. */
  readonly answer: Summary;
  /**
   * A word painted in an empty page of the same browser: what the machine and the driver need for
   * nothing at all. Where its p99 is large, others were using the processors.
   */
  readonly bare: Summary;
}

const warmUp = 30;
const runs = 200;

export async function prompts(stateDir: string, executablePath: string): Promise<PromptFigures> {
  const browser = await launchChromium(executablePath);
  const windows = createChromiumWindows(browser);
  const fake = await startMain(stateDir, { loadPage: windows.loadPage });
  const [window] = fake.windows;
  if (!window) throw new Error('no window');
  const page = await windows.page(window);
  const tasks = promptTasks(page, await browser.newPage(), forwarderTo(stateDir));
  await measureInTurns(warmUp, tasks);
  const { prompt, answer, bare } = await measureInTurns(runs, tasks);
  await browser.close();
  return { prompt, answer, bare };
}

/** In turns: look, ask and wait until it can be read, aim, let go of the button. */
function promptTasks(page: Page, empty: Page, forward: ExecForwarder) {
  let count = 0;
  let readable: Promise<void> = Promise.resolve();
  let answered: ReturnType<ExecForwarder> | null = null;
  return {
    async look() {
      readable = untilReadable(page, `bench-${++count}`);
      // Answered after it: from here on the page looks.
      await page.evaluate('0');
    },
    async prompt() {
      const argv = ['/bin/echo', `bench-${count}`] as const;
      answered = forward({ ...blankRequest, argv }, origin, new AbortController().signal);
      await readable;
    },
    async aim() {
      const deny = page.locator('#deny');
      await deny.hover();
      await page.mouse.down();
    },
    /** While nothing else goes on. */
    bare: () => paintWord(empty, `bench-${count}`),
    async answer() {
      await page.mouse.up();
      const result = await answered;
      if (result?.ok !== false || result.error.reason !== 'user-denied')
        throw new Error(`the answer was ${JSON.stringify(result)}`);
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
