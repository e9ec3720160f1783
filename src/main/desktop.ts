import { userInfo } from 'node:os';
import type * as Electron from 'electron';
import { CompanionError, errorText } from '#core/errors.ts';
import { type Companion, startCompanion } from '#host/companion.ts';
import { openConfig } from '#host/store/config-store.ts';
import { ensurePrivateDir, type StateDir } from '#host/store/state-dir.ts';
import { systemClock as clock, systemIds as ids } from '#host/system.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';
import { createLaunchedAgain } from './launched-again.ts';
import type { DesktopOptions } from './options.ts';
import { openOwnFeatures } from './own-features.ts';
import { followPower, presenceOf } from './power.ts';
import type { claimSingleInstance } from './single-instance.ts';
import { openSurfaces, type Surfaces } from './surfaces.ts';

export interface DesktopParts {
  readonly electron: typeof Electron;
  readonly instance: NonNullable<ReturnType<typeof claimSingleInstance>>;
  readonly options: DesktopOptions;
  readonly stateDir: StateDir;
}

/** Starts the companion and hangs everything a person sees onto it. */
export async function startDesktop(parts: DesktopParts): Promise<void> {
  const { electron, instance, options, stateDir } = parts;
  const { powerMonitor } = electron;
  const log = options.log(stateDir);
  ensurePrivateDir(stateDir.root);
  const config = await openConfig(stateDir.config, ids);
  let running: { readonly companion: Companion; readonly surfaces: Surfaces } | null = null;
  const features = openOwnFeatures({
    electron,
    stateDir,
    config,
    lines: options.logLines,
    status: () => statusOf(running),
    overlay: (notification) => running?.surfaces.overlay(notification),
    clock,
    log,
  });
  const companion = await startCompanion({
    stateDir,
    config,
    port: options.port ?? config.gateway.port,
    env: process.env,
    notifier: features.notifier,
    presence: presenceOf(powerMonitor),
    screenRecording: () => features.permissions.isGranted('screenRecording'),
    log,
    onDecision: () => running?.surfaces.decided(),
  });
  const who = userInfo().username;
  const surfaces = openSurfaces({ electron, companion, features, ...options, who, log });
  running = { companion, surfaces };
  const stopPower = followPower({ powerMonitor, wokeUp: companion.wokeUp });
  instance.onLaunchedAgain(createLaunchedAgain({ open: surfaces.open, log }));
  endWith(parts, companion, () => {
    stopPower();
    surfaces.close();
  });
}

function statusOf(running: { readonly companion: Companion } | null): CompanionStatus {
  if (running) return running.companion.status();
  throw new CompanionError('UNAVAILABLE', 'The companion is still starting');
}

/** For closing prompts, killing commands and telling everybody. */
const stopLimitMs = 2_800;

/** Quit, or a signal: the surfaces close, the companion stops in time, then the app ends. */
function endWith(
  { electron: { app }, options, stateDir }: DesktopParts,
  companion: Companion,
  close: () => void,
): void {
  let ending = false;
  const end = async (): Promise<void> => {
    close();
    const cancel = clock.schedule(stopLimitMs, () => app.exit(1));
    await companion.stop();
    cancel();
    app.exit(0);
  };
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (ending) return;
    ending = true;
    end().catch((error: unknown) => {
      options.log(stateDir).error('desktop.stop.failed', { error: errorText(error) });
      app.exit(1);
    });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
}
