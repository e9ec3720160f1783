import { lstatSync, mkdirSync, readlinkSync, type Stats } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { CompanionError } from '#core/errors.ts';

/** A socket path whose every folder was checked; `parent` and `path` have no symlink in them. */
export interface GuardedPath {
  readonly parent: string;
  readonly path: string;
}

export interface PathGuardOptions {
  /** The user all folders must belong to (or root): our effective uid. */
  readonly uid: number;
  readonly platform: NodeJS.Platform;
}

const maxSymlinks = 32;

/** Longest path that fits `sun_path` with its terminating zero (exec-ipc §1.1). */
export function socketPathLimit(platform: NodeJS.Platform): number {
  return platform === 'darwin' ? 103 : 107;
}

/**
 * Checks the way to a socket (exec-ipc §1.3) and makes missing folders, mode 0700. Nothing is
 * deleted. Extended ACLs of macOS cannot be read from Node, so an ACL that lets somebody else
 * write into a folder goes unseen; the mode bits are what is checked.
 * @throws CompanionError UNSAFE_PATH naming the folder and what is wrong with it.
 */
export function guardSocketPath(path: string, options: PathGuardOptions): GuardedPath {
  requirePlainPath(path);
  requireLength(path, options.platform);
  const parent = walk(dirname(path), options.uid);
  const info = lstatSync(parent);
  requireOwner(parent, info, options.uid, false);
  if ((info.mode & 0o022) !== 0) {
    throw unsafe(parent, 'can be written by other users', `Close it first: chmod 700 ${parent}`);
  }
  const canonical = join(parent, basename(path));
  requireLength(canonical, options.platform);
  return { parent, path: canonical };
}

/**
 * Looks at what is at the socket path. Only a socket may be replaced, and only by who holds the
 * lifecycle lock.
 * @throws CompanionError UNSAFE_PATH for a folder, a symlink or a file; it stays as it is.
 */
export function inspectSocketPath(path: string): 'missing' | 'socket' {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (info === undefined) return 'missing';
  if (info.isSocket()) return 'socket';
  const what = info.isDirectory() ? 'a folder' : info.isSymbolicLink() ? 'a symlink' : 'a file';
  throw unsafe(
    path,
    `is ${what}, not a socket`,
    'It was left alone. Move it away and start again.',
  );
}

function requirePlainPath(path: string): void {
  const parts = path.split('/');
  const name = parts.at(-1);
  if (!isAbsolute(path)) throw unsafe(path, 'is not an absolute path');
  if (parts.includes('..')) throw unsafe(path, 'contains ".."');
  if (path.includes('\0')) throw unsafe(path.replaceAll('\0', '?'), 'contains a zero byte');
  if (name === '' || name === '.') throw unsafe(path, 'does not end in a file name');
}

function requireLength(path: string, platform: NodeJS.Platform): void {
  const bytes = Buffer.byteLength(path);
  const limit = socketPathLimit(platform);
  if (bytes <= limit) return;
  throw unsafe(
    path,
    `is ${bytes} bytes long; a socket path may have ${limit}`,
    'Choose a shorter state directory with --state-dir.',
  );
}

/** Follows `directory` from the root by hand and returns where it really is. */
function walk(directory: string, uid: number): string {
  let current = '/';
  let hops = 0;
  requireSafeFolder(current, lstatSync(current), uid);
  const rest = components(directory);
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '..') {
      current = dirname(current); // only ever from a symlink's target; `current` has none in it
      continue;
    }
    const next = join(current, name);
    const info = lstatSync(next, { throwIfNoEntry: false }) ?? makeFolder(next, uid);
    if (!info.isSymbolicLink()) {
      requireSafeFolder(next, info, uid);
      current = next;
      continue;
    }
    requireOwner(next, info, uid, true);
    hops += 1;
    if (hops > maxSymlinks) throw unsafe(directory, 'leads through too many symlinks');
    const target = readlinkSync(next);
    if (isAbsolute(target)) current = '/';
    rest.unshift(...components(target));
  }
  return current;
}

function components(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function makeFolder(path: string, uid: number): Stats {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Somebody else made it in the meantime: it is checked like any other.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return lstatSync(path);
  }
  const info = lstatSync(path);
  requireOwner(path, info, uid, false);
  if ((info.mode & 0o022) !== 0) throw unsafe(path, 'was made with a mode others can write');
  return info;
}

function requireSafeFolder(path: string, info: Stats, uid: number): void {
  if (!info.isDirectory()) throw unsafe(path, 'is not a folder');
  requireOwner(path, info, uid, true);
  const sticky = (info.mode & 0o1000) !== 0;
  if ((info.mode & 0o022) !== 0 && !sticky) throw unsafe(path, 'can be written by other users');
}

function requireOwner(path: string, info: Stats, uid: number, orRoot: boolean): void {
  if (info.uid === uid || (orRoot && info.uid === 0)) return;
  throw unsafe(path, 'belongs to another user', 'Choose a folder of your own with --state-dir.');
}

function unsafe(path: string, what: string, hint?: string): CompanionError {
  return new CompanionError('UNSAFE_PATH', `${path} ${what}`, hint === undefined ? {} : { hint });
}
