import { constants, fstatSync, lstatSync, openSync } from 'node:fs';
import { CompanionError } from '#core/errors.ts';

/** Opens a file that is only ever locked, never read for its content; makes it, 0600, if needed. */
export function openLockFile(path: string): number {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    // Node opens every file close-on-exec: no command we run can inherit the lock.
    return openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP' || code === 'EISDIR') throw unsafe(path, 'is not a regular file');
    throw error;
  }
}

/**
 * To be called after locking: a file swapped in between open and lock would be locked by nobody
 * else (exec-ipc §1.3).
 * @throws CompanionError UNSAFE_PATH
 */
export function requireOwnPlainFile(path: string, fd: number, uid: number): void {
  const opened = fstatSync(fd);
  const named = lstatSync(path, { throwIfNoEntry: false });
  if (named?.dev !== opened.dev || named.ino !== opened.ino) throw unsafe(path, 'was replaced');
  if (!opened.isFile()) throw unsafe(path, 'is not a regular file');
  if (opened.uid !== uid) throw unsafe(path, 'belongs to another user');
  if (opened.nlink !== 1) throw unsafe(path, 'has a second hard link');
  if ((opened.mode & 0o022) !== 0) throw unsafe(path, 'can be written by other users');
}

function unsafe(path: string, what: string): CompanionError {
  return new CompanionError('UNSAFE_PATH', `${path} ${what}`, {
    hint: 'Nothing was changed. Look at the file, then remove it.',
  });
}
