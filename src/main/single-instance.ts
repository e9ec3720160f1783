import { join } from 'node:path';
import type { App } from 'electron';
import { z } from 'zod';
import { type DeepLink, isDeepLink, parseDeepLink } from '#core/desktop/deep-link.ts';
import { ensurePrivateDir } from '#host/store/state-dir.ts';
import { flavourOf } from './flavour.ts';
import { launchedAtLogin } from './login-item/program-at-login.ts';

/** What we need of Electron's `app`. */
type InstanceApp = Pick<
  App,
  'isPackaged' | 'name' | 'setPath' | 'requestSingleInstanceLock' | 'on' | 'exit'
>;

/** How the app was launched while it ran. */
export interface Launch {
  /** Deep links it was launched with; null for one that cannot be read. */
  readonly links: readonly (DeepLink | null)[];
}

interface SingleInstance {
  /**
   * Calls `open` for every further launch by a person; a second copy that came before this call
   * counts.
   * To be called once, when there is something to open.
   */
  onLaunchedAgain(open: (launch: Launch) => void): void;
}

const maxLinks = 4;

/** What a second copy hands to the first before it ends. */
const launchSchema = z.object({
  atLogin: z.boolean(),
  links: z.array(z.string()).max(maxLinks).catch([]),
});

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
  const launch: z.infer<typeof launchSchema> = {
    atLogin: argv.includes(launchedAtLogin),
    links: argv.filter(isDeepLink).slice(0, maxLinks),
  };
  if (!app.requestSingleInstanceLock(launch)) {
    app.exit(0);
    return null;
  }
  return followLaunches(app);
}

function followLaunches(app: InstanceApp): SingleInstance {
  let open: ((launch: Launch) => void) | null = null;
  let missed: Launch | null = null;
  const launchedAgain = (texts: readonly string[]) => {
    const launch = { links: texts.map(parseDeepLink) };
    if (open) open(launch);
    else missed = launch;
  };
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    const launch = launchSchema.safeParse(data).data;
    // The launch at login finds us running when it was just switched on: nobody asked for a window.
    if (launch?.atLogin !== true) launchedAgain(launch?.links ?? []);
  });
  // macOS starts no second copy for the Finder or the Dock; it says this instead, at our own start
  // too, so that an early one is no wish.
  app.on('activate', () => open?.({ links: [] }));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    launchedAgain([url]);
  });
  return {
    onLaunchedAgain(listener) {
      open = listener;
      if (missed) listener(missed);
      missed = null;
    },
  };
}
