import { access, constants, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';

const { noSuchProgram, badFolder } = messages.cli.policy;

/** Real path of a program. @throws CompanionError INVALID_REQUEST when none is there. */
export async function realProgram(path: string): Promise<string> {
  const real = await realOf(path);
  if (real !== null && (await isProgram(real))) return real;
  throw new CompanionError('INVALID_REQUEST', noSuchProgram(path));
}

/** Real path of a folder. @throws CompanionError INVALID_REQUEST when none is there. */
export async function realDirectory(path: string): Promise<string> {
  const real = await realOf(path);
  if (real !== null && (await stat(real)).isDirectory()) return real;
  throw new CompanionError('INVALID_REQUEST', badFolder(path));
}

async function realOf(path: string): Promise<string | null> {
  const expanded = path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path;
  try {
    return await realpath(resolve(expanded));
  } catch {
    // Nothing there, or nothing we may see: no rule can name it either way.
    return null;
  }
}

async function isProgram(path: string): Promise<boolean> {
  if (!(await stat(path)).isFile()) return false;
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
