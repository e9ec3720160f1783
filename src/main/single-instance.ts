import { join } from 'node:path';
import type { App } from 'electron';
import { z } from 'zod';
import { ensurePrivateDir } from '#host/store/state-dir.ts';
import { flavourOf } from './flavour.ts';
import { launchedAtLogin } from './login-item/program-at-login.ts';

/** What we need of Electron's `app`. */
type InstanceApp = Pick<
  App,
  'isPackaged' | 'setPath' | 'requestSingleInstanceLock' | 'on' | 'exit'
>;

interface SingleInstance {
  /**
   * Calls `open` for every further launch by a person; a second copy that came before this call
   * counts.
   * To be called once, when there is something to open.
   */
  onLaunchedAgain(open: () => void): void;
}

/** What a second copy hands to the first before it ends. */
const launchSchema = z.object({ atLogin: z.boolean() });

/**
 * The lock, before any socket, port or file of ours is touched (S20). It belongs to the state
 * directory and the flavour, so two copies that would fight over the same sockets meet here.
 * @returns null when another copy runs; this one is told to end with 0, which launchd takes for a
 *   quit and does not undo (cli-and-ops §6.1, trap b).
 * @throws CompanionError UNSAFE_PATH when the state directory is not a private folder of ours.
 */
export function claimSingleInstance(
  app: InstanceApp,
  stateRoot: string,
  argv: readonly string[],
): SingleInstance | null {
  const userData = join(stateRoot, flavourOf(app).userData);
  // Electron does not make the folder, and Chromium would make it with a wider mode.
  ensurePrivateDir(stateRoot);
  ensurePrivateDir(userData);
  app.setPath('userData', userData);
  const launch: z.infer<typeof launchSchema> = { atLogin: argv.includes(launchedAtLogin) };
  if (!app.requestSingleInstanceLock(launch)) {
    app.exit(0);
    return null;
  }
  return followLaunches(app);
}

function followLaunches(app: InstanceApp): SingleInstance {
  let open: (() => void) | null = null;
  let missed = false;
  const launchedAgain = () => {
    if (open) open();
    else missed = true;
  };
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    // The launch at login finds us running when it was just switched on: nobody asked for a window.
    if (launchSchema.safeParse(data).data?.atLogin !== true) launchedAgain();
  });
  // macOS starts no second copy for the Finder or the Dock; it says this instead, at our own start
  // too, so that an early one is no wish.
  app.on('activate', () => open?.());
  return {
    onLaunchedAgain(listener) {
      open = listener;
      if (missed) listener();
      missed = false;
    },
  };
}
