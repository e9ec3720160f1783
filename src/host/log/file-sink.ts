import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { CompanionError } from '#core/errors.ts';
import { ensurePrivateDir } from '#host/store/state-dir.ts';
import { jsonLine, type LogSink } from './logger.ts';

export interface FileSinkOptions {
  /** The file in use; older ones are `<name>.1.jsonl` (newest) to `<name>.<n>.jsonl`. */
  readonly path: string;
  readonly maxBytes?: number;
  /** All files together, the one in use included: five backups (app-features §11). */
  readonly maxFiles?: number;
}

/**
 * JSON lines in a private file that rotates by size. Lines are written at once, so that a crash
 * loses none of them.
 * @throws CompanionError UNSAFE_PATH for a log that is a symlink, a hard link or another user's.
 */
export function fileSink(options: FileSinkOptions): LogSink & { close(): void } {
  const { path, maxBytes = 5 * 1024 * 1024, maxFiles = 6 } = options;
  ensurePrivateDir(dirname(path));
  let file: OpenLog | null = openLog(path);
  let ended = false;

  const rotate = (full: OpenLog): OpenLog => {
    file = null;
    closeSync(full.fd);
    shift(path, maxFiles);
    return openLog(path);
  };

  return {
    write(record) {
      if (ended) return;
      const line = Buffer.from(jsonLine(record));
      // A rotation that failed left no file open: every line tries again.
      let open = file ?? openLog(path);
      if (open.size > 0 && open.size + line.length > maxBytes) open = rotate(open);
      file = open;
      writeSync(open.fd, line);
      open.size += line.length;
    },
    close() {
      ended = true;
      if (file) closeSync(file.fd);
      file = null;
    },
  };
}

interface OpenLog {
  readonly fd: number;
  size: number;
}

function openLog(path: string): OpenLog {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  let fd: number;
  try {
    fd = openSync(path, flags, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error;
    throw new CompanionError('UNSAFE_PATH', `${path} is a symbolic link`);
  }
  const info = fstatSync(fd);
  const foreign = typeof process.getuid === 'function' && info.uid !== process.getuid();
  if (!info.isFile() || info.nlink > 1 || foreign || (info.mode & 0o022) !== 0) {
    closeSync(fd);
    throw new CompanionError('UNSAFE_PATH', `${path} is not a private file of this user`, {
      hint: 'Nothing was written. Look at the file, then move it away.',
    });
  }
  if ((info.mode & 0o077) !== 0) fchmodSync(fd, 0o600);
  return { fd, size: info.size };
}

/** Where the log went: 0 is the file in use, 1 the one before it. */
export function rotatedLog(path: string, index: number): string {
  const { dir, name, ext } = parse(path);
  return index === 0 ? path : join(dir, `${name}.${index}${ext}`);
}

function shift(path: string, maxFiles: number): void {
  const numbered = (index: number) => rotatedLog(path, index);
  rmSync(numbered(maxFiles - 1), { force: true });
  for (let index = maxFiles - 2; index >= 0; index -= 1) {
    try {
      renameSync(numbered(index), numbered(index + 1));
    } catch (error) {
      // There are fewer files than allowed.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
