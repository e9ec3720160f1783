import type { Session } from 'electron';
import type { Logger } from '#core/ports.ts';
import { pageHost, pageScheme } from './page-origin.ts';

export interface SessionLockDeps {
  /** Serves our own pages (`createAppProtocol`). */
  readonly serve: (request: Request) => Promise<Response>;
  /** A packaged app has no developer tools and so no need of their addresses. */
  readonly packaged: boolean;
  readonly log: Logger;
}

function mayLoad(address: string, resourceType: string, packaged: boolean): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.protocol === `${pageScheme}:` && url.host === pageHost) return true;
  if (url.protocol === 'data:') return resourceType === 'image';
  return !packaged && url.protocol === 'devtools:';
}

/** Scheme and host, never the path: an address can carry what a page was shown. */
const place = (address: string): string =>
  URL.canParse(address) ? `${new URL(address).protocol}//${new URL(address).host}` : 'unreadable';

/** Grants nothing, loads nothing but our pages, saves nothing (ES-01, ES-05, ES-14). */
export function lockSession(session: Session, deps: SessionLockDeps): void {
  const { log, packaged, serve } = deps;
  // Request and check: without the second, `navigator.permissions` would tell what it could get.
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    log.warn('page.permission.refused', { permission });
    callback(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  session.on('will-download', (event) => {
    event.preventDefault();
    log.warn('page.download.refused');
  });
  session.webRequest.onBeforeRequest(({ url, resourceType }, callback) => {
    const cancel = !mayLoad(url, resourceType, packaged);
    if (cancel) log.warn('page.request.refused', { place: place(url), resourceType });
    callback({ cancel });
  });
  session.protocol.handle(pageScheme, serve);
}
