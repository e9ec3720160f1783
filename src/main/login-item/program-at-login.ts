import { isAbsolute } from 'node:path';

/** In argv of a start by the system: nobody asked for a window. */
export const launchedAtLogin = '--launched-at-login';

/** Where this copy of the app runs from. */
export interface RunningApp {
  readonly platform: NodeJS.Platform;
  readonly isPackaged: boolean;
  /** `app.name`: tells the flavours of packaged copies apart. */
  readonly name?: string;
  /** `process.execPath` of the main process. */
  readonly execPath: string;
  /** `app.getAppPath()`: what an unpackaged Electron has to be told. */
  readonly appPath: string;
  /** What it was told at its start and has to be told at login too. */
  readonly again?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

type ProgramAtLogin =
  | { readonly argv: readonly [string, ...string[]] }
  | { readonly why: string; readonly hint: string };

/** What to start at login, or why this copy would not be found there (cli-and-ops §6.1, trap f). */
export function programAtLogin(app: RunningApp): ProgramAtLogin {
  if (app.platform === 'darwin' && isPassing(app.execPath)) {
    return {
      why: 'This copy runs from a disk image, which is gone at the next login',
      hint: 'Move the app to the Applications folder and start it there.',
    };
  }
  const told = [launchedAtLogin, ...(app.again ?? [])];
  if (!app.isPackaged) return { argv: [app.execPath, app.appPath, ...told] };
  return { argv: [appImage(app) ?? app.execPath, ...told] };
}

/** Disk images, and the random folder macOS runs quarantined apps from. */
export function isPassing(path: string): boolean {
  return path.startsWith('/Volumes/') || path.includes('/AppTranslocation/');
}

/**
 * An AppImage runs from a mount that ends with it; the file itself is named in the environment,
 * which programs started by some other AppImage inherit too.
 */
export function appImage({ platform, execPath, env }: RunningApp): string | null {
  const { APPIMAGE: file, APPDIR: mount } = env;
  if (platform !== 'linux' || !file || !mount || !isAbsolute(file)) return null;
  return execPath.startsWith(`${mount.replace(/\/+$/, '')}/`) ? file : null;
}
