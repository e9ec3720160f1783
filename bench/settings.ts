import type { Page } from 'playwright-core';
import { messages } from '#core/messages.ts';
import type { SettingsSection, WindowName } from '#ipc/contract.ts';
import { type ChromiumWindows, createChromiumWindows } from '#support/chromium-windows.ts';
import type { FakeElectron } from '#support/fake-electron.ts';
import type { FakeBrowserWindow } from '#support/fake-electron-window.ts';
import { launchChromium } from '#support/launch-chromium.ts';
import { startMain } from './built-main.ts';
import type { PageDom } from './page-dom.ts';
import { measureInTurns, type Summary, summarize } from './statistics.ts';

/** What a person waits for who opens the settings window. */
export interface SettingsFigures {
  /** The first time in this process: nothing was counted, no code of it has run. */
  readonly first: Showing;
  /** In new pages after that. */
  readonly again: Readonly<Record<keyof Showing, Summary>>;
  /** `snapshot.get` from the page and back, with the driver between. */
  readonly roundTrip: Summary;
  /** The same in the main process alone, right after something has changed; told to three pages. */
  readonly made: Summary;
}

/** By the clock of the page. */
interface Showing {
  /** Begin of the navigation → rows painted: all that a person waits for. */
  readonly paintedMs: number;
  /** First snapshot drawn → rows painted: the part that grows with rules and rows. */
  readonly rowsMs: number;
}

export type BenchedSection = Extract<SettingsSection, 'approvals' | 'rules'>;

/** What is on the page when its pane is there: rows, and in the history their chart. */
const parts: Readonly<Record<BenchedSection, readonly string[]>> = {
  approvals: ['.decision-command', '.bars .part'],
  rules: ['.rules-table .rule'],
};

const showings = 20;
const snapshots = 200;

export async function settings(
  stateDir: string,
  executablePath: string,
  section: BenchedSection,
): Promise<SettingsFigures> {
  const browser = await launchChromium(executablePath);
  const windows = createChromiumWindows(browser, async (context) => {
    await context.addInitScript(watchPane, parts[section]);
  });
  const fake = await startMain(stateDir, { loadPage: windows.loadPage });
  const asked = { window: 'settings', section };
  const status = await openStatus(fake, windows);
  await status.webContents.page.invoke('windows.open', asked);
  const window = windowOf(fake, 'settings');
  const showing = async () => (await windows.page(window)).evaluate(whenShown);
  const first = await showing();
  const tasks = askTasks(window, await windows.page(window), asked);
  const { roundTrip, made } = await measureInTurns(snapshots, tasks);
  const again: Showing[] = [];
  for (let run = 0; run < showings; run++) {
    await (await windows.page(window)).context().close();
    // Not by reloading: a page of ours goes nowhere, not even where it is.
    await windows.loadPage(window, window.webContents.getURL());
    again.push(await showing());
  }
  await browser.close();
  return {
    first,
    again: {
      paintedMs: summarize(again.map(({ paintedMs }) => paintedMs)),
      rowsMs: summarize(again.map(({ rowsMs }) => rowsMs)),
    },
    roundTrip,
    made,
  };
}

const windowOf = (fake: FakeElectron, name: WindowName): FakeBrowserWindow => {
  const found = fake.windows.find((one) => one.webContents.getURL().endsWith(`/${name}.html`));
  if (!found) throw new Error(`no window shows ${name}.html`);
  return found;
};

/** From there a person opens the settings, at a section. */
async function openStatus(fake: FakeElectron, windows: ChromiumWindows) {
  fake.trays[0]?.menu?.choose(messages.desktop.menu.status);
  const status = windowOf(fake, 'status');
  await (await windows.page(status)).locator('.page').waitFor();
  return status;
}

interface Watched extends PageDom {
  readonly companion: { call(channel: string, input: null): Promise<{ readonly ok: boolean }> };
  shown: Promise<Showing>;
}

/** Runs in the page before its scripts. */
function watchPane(wanted: readonly string[]): void {
  const page = globalThis as unknown as Watched;
  let drawnMs: number | null = null;
  page.shown = new Promise((resolve) => {
    const tell = () => {
      const paintedMs = performance.now();
      resolve({ paintedMs, rowsMs: paintedMs - (drawnMs ?? 0) });
    };
    const observer = new page.MutationObserver(() => {
      const has = (selector: string) => page.document.querySelector(selector) !== null;
      if (has('.page')) drawnMs ??= performance.now();
      if (!wanted.every(has)) return;
      observer.disconnect();
      page.requestAnimationFrame(() => setTimeout(tell));
    });
    observer.observe(page.document, { childList: true, subtree: true, characterData: true });
  });
}

function whenShown(): Promise<Showing> {
  return (globalThis as unknown as Watched).shown;
}

function askTasks(window: FakeBrowserWindow, page: Page, asked: object) {
  const { page: inMain } = window.webContents;
  return {
    async roundTrip() {
      const { ok } = await page.evaluate(() =>
        (globalThis as unknown as Watched).companion.call('snapshot.get', null),
      );
      if (!ok) throw new Error('no snapshot');
    },
    /** Leaves a change that no snapshot has yet. */
    change: async () => void (await inMain.invoke('windows.open', asked)),
    made: async () => void (await inMain.invoke('snapshot.get', null)),
  };
}
