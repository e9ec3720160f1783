import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CompanionError, errorText } from '#core/errors.ts';
import { replaceFile } from './replace-file.ts';
import { ensurePrivateDir } from './state-dir.ts';

/** Largest state file we read; a bigger one is damaged or hostile. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Reads a private text file without following a symlink at its end (S21).
 * @returns null when it does not exist.
 * @throws CompanionError UNSAFE_PATH for a symlink, a hard link, a foreign owner or a wide mode;
 *   STATE when it is too large or not UTF-8.
 */
export async function readPrivateFile(path: string): Promise<string | null> {
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK a named pipe at this path would hold us up for ever.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    handle = await open(path, flags);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return null;
    if (code === 'ELOOP') throw unsafe(path, 'is a symbolic link');
    throw error;
  }
  try {
    return decodeUtf8(path, await readWhole(path, handle));
  } finally {
    await handle.close();
  }
}

/** Somebody who writes in place is done after a few looks, or writes without end. */
const attempts = 8;

/**
 * Never half of what somebody is just writing: an editor that truncates and writes anew would
 * otherwise look like a damaged file for a moment.
 */
async function readWhole(path: string, handle: FileHandle): Promise<Uint8Array> {
  for (let left = attempts; left > 0; left -= 1) {
    const before = await handle.stat({ bigint: true });
    requireSafe(path, before);
    const bytes = Buffer.alloc(Number(before.size));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    const after = await handle.stat({ bigint: true });
    const isSame = after.size === before.size && after.ctimeNs === before.ctimeNs;
    if (isSame && bytesRead === bytes.length) return bytes;
  }
  throw new CompanionError('STATE', `${path} is written again and again`);
}

function requireSafe(path: string, info: BigIntStats): void {
  if (!info.isFile()) throw unsafe(path, 'is not a regular file');
  if (info.nlink > 1n) throw unsafe(path, 'has a second hard link');
  if (typeof process.getuid === 'function' && info.uid !== BigInt(process.getuid())) {
    throw unsafe(path, 'belongs to another user');
  }
  if ((info.mode & 0o022n) !== 0n) throw unsafe(path, 'can be written by other users');
  if (info.size > maxBytes) {
    throw new CompanionError('STATE', `${path} is larger than ${maxBytes} bytes`);
  }
}

/** Strict: replaced bytes would make another text than the one that is on disk. */
function decodeUtf8(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CompanionError('STATE', `${path} is not UTF-8 text`, { cause });
  }
}

function unsafe(path: string, what: string): CompanionError {
  return new CompanionError('UNSAFE_PATH', `${path} ${what}`, {
    hint: 'Nothing was read. Look at the file, then remove or repair it.',
  });
}

/**
 * Replaces a private file in one step, see {@link replaceFile}; its folder is made or checked first.
 * @throws CompanionError STATE for more than {@link readPrivateFile} would read at the next start, and
 *   where the disk is full or does not take writes.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  if (Buffer.byteLength(text) > maxBytes) {
    throw new CompanionError('STATE', `${path} would become larger than ${maxBytes} bytes`);
  }
  ensurePrivateDir(dirname(path));
  try {
    await replaceFile(path, text);
  } catch (cause) {
    throw new CompanionError('STATE', `${path} could not be written: ${errorText(cause)}`, {
      cause,
      hint: 'Nothing was changed. Make room on its disk, or make its folder writable.',
    });
  }
}
