import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { CompanionError } from '#core/errors.ts';
import { systemWhichParamsSchema } from '#protocol/node-commands.ts';
import type { NodeFlavor } from '../node-error.ts';
import type { NodeCommandHandler } from '../types.ts';
import { commandParams } from './params.ts';

/** A Gateway asks for about fifty at a time (gateway §8). */
const maxNames = 512;

/**
 * `system.which` (node-commands §2.2, node-host §4): which programs are on the search path.
 * The app answers `{bins: [name], paths: {name: path}}`, a headless host `{bins: {name: path}}`.
 */
export function createSystemWhich(deps: {
  readonly flavor: NodeFlavor;
  /** Folders to search, in `PATH` form. */
  readonly searchPath: () => string;
}): NodeCommandHandler {
  return async (params) => {
    const { bins } = commandParams(systemWhichParamsSchema, params);
    const names = [...new Set(bins.map((name) => name.trim()))].filter((name) => name !== '');
    if (names.length === 0 && deps.flavor === 'app') {
      throw new CompanionError('INVALID_REQUEST', 'INVALID_REQUEST: bins required');
    }
    const folders = deps.searchPath().split(delimiter).filter(isAbsolute);
    const found = await Promise.all(
      names.slice(0, maxNames).map(async (name) => [name, await find(name, folders)] as const),
    );
    const paths = Object.fromEntries(found.filter(([, path]) => path !== null));
    return deps.flavor === 'app' ? { bins: Object.keys(paths), paths } : { bins: paths };
  };
}

/** Names only: a path would let a caller probe the file system. */
async function find(name: string, folders: readonly string[]): Promise<string | null> {
  if (/[/\\\0]/.test(name)) return null;
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Missing, not executable, or in a folder we may not enter: not on the search path either way.
    return false;
  }
}
