import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { resolveConfig } from 'electron-vite';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import {
  type Channel,
  contract,
  type Input,
  type Output,
  type Reply,
  type Snapshot,
  snapshotSchema,
  type WindowName,
} from '#ipc/contract.ts';
import { contentSecurityPolicy } from '#main/security/content-security-policy.ts';
import { launchChromium } from './launch-chromium.ts';

/**
 * The built pages in a real Chromium, under the production policy, over a double of the bridge
 * (stack.md §4.2 T5). A violation of the policy or an error of the page fails the test it is in.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

function newest(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
      (file) => statSync(join(folder, file)).mtimeMs,
    ),
  );
}

/** The folder of the built pages; builds them when `out/renderer` is not up to date. */
export async function builtRenderer(): Promise<{ readonly folder: string; drop(): void }> {
  const folder = join(root, 'out/renderer');
  const sources = Math.max(newest(join(root, 'src/renderer')), newest(join(root, 'src/ipc')));
  const page = join(folder, 'approval.html');
  if (existsSync(page) && statSync(page).mtimeMs >= sources) return { folder, drop() {} };
  // A folder of its own: several test files may find the same staleness at the same time.
  const outDir = mkdtempSync(join(tmpdir(), 'renderer-'));
  const inline = { root, logLevel: 'warn', build: { outDir } } as const;
  const { config } = await resolveConfig(inline, 'build', 'production');
  if (config?.renderer === undefined) throw new Error('electron.vite.config.ts names no renderer');
  await build(config.renderer);
  const drop = () => rmSync(outDir, { recursive: true, force: true });
  return { folder: join(outDir, 'renderer'), drop };
}

type Answers = {
  [C in Channel]?: (input: Input<C>) => Reply<Output<C>> | Promise<Reply<Output<C>>>;
};

interface PageOptions {
  readonly snapshot: Snapshot;
  readonly answers?: Answers;
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce' | 'no-preference';
  readonly size?: { readonly width: number; readonly height: number };
}

export interface PageBench {
  readonly page: Page;
  /** What the page asked of the main process up to now, in order, `snapshot.get` left out. */
  calls(): Promise<readonly { readonly channel: Channel; readonly input: unknown }[]>;
  push(snapshot: Snapshot): Promise<void>;
  /** Lets the clock of the page run. */
  wait(ms: number): Promise<void>;
  /** For a test that provokes errors or violations: hands them out, so that they fail nothing. */
  takeProblems(): readonly string[];
  /** Id of what has the focus. */
  focused(): Promise<string>;
  /** Ids and targets of what axe finds, light and dark. The clock of the page runs from then on. */
  axe(): Promise<readonly string[]>;
}

/** A made-up moment: the clock of every page stands there until a test moves it. */
export const pageTime = Date.UTC(2026, 10, 21, 14, 5);

const defaultAnswers = {
  'approvals.decide': () => ({ ok: true, value: 'accepted' }),
  'approvals.denyMany': ({ questions }) => ({ ok: true, value: questions.map(() => 'accepted') }),
  'approvals.copy': () => ({ ok: true, value: true }),
  'windows.open': () => ({ ok: true, value: null }),
  'windows.close': () => ({ ok: true, value: null }),
  'app.quit': () => ({ ok: true, value: null }),
} as const satisfies Answers;

/** Registers the browser of a test file; returns what opens a page in it. */
export function usePages(): (name: WindowName, options: PageOptions) => Promise<PageBench> {
  let browser: Browser;
  let renderer: Awaited<ReturnType<typeof builtRenderer>>;
  const problems: string[] = [];

  beforeAll(async () => {
    renderer = await builtRenderer();
    browser = await launchChromium();
  });
  afterEach(async () => {
    const found = problems.splice(0);
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(found, 'errors and violations of the content security policy').toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    renderer?.drop();
  });

  return async (name, options) => {
    const page = await openContext(browser, options);
    page.on('pageerror', (error) => problems.push(`${error}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
    await page.exposeBinding('reportViolation', (_source, text: string) => problems.push(text));
    await serve(page, renderer.folder);
    return { ...(await openBench(page, name, options)), takeProblems: () => problems.splice(0) };
  };
}

async function openContext(browser: Browser, options: PageOptions): Promise<Page> {
  const { colorScheme = 'light', reducedMotion = 'no-preference' } = options;
  const viewport = options.size ?? { width: 520, height: 480 };
  const look = { colorScheme, reducedMotion, viewport, deviceScaleFactor: 1 };
  const context = await browser.newContext({ ...look, locale: 'en', timezoneId: 'UTC' });
  const page = await context.newPage();
  // Pausing must not lie in the past by the time it is done.
  await page.clock.install({ time: pageTime - 60_000 });
  await page.clock.pauseAt(pageTime);
  return page;
}

/** Serves the built files and nothing else; every other address is refused and shows as an error. */
async function serve(page: Page, folder: string): Promise<void> {
  await page.route('**', async (route) => {
    const { origin, pathname } = new URL(route.request().url());
    const file = join(folder, pathname);
    if (origin !== 'https://companion.test' || !existsSync(file)) return route.abort();
    const contentType = types[pathname.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
    const headers = { 'content-security-policy': contentSecurityPolicy };
    await route.fulfill({ body: readFileSync(file), contentType, headers });
  });
}

interface DoubleWindow {
  companionCall(channel: string, input: unknown): Promise<unknown>;
  reportViolation(text: string): Promise<void>;
  pushSnapshot(snapshot: unknown): void;
  companion: unknown;
  addEventListener(
    type: 'securitypolicyviolation',
    listener: (event: { violatedDirective: string; blockedURI: string; sample: string }) => void,
  ): void;
}

/** Runs in the page, before its own scripts: `window.companion` over the bindings. */
function installBridge(): void {
  const page = globalThis as unknown as DoubleWindow;
  const listeners = new Set<(snapshot: unknown) => void>();
  page.pushSnapshot = (snapshot) => {
    for (const listener of listeners) listener(snapshot);
  };
  page.companion = Object.freeze({
    call: (channel: string, input: unknown) => page.companionCall(channel, input),
    onSnapshot: (listener: (snapshot: unknown) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  page.addEventListener('securitypolicyviolation', (event) => {
    void page.reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
}

async function openBench(
  page: Page,
  name: WindowName,
  options: PageOptions,
): Promise<Omit<PageBench, 'takeProblems'>> {
  const calls: { channel: Channel; input: unknown }[] = [];
  const first = snapshotSchema.parse(options.snapshot);
  const answers = { ...defaultAnswers, ...options.answers } as Answers;

  async function answer(channel: Channel, raw: unknown): Promise<unknown> {
    const { windows, input } = contract[channel];
    if (!(windows as readonly WindowName[]).includes(name)) throw new Error(`not for ${name}`);
    if (channel === 'snapshot.get') return { ok: true, value: first };
    const parsed = input.parse(raw);
    calls.push({ channel, input: parsed });
    return (answers[channel] as (input: unknown) => unknown)(parsed);
  }
  await page.exposeBinding('companionCall', (_source, channel: Channel, input: unknown) =>
    answer(channel, input),
  );
  // A round trip on the way that calls take: what the page sent before has arrived then.
  await page.exposeBinding('settleCalls', () => undefined);
  await page.addInitScript(installBridge);
  await page.goto(`https://companion.test/${name}.html`);
  await page.locator('.page').waitFor();

  return {
    page,
    async calls() {
      await page.evaluate('settleCalls()');
      return calls;
    },
    async push(snapshot) {
      await page.evaluate(
        (pushed) => (globalThis as unknown as DoubleWindow).pushSnapshot(pushed),
        snapshotSchema.parse(snapshot),
      );
    },
    focused: () => page.evaluate<string>('document.activeElement.id'),
    wait: (ms) => page.clock.runFor(ms),
    async axe() {
      // Its own timers have to run; legacy mode: no second page, which would stand still too.
      await page.clock.resume();
      const found = async (builder: AxeBuilder): Promise<string[]> => {
        const { violations } = await builder.setLegacyMode().analyze();
        return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} ${target}`));
      };
      const all = await found(new AxeBuilder({ page }));
      // Only colours differ in the other look.
      await page.emulateMedia({ colorScheme: options.colorScheme === 'dark' ? 'light' : 'dark' });
      return [...all, ...(await found(new AxeBuilder({ page }).withRules('color-contrast')))];
    },
  };
}
