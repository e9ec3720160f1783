import { type BigIntStats, lstatSync } from 'node:fs';
import { dirname } from 'node:path';

/** Result of looking at a socket before anything is sent to it. */
export type SocketCheck =
  /** `identity` changes when the socket is made anew. */
  | { readonly kind: 'ours'; readonly identity: string }
  | { readonly kind: 'missing' | 'unsafe'; readonly why: string };

/**
 * Waits in place: nothing of ours runs between this and the connecting. Checks that a socket is ours, in a folder where nobody else can put another one (IP-06). */
export function checkSocket(path: string, uid: number): SocketCheck {
  const unsafe = (what: string): SocketCheck => ({ kind: 'unsafe', why: `${path} ${what}` });
  const [socket, folder] = [look(path), look(dirname(path))];
  if (!socket || !folder) return { kind: 'missing', why: `${path} does not exist` };
  if (socket.isSymbolicLink()) return unsafe('is a symbolic link');
  if (!socket.isSocket()) return unsafe('is not a socket');
  if (socket.uid !== BigInt(uid)) return unsafe('belongs to another user');
  const writable = (folder.mode & 0o022n) !== 0n && (folder.mode & 0o1000n) === 0n;
  const foreign = folder.uid !== BigInt(uid) && folder.uid !== 0n;
  if (writable || foreign) return unsafe('is in a folder where other users can replace it');
  return { kind: 'ours', identity: `${socket.dev}:${socket.ino}:${socket.birthtimeNs}` };
}

function look(path: string): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    // Missing, or in a folder we may not enter: there is nothing to connect to either way.
    return null;
  }
}
