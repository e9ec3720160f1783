import { closeSync } from 'node:fs';
import { CompanionError } from '#core/errors.ts';
import type { Clock } from '#core/ports.ts';
import { loadNative, type Native } from '../sockets/native.ts';
import { openLockFile, requireOwnPlainFile } from './lock-file.ts';

/** Longest wait for another process; its own write takes milliseconds. */
const waitMs = 5_000;
const retryMs = 20;

/**
 * Runs `task` while holding the lock file `<path>.lock` (exec-ipc §4.5). The kernel gives the lock
 * back when its holder dies, however it dies; the file stays, so that all lock the same inode.
 * @throws CompanionError UNAVAILABLE after 5 s, or where the system cannot lock at all; UNSAFE_PATH
 *   when the lock file is not a plain private file of ours.
 */
export async function withFileLock<T>(
  path: string,
  clock: Clock,
  task: () => Promise<T>,
): Promise<T> {
  const native = await loadNative();
  const lockPath = `${path}.lock`;
  const fd = openLockFile(lockPath);
  try {
    await take(fd, lockPath, native, clock);
    requireOwnPlainFile(lockPath, fd, process.geteuid?.() ?? -1);
    return await task();
  } finally {
    // By name first: a child between fork and exec still has a copy of the descriptor.
    native.unlock(fd);
    closeSync(fd);
  }
}

/** The system tells nobody when a lock becomes free, so this one asks again. */
async function take(fd: number, lockPath: string, native: Native, clock: Clock): Promise<void> {
  const deadline = clock.now() + waitMs;
  while (!native.tryLock(fd)) {
    if (clock.now() >= deadline) throw busy(lockPath);
    await new Promise<void>((resolve) => clock.schedule(retryMs, resolve));
  }
}

function busy(lockPath: string): CompanionError {
  const seconds = waitMs / 1_000;
  const what = `${lockPath} was held by another process for ${seconds} s`;
  return new CompanionError('UNAVAILABLE', what, {
    hint: `Nothing was changed. See who holds it with: lsof ${lockPath}`,
  });
}
