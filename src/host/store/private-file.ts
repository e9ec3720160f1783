import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { CompanionError } from '#core/errors.ts';
import { ensurePrivateDir } from './state-dir.ts';

/** Largest state file we read; a bigger one is damaged or hostile. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Reads a private text file without following a symlink at its end (S21).
 * @returns null when it does not exist.
 * @throws CompanionError UNSAFE_PATH for a symlink, a hard link, a foreign owner or a wide mode;
 *   STATE when it is too large.
 */
export async function readPrivateFile(path: string): Promise<string | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return null;
    if (code === 'ELOOP') throw unsafe(path, 'is a symbolic link');
    throw error;
  }
  try {
    const info = await handle.stat();
    if (!info.isFile()) throw unsafe(path, 'is not a regular file');
    if (info.nlink > 1) throw unsafe(path, 'has a second hard link');
    if (typeof process.getuid === 'function' && info.uid !== process.getuid()) {
      throw unsafe(path, 'belongs to another user');
    }
    if ((info.mode & 0o022) !== 0) throw unsafe(path, 'can be written by other users');
    if (info.size > maxBytes) {
      throw new CompanionError('STATE', `${path} is larger than ${maxBytes} bytes`);
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function unsafe(path: string, what: string): CompanionError {
  return new CompanionError('UNSAFE_PATH', `${path} ${what}`, {
    hint: 'Nothing was read. Look at the file, then remove or repair it.',
  });
}

/**
 * Replaces a file in one step: temp file in the same private folder, fsync, rename, mode 0600.
 * @throws CompanionError STATE for more than {@link readPrivateFile} would read at the next start.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  if (Buffer.byteLength(text) > maxBytes) {
    throw new CompanionError('STATE', `${path} would become larger than ${maxBytes} bytes`);
  }
  ensurePrivateDir(dirname(path));
  await writeFileAtomic(path, text, { encoding: 'utf8', mode: 0o600, fsync: true });
}
