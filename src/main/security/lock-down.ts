import type { App, Session, WebContents } from 'electron';
import { CompanionError } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import { lockSession, type SessionLockDeps } from './session-lock.ts';

/**
 * Switches that undo the sandbox or let another program drive our pages, and with them the Allow
 * button (ES-04).
 */
const refusedSwitches = [
  'no-sandbox',
  'disable-namespace-sandbox',
  'disable-seccomp-filter-sandbox',
  'single-process',
  // Another program becomes the renderer, or starts it.
  'browser-subprocess-path',
  'renderer-cmd-prefix',
  'disable-web-security',
  'disable-site-isolation-trials',
  'remote-debugging-port',
  'remote-debugging-pipe',
  'load-extension',
] as const;

export interface LockDownDeps extends SessionLockDeps {
  readonly app: Pick<App, 'on' | 'enableSandbox' | 'commandLine'>;
}

/** A page stays where we put it and opens nothing (ES-08, ES-09, ES-10). */
function lockContents(contents: WebContents, log: Logger): void {
  const refuse = (what: string) => (event: { preventDefault(): void }) => {
    event.preventDefault();
    log.warn('page.navigation.refused', { what, id: contents.id });
  };
  contents.on('will-navigate', refuse('will-navigate'));
  contents.on('will-frame-navigate', refuse('will-frame-navigate'));
  contents.on('will-redirect', refuse('will-redirect'));
  contents.on('will-attach-webview', refuse('will-attach-webview'));
  contents.setWindowOpenHandler(() => {
    log.warn('page.window.refused', { id: contents.id });
    return { action: 'deny' };
  });
  // Pages only ever invoke; a one-way message comes from something that is not our preload (ES-13).
  const drop = (_event: unknown, channel: string): void =>
    log.warn('ipc.dropped', { channel: channel.slice(0, 100), id: contents.id });
  contents.on('ipc-message', drop);
  contents.on('ipc-message-sync', drop);
}

/**
 * Closes what Electron leaves open, for every session and every page there will ever be. Call it
 * before the app is ready: sandboxing is not possible later.
 * @throws CompanionError USAGE when a packaged app was started with a switch that undoes this.
 */
export function lockDown(deps: LockDownDeps): void {
  const { app, log, packaged } = deps;
  const found = refusedSwitches.find((name) => app.commandLine.hasSwitch(name));
  if (packaged && found !== undefined) {
    throw new CompanionError('USAGE', `This app does not start with --${found}.`, {
      hint: `Start it without --${found}.`,
    });
  }
  app.enableSandbox();
  const locked = new WeakSet<Session>();
  const lockOnce = (session: Session): void => {
    if (locked.has(session)) return;
    locked.add(session);
    lockSession(session, deps);
  };
  app.on('session-created', lockOnce);
  app.on('web-contents-created', (_event, contents) => {
    lockOnce(contents.session);
    lockContents(contents, log);
  });
}
