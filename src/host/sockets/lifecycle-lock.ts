import { closeSync, ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { CompanionError } from '#core/errors.ts';
import { openLockFile, requireOwnPlainFile } from '../store/lock-file.ts';
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
    requireOwnPlainFile(path, fd, uid);
    ftruncateSync(fd, 0);
    writeSync(fd, `${process.pid}\n`, 0);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
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
