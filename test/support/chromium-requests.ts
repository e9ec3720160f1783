import type { OnBeforeRequestListenerDetails } from 'electron';
import type { BrowserContext, Page, Request as PageRequest, Route } from 'playwright-core';
import { pageOrigin } from '#main/security/page-origin.ts';
import { prevented } from './fake-electron-events.ts';
import type { FakeBrowserWindow } from './fake-electron-window.ts';

/** Chromium serves no scheme of ours: there the pages have this address, with the same paths. */
export const servedFrom = 'https://companion.test';

const resourceTypes: Readonly<
  Record<string, OnBeforeRequestListenerDetails['resourceType'] | undefined>
> = {
  document: 'mainFrame',
  stylesheet: 'stylesheet',
  script: 'script',
  image: 'image',
  font: 'font',
  xhr: 'xhr',
  fetch: 'xhr',
  media: 'media',
  websocket: 'webSocket',
};

/** The address as our own code knows it. */
export function ownAddress(address: string): string {
  const { origin, pathname, search } = new URL(address);
  return origin === servedFrom ? `${pageOrigin}${pathname}${search}` : address;
}

/** Through the session of the window: its request filter, then the handler of our scheme. */
async function serve(route: Route, { webContents }: FakeBrowserWindow): Promise<void> {
  const request = route.request();
  const asked = new Request(ownAddress(request.url()), { method: request.method() });
  const kind = resourceTypes[request.resourceType()] ?? 'other';
  let response: Response;
  try {
    response = await webContents.session.load(asked, kind);
  } catch {
    // Refused by the filter, or no scheme of ours: the page sees a failed request.
    return route.abort('blockedbyclient');
  }
  const { status, headers } = response;
  const body = Buffer.from(await response.arrayBuffer());
  await route.fulfill({ status, headers: Object.fromEntries(headers), body });
}

/** Whether the main frame of this page asks; null for a window that is only just being opened. */
function isMainFrame(request: PageRequest, page: Page): boolean | null {
  try {
    return request.frame() === page.mainFrame();
  } catch {
    // It has no frame yet.
    return null;
  }
}

/** A page wants to go elsewhere: the listeners of its contents say whether it may. */
function mayNavigate({ webContents }: FakeBrowserWindow, address: string, isMain: boolean) {
  const url = ownAddress(address);
  const refused = [...(isMain ? ['will-navigate'] : []), 'will-frame-navigate'].map((name) =>
    prevented(webContents, name, url),
  );
  return !refused.includes(true);
}

/** Answers every request of the context; `isOpening` while we load the page ourselves. */
export async function answerRequests(
  context: BrowserContext,
  page: Page,
  window: FakeBrowserWindow,
  isOpening: () => boolean,
): Promise<void> {
  await context.route('**', async (route) => {
    const request = route.request();
    if (request.isNavigationRequest() && !isOpening()) {
      const isMain = isMainFrame(request, page);
      // Left empty: whoever watches for new windows closes it.
      if (isMain === null) return route.fulfill({ contentType: 'text/html', body: '' });
      // Aborted like this, the page stays where it is.
      if (!mayNavigate(window, request.url(), isMain)) return route.abort('aborted');
    }
    await serve(route, window);
  });
}
