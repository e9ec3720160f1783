import { userInfo } from 'node:os';
import type * as Electron from 'electron';
import { errorText } from '#core/errors.ts';
import { type Companion, startCompanion } from '#host/companion.ts';
import { openConfig } from '#host/store/config-store.ts';
import { ensurePrivateDir, type StateDir } from '#host/store/state-dir.ts';
import { systemClock as clock, systemIds as ids } from '#host/system.ts';
import { createNotifier } from './notifications.ts';
import type { DesktopOptions } from './options.ts';
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
  const { preload, icons, port } = options;
  const log = options.log(stateDir);
  ensurePrivateDir(stateDir.root);
  const config = await openConfig(stateDir.config, ids);
  const { Notification } = electron;
  const notifier = createNotifier({ Notification, platform: process.platform, clock, log });
  let surfaces: Surfaces | null = null;
  const companion = await startCompanion({
    stateDir,
    config,
    port: port ?? config.gateway.port,
    env: process.env,
    notifier,
    log,
    onDecision: () => surfaces?.decided(),
  });
  const who = userInfo().username;
  surfaces = openSurfaces({ electron, companion, notifier, preload, icons, who, log });
  instance.onLaunchedAgain(surfaces.open);
  endWith(parts, companion, surfaces);
}

/** For closing prompts, killing commands and telling everybody. */
const stopLimitMs = 2_800;

/** Quit, or a signal: the surfaces close, the companion stops in time, then the app ends. */
function endWith(
  { electron: { app }, options, stateDir }: DesktopParts,
  companion: Companion,
  surfaces: Surfaces,
): void {
  let ending = false;
  const end = async (): Promise<void> => {
    surfaces.close();
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
