import type * as Electron from 'electron';
import type { Logger, Notification } from '#core/ports.ts';
import type { Companion } from '#host/companion.ts';
import { systemClock as clock, systemHasher as hasher, systemIds as ids } from '#host/system.ts';
import { setAppMenu } from './app-menu.ts';
import { serveIpc } from './ipc-server.ts';
import type { OwnFeatures } from './own-features.ts';
import { pageHandlers } from './page-handlers.ts';
import { type ApprovalClosing, openApprovalClosing } from './state/approval-closing.ts';
import { openShownState, type ShownState } from './state/shown-state.ts';
import { trayActions } from './tray/actions.ts';
import { createChoosePolicy } from './tray/choose-policy.ts';
import { createTray, type Tray } from './tray/tray.ts';
import { type AppWindows, createAppWindows } from './windows/app-windows.ts';
import { createWindowRegistry, type WindowRegistry } from './windows/window-registry.ts';

export interface SurfacesDeps {
  readonly electron: typeof Electron;
  readonly companion: Companion;
  readonly features: OwnFeatures;
  readonly preload: string;
  readonly icons: string;
  /** Name of the person at this computer, for the audit. */
  readonly who: string;
  readonly log: Logger;
}

/** Everything a person sees of the companion: windows, tray, and the pages' channels. */
export interface Surfaces {
  /** `system.notify` with delivery `overlay`. */
  overlay(notification: Notification): void;
  /** A person started the app again. */
  open(): void;
  /** Something was decided, here or anywhere. */
  decided(): void;
  /** {@link ShownState.setAway} */
  setAway(isAway: boolean): void;
  /** Prompters first: a closing window decides nothing. */
  close(): void;
}

export function openSurfaces(deps: SurfacesDeps): Surfaces {
  const { companion, who, log, features } = deps;
  const registry = createWindowRegistry({ log });
  const windows = openWindows(deps, registry, () => ({ state, tray, closing }));
  const announce = announcer(deps, windows);
  const state: ShownState = openShownState({
    companion,
    permissions: features.permissions,
    windows,
    announce,
    who,
    clock,
    ids,
    hasher,
    log,
  });
  const closing = openApprovalClosing({ ...state, window: windows.approval });
  const tray: Tray = openTray(deps, windows, state);
  setAppMenu({ ...deps, ...state, platform: process.platform });
  const stopPages = openPages(deps, windows, { ...state, closing }, registry);
  windows.approval.prepare();
  state.start();
  return {
    overlay: (notification) => state.toast.show(notification),
    open() {
      // A command can launch us as well as a person: a question does not get the keyboard by that.
      if (isApprovalWanted(state)) windows.approval.show();
      // An ordinary window, with pause and quit, for whoever sees no icon.
      else state.settingsView.open();
    },
    decided: () => state.snapshots.decided(),
    setAway: state.setAway,
    close() {
      state.close();
      closing.stop();
      stopPages();
      tray.close();
      windows.destroy();
      features.notifier.close();
    },
  };
}

/** Somebody waits for an answer, or would if the window could be shown. */
function isApprovalWanted({ presenter, snapshots }: ShownState): boolean {
  const { approvals, pairing } = snapshots.current();
  return presenter.isBroken() || (approvals.current ?? pairing.current) !== null;
}

interface Later {
  readonly state: ShownState;
  readonly tray: Tray;
  readonly closing: ApprovalClosing;
}

/** @param later what hangs onto the windows is made after them. */
function openWindows(
  { electron, preload, features, log }: SurfacesDeps,
  registry: WindowRegistry,
  later: () => Later,
): AppWindows {
  return createAppWindows({
    electron,
    registry,
    preload,
    clock,
    log,
    anchor: () => later().tray.bounds(),
    on: {
      approvalDismissed: () => later().closing.closed(),
      approvalBroken: () => later().state.presenter.broken(),
      approvalLoaded: () => later().state.presenter.start(),
      settingsShown: (shown) => features.settings.windowShown(shown),
      toastDismissed: () => later().state.toast.dismiss(),
    },
  });
}

/** Says that something waits, if the person wants that; a click only opens the window (AP-14). */
function announcer({ features }: SurfacesDeps, { approval }: AppWindows) {
  const { notifier, settings } = features;
  return async (notification: Notification): Promise<void> => {
    if (settings.announce()) await notifier.notify(notification, () => approval.focus());
  };
}

function openTray(deps: SurfacesDeps, windows: AppWindows, state: ShownState): Tray {
  const { electron, companion, features, icons } = deps;
  const { policy } = companion;
  const openRules = (): void => state.settingsView.open('rules');
  const actions = trayActions({
    ...deps,
    ...state,
    windows,
    openLink: features.openLink,
    choosePolicy: createChoosePolicy({ ...deps, policy, openRules }),
    platform: process.platform,
    changed: () => state.snapshots.changed(),
    quit: () => electron.app.quit(),
  });
  return createTray({
    electron,
    platform: process.platform,
    iconsDir: icons,
    snapshots: state.snapshots,
    pausedAgents: () => companion.pauses.list(),
    nodes: state.nodeNames.current,
    actions,
    toggleStatus: () => windows.status.toggle(),
  });
}

/** Answers what pages ask, and pushes them what changed. @returns the stop function. */
function openPages(
  { electron, companion, features, who, log }: SurfacesDeps,
  windows: AppWindows,
  state: ShownState & { readonly closing: ApprovalClosing },
  registry: WindowRegistry,
): () => void {
  const handlers = pageHandlers({
    ...companion,
    ...features,
    ...state,
    windows,
    who,
    clock,
    hasher,
    log,
    clipboard: electron.clipboard,
    uses: () => companion.history.usesOfRules(),
    grew: () => state.snapshots.decided(),
    resumed: () => state.snapshots.changed(),
    quit: () => electron.app.quit(),
  });
  const stopIpc = serveIpc({ ipcMain: electron.ipcMain, handlers, windows: registry, ids, log });
  const stopPush = state.snapshots.subscribe((snapshot) => registry.push(snapshot));
  return () => {
    stopIpc();
    stopPush();
  };
}
