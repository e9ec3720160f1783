import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { CompanionError } from '#core/errors.ts';
import type { Native } from './native.ts';
import type { GuardedPath } from './path-guard.ts';

/** Ownership of one socket path: who holds it may replace the socket file (exec-ipc §1.3). */
export interface LifecycleLock {
  readonly path: string;
  /** Gives it up; the file stays, so that every contender locks the same inode. */
  release(): void;
}

/** Paths held by this process: two servers in one process collide without asking the kernel. */
const reserved = new Set<string>();

/**
 * Takes `<socket path>.lifecycle.lock`.
 * @throws CompanionError UNAVAILABLE naming the owner when it is taken; UNSAFE_PATH when the lock
 *   file is not a plain private file of ours.
 */
export function takeLifecycleLock(socket: GuardedPath, native: Native, uid: number): LifecycleLock {
  const path = `${socket.path}.lifecycle.lock`;
  if (reserved.has(path)) throw busy(socket, process.pid);
  reserved.add(path);
  try {
    const fd = openLocked(path, socket, native, uid);
    return { path, release: () => release(path, fd, native) };
  } catch (error) {
    reserved.delete(path);
    throw error;
  }
}

function openLocked(path: string, socket: GuardedPath, native: Native, uid: number): number {
  const fd = openLockFile(path);
  try {
    if (!native.tryLock(fd)) throw busy(socket, recordedOwner(fd));
    // After locking: a file swapped in between open and lock would be locked by nobody else.
    requireOwnPlainFile(path, fd, uid);
    ftruncateSync(fd, 0);
    writeSync(fd, `${process.pid}\n`, 0);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function openLockFile(path: string): number {
  try {
    // Node opens every file close-on-exec: no command we run can inherit the lock.
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP' || code === 'EISDIR') throw unsafe(path, 'is not a regular file');
    throw error;
  }
}

function requireOwnPlainFile(path: string, fd: number, uid: number): void {
  const opened = fstatSync(fd);
  const named = lstatSync(path, { throwIfNoEntry: false });
  if (named?.dev !== opened.dev || named.ino !== opened.ino) throw unsafe(path, 'was replaced');
  if (!opened.isFile()) throw unsafe(path, 'is not a regular file');
  if (opened.uid !== uid) throw unsafe(path, 'belongs to another user');
  if (opened.nlink !== 1) throw unsafe(path, 'has a second hard link');
  if ((opened.mode & 0o022) !== 0) throw unsafe(path, 'can be written by other users');
}

function release(path: string, fd: number, native: Native): void {
  if (!reserved.delete(path)) return;
  // Unlocked by name, not by close alone: a child between fork and exec still has a copy of fd.
  native.unlock(fd);
  closeSync(fd);
}

function recordedOwner(fd: number): number | null {
  const text = readFileSync(fd, 'utf8').trim();
  return /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : null;
}

function busy(socket: GuardedPath, owner: number | null): CompanionError {
  const who = owner === null ? 'another process' : `process ${owner}`;
  return new CompanionError('UNAVAILABLE', `${socket.path} is already served by ${who}`, {
    details: { owner },
    hint: 'Stop that companion first, or name another state directory with --state-dir.',
  });
}

function unsafe(path: string, what: string): CompanionError {
  return new CompanionError('UNSAFE_PATH', `${path} ${what}`, {
    hint: 'Nothing was changed. Look at the file, then remove it.',
  });
}
