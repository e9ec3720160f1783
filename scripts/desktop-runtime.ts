import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isExecutable } from './run-tool.ts';

const electronPackage = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

/** Where the desktop app could run. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Null where the platform has none. */
  readonly uid: number | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the runtime when the environment names none. */
  readonly dist: string;
}

export const thisMachine: Machine = {
  platform: process.platform,
  uid: process.getuid?.() ?? null,
  env: process.env,
  dist: join(electronPackage, 'dist'),
};

type DesktopRuntime =
  /** Path of the Electron executable. */
  | { readonly electron: string }
  /** Why there can be no window here: a clause without its full stop. */
  | { readonly missing: string };

/** Fetches the runtime into the package; part of it, and run only when a person asks. */
export const electronInstaller = join(electronPackage, 'install.js');

/**
 * Looks for an Electron runtime and a screen, and fetches nothing: requiring the package would
 * download one (D11).
 */
export function findDesktopRuntime({ platform, uid, env, dist }: Machine): DesktopRuntime {
  const named = env.ELECTRON_OVERRIDE_DIST_PATH;
  const electron = join(named || dist, executable[platform] ?? 'electron');
  if (!isExecutable(electron)) {
    return {
      missing: named
        ? `ELECTRON_OVERRIDE_DIST_PATH has no Electron runtime (${electron})`
        : 'the Electron runtime is not installed ("npm start -- --fetch-electron" downloads it)',
    };
  }
  if (platform === 'linux') {
    if (!env.DISPLAY && !env.WAYLAND_DISPLAY) {
      return { missing: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)' };
    }
    // Chromium ends there unless its sandbox is switched off, which we never do (ES-04).
    if (uid === 0) return { missing: 'the window does not run as root' };
  }
  return { electron };
}

/** Inside the runtime's folder. */
const executable: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};
