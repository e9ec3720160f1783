import { createHash } from 'node:crypto';
import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { access, open, realpath, stat } from 'node:fs/promises';
import type { PathIdentity, PathKind } from '#core/exec/types.ts';
import type { PathProbe } from '#core/ports.ts';
import { headerBytes, isCompiled } from './compiled-program.ts';

/** {@link PathProbe} over the file system. Anything that cannot be looked at counts as missing. */
export function createPathProbe(): PathProbe {
  return { look, lookNow };
}

async function look(path: string, kind: PathKind): Promise<PathIdentity | null> {
  try {
    // At once: what changes between them is seen by the look before the spawn.
    const [real, info] = await Promise.all([
      realpath(path),
      stat(path, { bigint: true }),
      access(path, accessModes[kind]),
    ]);
    const found = identity(real, info, kind);
    if (found === null || kind === 'directory') return found;
    return withContent(found, await readContent(real, kind, found.size).catch(unreadable(kind)));
  } catch {
    return nothingThere;
  }
}

function lookNow(path: string, kind: PathKind): PathIdentity | null {
  try {
    const real = realpathSync.native(path);
    accessSync(real, accessModes[kind]);
    const found = identity(real, statSync(real, { bigint: true }), kind);
    if (found === null || kind === 'directory') return found;
    return withContent(found, contentNow(real, kind, found.size));
  } catch {
    return nothingThere;
  }
}

const accessModes: Readonly<Record<PathKind, number>> = {
  directory: constants.X_OK,
  program: constants.X_OK,
  script: constants.F_OK,
};

/** Missing, unreadable, a loop, a NUL byte: for the caller there is nothing to run there. */
const nothingThere = null;

function identity(path: string, info: BigIntStats, kind: PathKind): PathIdentity | null {
  const matches = kind === 'directory' ? info.isDirectory() : info.isFile();
  // Bytes that are no UTF-8 were replaced: the text would lead to something else than was looked at.
  if (!matches || path.includes('\u{FFFD}')) return null;
  return {
    path,
    device: String(info.dev),
    inode: String(info.ino),
    size: Number(info.size),
    ctimeNs: String(info.ctimeNs),
  };
}

/** A longer one is no script that anybody reviewed; its content then counts as not verified. */
const maxScriptBytes = 1024 * 1024;

/** What runs as its bytes say; what cannot be read or is too long to tell. */
type Content = Buffer | 'compiled' | 'unread';

async function readContent(path: string, kind: PathKind, size: number): Promise<Content> {
  // Nothing waits for a FIFO that takes the file's place.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) return 'unread';
    if (kind === 'program') {
      const start = Buffer.alloc(headerBytes);
      await file.read(start, 0, start.length, 0);
      if (isCompiled(start, process.platform)) return 'compiled';
    }
    return size <= maxScriptBytes ? await file.readFile() : 'unread';
  } finally {
    await file.close();
  }
}

function readContentNow(path: string, kind: PathKind, size: number): Content {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFile()) return 'unread';
    if (kind === 'program') {
      const start = Buffer.alloc(headerBytes);
      readSync(fd, start, 0, start.length, 0);
      if (isCompiled(start, process.platform)) return 'compiled';
    }
    return size <= maxScriptBytes ? readFileSync(fd) : 'unread';
  } finally {
    closeSync(fd);
  }
}

function contentNow(path: string, kind: PathKind, size: number): Content {
  try {
    return readContentNow(path, kind, size);
  } catch (error) {
    return unreadable(kind)(error);
  }
}

/** A compiled program runs without being readable; a script does not. */
function unreadable(kind: PathKind): (error: unknown) => 'unread' {
  return (error) => {
    const isForbidden = (error as NodeJS.ErrnoException).code === 'EACCES';
    if (kind === 'program' && isForbidden) return 'unread';
    throw error;
  };
}

function withContent(found: PathIdentity, content: Content): PathIdentity {
  if (content === 'compiled') return found;
  if (content === 'unread') return { ...found, isUnread: true };
  return { ...found, sha256: createHash('sha256').update(content).digest('hex') };
}
