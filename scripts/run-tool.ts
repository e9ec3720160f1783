import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Build and test leftovers that nobody commits. */
export const cacheDir = fileURLToPath(new URL('../.cache/', import.meta.url));

/** Runs one of the project's tools with this very Node; returns its exit code. */
export function runTool(bin: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  mkdirSync(cacheDir, { recursive: true });
  const result = spawnSync(`${root}node_modules/.bin/${bin}`, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

/** False also for what is not there. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent or not executable: the caller looks further, or says so.
    return false;
  }
}
