import { access, constants, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { hasWildcard } from '#core/policy/path-pattern.ts';

const { noSuchProgram, badFolder, badPattern } = messages.cli.policy;

/**
 * What a rule names for a program that a person names: a path becomes its real one. A bare name
 * stays one; so does a pattern, whose real paths only the future knows.
 * @throws CompanionError INVALID_REQUEST when no program is there.
 */
export async function realPattern(pattern: string): Promise<string> {
  const isPath = pattern.includes('/') || pattern.startsWith('~');
  if (!isPath || hasWildcard(pattern)) return pattern;
  const real = await realProgram(pattern);
  // Stored, it would become a pattern for other programs, or the name of another one.
  if (hasWildcard(real) || real !== real.trim())
    throw new CompanionError('INVALID_REQUEST', badPattern(real));
  return real;
}

/** Real path of a program. @throws CompanionError INVALID_REQUEST when none is there. */
async function realProgram(path: string): Promise<string> {
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
