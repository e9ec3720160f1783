import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Temp files that this process is writing right now. */
const inUse = new Set<string>();

/** The name says who writes it, so that what a dead process left can be told from live work. */
const tempName = /\.([1-9][0-9]{0,9})\.[0-9a-f]{16}\.tmp$/;

/**
 * Puts a file in place in one step (S21): a new temp file beside it, 0600 from birth, all bytes,
 * its mode, fsync, rename. A symlink at `path` is replaced, never followed. At every moment the old or the
 * new text is there as a whole. Writers of one path must take turns.
 */
export async function replaceFile(path: string, text: string, mode = 0o600): Promise<void> {
  const temp = `${path}.${process.pid}.${randomBytes(8).toString('hex')}.tmp`;
  inUse.add(temp);
  try {
    await writeNew(temp, text, mode);
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  } finally {
    inUse.delete(temp);
  }
  await syncFolder(dirname(path));
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await handle.writeFile(text, 'utf8');
    if (mode !== 0o600) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The new name itself must outlive a power failure too. */
async function syncFolder(path: string): Promise<void> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
    await handle.sync();
  } catch {
    // Some file systems cannot sync a folder, and there may be no descriptor left. The file is
    // complete and in place: calling that a failure would be wrong about what holds.
  } finally {
    await handle?.close();
  }
}

/** Removes the temp files that writers of these files left when they were killed. */
export async function removeLeftovers(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const folder = dirname(path);
    for (const name of await readdir(folder)) {
      const pid = name.startsWith(`${basename(path)}.`) ? tempName.exec(name)?.[1] : undefined;
      const left = pid !== undefined && isAbandoned(join(folder, name), Number(pid));
      if (left) await rm(join(folder, name), { force: true });
    }
  }
}

function isAbandoned(path: string, pid: number): boolean {
  // In a container every start may have the same pid.
  if (pid === process.pid) return !inUse.has(path);
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
