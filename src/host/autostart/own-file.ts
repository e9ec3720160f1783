import { constants, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CompanionError } from '#core/errors.ts';
import { replaceFile } from '../store/replace-file.ts';

/** Files in folders that other programs use too, so unlike our state their modes are not ours. */

/** Largest start file we read; ours has about 1 KB. */
const maxBytes = 64 * 1024;

/**
 * Text of the file at `path`; null when there is none.
 * @throws CompanionError UNSAFE_PATH when it is not a plain file of this user.
 */
export async function readOwnFile(path: string): Promise<string | null> {
  const info = look(path);
  if (info === null) return null;
  requirePlainFile(path, info);
  // Without O_NONBLOCK a pipe that takes its place now would hold us up for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags);
  try {
    const opened = await handle.stat();
    requirePlainFile(path, opened);
    if (opened.size > maxBytes) throw unsafe(path, `is larger than ${maxBytes} bytes`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Puts the file there in one step, with this mode. @throws CompanionError UNSAFE_PATH */
export async function writeOwnFile(path: string, text: string, mode = 0o600): Promise<void> {
  ensureOwnFolder(dirname(path));
  const info = look(path);
  if (info !== null) requirePlainFile(path, info);
  await replaceFile(path, text, mode);
}

/** Removes the file if it is there. @throws CompanionError UNSAFE_PATH */
export async function removeOwnFile(path: string): Promise<void> {
  const info = look(path);
  if (info === null) return;
  requirePlainFile(path, info);
  await rm(path, { force: true });
}

/**
 * Makes the folder (0700), or checks an existing one. Its mode stays: many systems let the user's
 * own group write there.
 * @throws CompanionError UNSAFE_PATH
 */
export function ensureOwnFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const info = lstatSync(path);
  if (!info.isDirectory()) throw unsafe(path, 'is not a real folder');
  requireOwner(path, info);
  if ((info.mode & 0o002) !== 0) throw unsafe(path, 'can be written by every user');
}

function look(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

function requirePlainFile(path: string, info: Stats): void {
  if (info.isSymbolicLink()) throw unsafe(path, 'is a symbolic link');
  if (!info.isFile()) throw unsafe(path, 'is not a regular file');
  requireOwner(path, info);
}

function requireOwner(path: string, info: Stats): void {
  if (typeof process.getuid === 'function' && info.uid !== process.getuid()) {
    throw unsafe(path, 'belongs to another user');
  }
}

function unsafe(path: string, what: string): CompanionError {
  return new CompanionError('UNSAFE_PATH', `${path} ${what}`, {
    hint: 'It was left alone. Move it away, then switch launch at login again.',
  });
}
