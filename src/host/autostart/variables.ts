import { isAbsolute } from 'node:path';
import { CompanionError } from '#core/errors.ts';
import type { AutostartProgram } from './types.ts';

/**
 * The only variables of ours that outlive this process (S14, cli-and-ops §6.3): where state is.
 * Never a secret, never PATH, never what a folder's files or a command put into the environment.
 */
const autostartVariables = [
  'OPENCLAW_COMPANION_STATE_DIR',
  'OPENCLAW_STATE_DIR',
  'OPENCLAW_CONFIG_PATH',
  'OPENCLAW_PROFILE',
] as const;

/** A profile is part of a folder's name and no path. */
const profile = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/**
 * The variables to write down, in a fixed order; empty ones are left out.
 * @throws CompanionError INVALID_REQUEST for a path that would mean another place at login, or a
 *   profile that is no name.
 */
export function keptVariables(
  env: AutostartProgram['env'],
): readonly (readonly [string, string])[] {
  return autostartVariables.flatMap((name) => {
    const value = env[name]?.trim();
    if (!value) return [];
    if (name === 'OPENCLAW_PROFILE') {
      if (!profile.test(value)) throw refused(name, 'is not a plain name');
    } else if (!isAbsolute(value)) throw refused(name, 'is not an absolute path');
    return [[name, plainValue(name, value)] as const];
  });
}

/**
 * Passes a value that can stand in a file which starts programs.
 * @throws CompanionError INVALID_REQUEST for control characters, unpaired surrogates, and anything
 *   that looks like the end of an XML element (S14).
 */
export function plainValue(what: string, value: string): string {
  if (/[\p{Cc}\u2028\u2029\ufffe\uffff]/u.test(value)) {
    throw refused(what, 'contains a line break or another control character');
  }
  if (!value.isWellFormed()) throw refused(what, 'is not well-formed text');
  if (value.includes('</')) throw refused(what, 'contains "</"');
  return value;
}

/** The same for the program itself. @throws CompanionError INVALID_REQUEST */
export function plainArgv(argv: AutostartProgram['argv']): readonly [string, ...string[]] {
  const [file, ...args] = argv;
  if (!isAbsolute(file)) throw refused('The program', 'is not an absolute path');
  return [
    plainValue('The path of the program', file),
    ...args.map((arg) => plainValue('An argument', arg)),
  ];
}

function refused(what: string, why: string): CompanionError {
  return new CompanionError('INVALID_REQUEST', `${what} ${why}; it cannot start at login`);
}
