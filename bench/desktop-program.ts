import { createHook } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import type { ExecOrigin, ExecRequest } from '#core/exec/types.ts';
import { callControl } from '#host/sockets/control-client.ts';
import { createExecForwarder, type ExecForwarder } from '#host/sockets/exec-client.ts';
import { systemClock, systemIds } from '#host/system.ts';
import { companionStatusSchema } from '#protocol/control-socket.ts';
import { createChromiumWindows } from '#support/chromium-windows.ts';
import { createFakeElectron, type FakeElectronOptions } from '#support/fake-electron.ts';
import { runMain } from '#support/run-main.ts';
import { root } from '../scripts/run-tool.ts';
import { measureInTurns } from './statistics.ts';

/**
 * The built main process over the fake Electron, in a process of its own: `idle STATE_DIR` does
 * nothing and tells what that cost, `prompts STATE_DIR CHROMIUM` asks and answers in a real page.
 */

const warmUp = 30;
const runs = 200;

/** V8 tidies up its memory some 8 s after a start; that belongs to the start. */
const settleMs = 12_000;

/** Of what wakes an idle process, only what is rarer than this may stay. */
const shortTimerMs = 10_000;

interface Timer {
  readonly _idleTimeout: number;
  readonly _destroyed: boolean;
}

/** Timers that fired, and the delays of all that exist, from the start of the process on. */
function watchTimers() {
  const timers = new Map<number, Timer>();
  const fired: number[] = [];
  createHook({
    init(id, type, _trigger, resource) {
      if (type === 'Timeout') timers.set(id, resource as Timer);
    },
    before(id) {
      const timer = timers.get(id);
      if (timer) fired.push(timer._idleTimeout);
    },
    destroy: (id) => void timers.delete(id),
  }).enable();
  const alive = () =>
    [...timers.values()].flatMap((one) => (one._destroyed ? [] : [one._idleTimeout]));
  return { takeShort: () => [...fired.splice(0), ...alive()].filter((ms) => ms < shortTimerMs) };
}

async function startMain(stateDir: string, options: FakeElectronOptions) {
  process.env.OPENCLAW_COMPANION_STATE_DIR = stateDir;
  process.env.OPENCLAW_GATEWAY_PORT = '0';
  const fake = createFakeElectron({ platform: 'linux', ...options });
  await runMain(join(root, 'out/main/index.mjs'), fake);
  while (!(await isConnected(stateDir))) await wait(50);
  return fake;
}

/** Everything has started: its Gateway and its own node on it. */
async function isConnected(stateDir: string): Promise<boolean> {
  try {
    const answer = await callControl(join(stateDir, 'control.sock'), { op: 'status' });
    const { connected } = companionStatusSchema.parse(answer).gateway;
    return connected.node && connected.operator;
  } catch {
    // Nobody listens yet.
    return false;
  }
}

async function idle(stateDir: string): Promise<void> {
  const timers = watchTimers();
  await startMain(stateDir, {});
  await wait(settleMs);
  timers.takeShort();
  const before = process.cpuUsage();
  const beganAt = performance.now();
  process.once('message', () => {
    const { user, system } = process.cpuUsage(before);
    const elapsedMs = performance.now() - beganAt;
    const cpuPercent = ((user + system) / 1_000 / elapsedMs) * 100;
    process.send?.({ cpuPercent, shortTimersMs: timers.takeShort() }, () => process.exit());
  });
}

interface Text {
  readonly textContent: string | null;
}

interface Dom {
  readonly document: { querySelector(selector: string): Text | null; readonly body: Text };
  readonly MutationObserver: new (
    call: () => void,
  ) => { observe(node: Text, what: object): void; disconnect(): void };
  requestAnimationFrame(next: () => void): void;
}

/** Resolves when a command with these words is on the page, and painted. */
function untilReadable(page: Page, wordsOfCommand: string): Promise<void> {
  return page.evaluate((wanted) => {
    const { document, MutationObserver, requestAnimationFrame } = globalThis as unknown as Dom;
    const isThere = () => document.querySelector('.command')?.textContent?.includes(wanted);
    return new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (!isThere()) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(resolve));
      });
      const all = { childList: true, subtree: true, characterData: true };
      observer.observe(document.body, all);
    });
  }, wordsOfCommand);
}

async function prompts(stateDir: string, executablePath: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const windows = createChromiumWindows(browser);
  const fake = await startMain(stateDir, { loadPage: windows.loadPage });
  const [window] = fake.windows;
  if (!window) throw new Error('no window');
  const page = await windows.page(window);
  const tasks = promptTasks(page, forwarderTo(stateDir));
  await measureInTurns(warmUp, tasks);
  const { prompt, answer } = await measureInTurns(runs, tasks);
  await browser.close();
  process.send?.({ prompt, answer }, () => process.exit());
}

const origin: ExecOrigin = {
  transport: 'exec-socket',
  nodeId: 'bench',
  nodeName: null,
  budgetMs: 60_000,
};

/** In turns: look, ask and wait until it can be read, aim, let go of the button. */
function promptTasks(page: Page, forward: ExecForwarder) {
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
    async answer() {
      await page.mouse.up();
      const result = await answered;
      if (result?.ok !== false || result.error.reason !== 'user-denied')
        throw new Error(`the answer was ${JSON.stringify(result)}`);
    },
  };
}

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

function forwarderTo(stateDir: string): ExecForwarder {
  const document = readFileSync(join(stateDir, 'exec-approvals.json'), 'utf8');
  const { socket } = JSON.parse(document) as { socket: { token: string } };
  const silent = () => undefined;
  return createExecForwarder({
    socketPath: join(stateDir, 'exec-approvals.sock'),
    token: () => socket.token,
    ids: systemIds,
    clock: systemClock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
}

const [what, stateDir = '', executablePath = ''] = process.argv.slice(2);
await (what === 'idle' ? idle(stateDir) : prompts(stateDir, executablePath));
