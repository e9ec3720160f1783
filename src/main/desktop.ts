import { userInfo } from 'node:os';
import type * as Electron from 'electron';
import { CompanionError } from '#core/errors.ts';
import { type Cleanup, createCleanup } from '#host/cleanup.ts';
import { type Companion, startCompanion } from '#host/companion.ts';
import { openConfig } from '#host/store/config-store.ts';
import type { StateDir } from '#host/store/state-dir.ts';
import { systemClock as clock, systemIds as ids } from '#host/system.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';
import { type Ending, startUndoable } from './ending.ts';
import { createLaunchedAgain } from './launched-again.ts';
import type { DesktopOptions } from './options.ts';
import { openOwnFeatures } from './own-features.ts';
import { followPower, presenceOf } from './power.ts';
import type { claimSingleInstance } from './single-instance.ts';
import { keepWindowPlace } from './state/window-to-come.ts';
import { openSurfaces, type Surfaces } from './surfaces.ts';

export interface DesktopParts {
  readonly electron: typeof Electron;
  readonly instance: NonNullable<ReturnType<typeof claimSingleInstance>>;
  readonly options: DesktopOptions;
  readonly stateDir: StateDir;
  readonly ending: Ending;
}

/** Starts the companion and hangs everything a person sees onto it. */
export function startDesktop(parts: DesktopParts): Promise<void> {
  const cleanup = createCleanup(parts.options.log(parts.stateDir));
  return startUndoable(parts.ending, cleanup, () => start(parts, cleanup));
}

async function start(parts: DesktopParts, cleanup: Cleanup): Promise<void> {
  const { electron, instance, options, stateDir } = parts;
  const { powerMonitor } = electron;
  const log = options.log(stateDir);
  const config = await openConfig(stateDir.config, ids);
  log.setLevel(config.log.level);
  let running: { readonly companion: Companion; readonly surfaces: Surfaces } | null = null;
  const features = openOwnFeatures({
    electron,
    stateDir,
    config,
    lines: options.logLines,
    again: options.again(stateDir),
    status: () => statusOf(running),
    overlay: (notification) => running?.surfaces.overlay(notification),
    clock,
    log,
  });
  let windowIsThere = (): void => undefined;
  const companion = await startCompanion({
    stateDir,
    config,
    port: options.port ?? config.gateway.port,
    ...(options.foreignCredentials && { foreignCredentials: options.foreignCredentials }),
    env: process.env,
    notifier: features.notifier,
    presence: presenceOf(powerMonitor),
    screenRecording: () => features.permissions.isGranted('screenRecording'),
    log,
    beforeServing(desk) {
      windowIsThere = keepWindowPlace(desk);
    },
    onDecision: () => running?.surfaces.decided(),
  });
  cleanup.add('companion', companion.stop);
  const who = userInfo().username;
  const surfaces = openSurfaces({ electron, companion, features, ...options, who, log });
  cleanup.add('surfaces', surfaces.close);
  windowIsThere();
  running = { companion, surfaces };
  const { setAway } = surfaces;
  cleanup.add('power', followPower({ powerMonitor, wokeUp: companion.wokeUp, setAway }));
  instance.onLaunchedAgain(createLaunchedAgain({ open: surfaces.open, log }));
}

function statusOf(running: { readonly companion: Companion } | null): CompanionStatus {
  if (running) return running.companion.status();
  throw new CompanionError('UNAVAILABLE', 'The companion is still starting');
}
