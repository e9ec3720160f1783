import { once } from 'node:events';
import { lstatSync, renameSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:net';
import { basename, join } from 'node:path';
import { CompanionError } from '#core/errors.ts';
import type { Ids } from '#core/ports.ts';
import { type GuardedPath, inspectSocketPath } from './path-guard.ts';

/**
 * Clients that connect while we are busy. Upstream uses 16; measured on Linux, a client beyond the
 * backlog gets EAGAIN at once, and a FEB node host then runs the command itself (exec-ipc §0.3).
 */
const backlog = 128;

/** The socket file we made; removing it never removes somebody else's. */
export interface PrivateSocket {
  unlinkIfOurs(): void;
}

/**
 * Binds and listens, mode 0600 from birth (IP-02). The caller holds the lifecycle lock.
 *
 * It is bound under a throw-away name and renamed into place, for two reasons: nobody ever finds a
 * path that is bound but not listening, and libuv, which unlinks the *bound* name when a server
 * closes without looking whose it is, then has nothing to unlink.
 * @throws CompanionError UNSAFE_PATH when something other than a socket is in the way.
 */
export async function bindPrivateSocket(
  server: Server,
  { parent, path }: GuardedPath,
  ids: Ids,
): Promise<PrivateSocket> {
  inspectSocketPath(path);
  const staging = join(parent, stagingName(basename(path), ids));
  listenPrivately(server, staging);
  if (!server.listening) {
    const [error] = (await once(server, 'error')) as [unknown];
    throw error;
  }
  try {
    const { dev, ino, mode } = lstatSync(staging, { bigint: true });
    if ((Number(mode) & 0o077) !== 0) {
      throw new CompanionError('UNSAFE_PATH', `${parent} does not keep the mode of a socket`);
    }
    // A stale socket is replaced in the same step; anything else was refused above.
    renameSync(staging, path);
    return { unlinkIfOurs: () => unlinkIfSame(path, dev, ino) };
  } catch (error) {
    server.close();
    throw error;
  }
}

/** As long as the real name, so that it fits wherever the real one does; at least 8 for chance. */
function stagingName(name: string, ids: Ids): string {
  const random = ids.token(48).replaceAll(/[^A-Za-z0-9]/g, '0');
  return `.${random}`.slice(0, Math.max(8, Buffer.byteLength(name)));
}

function listenPrivately(server: Server, path: string): void {
  const previous = process.umask(0o177);
  try {
    server.listen({ path, backlog }); // creates the file before it returns
  } finally {
    process.umask(previous);
  }
}

function unlinkIfSame(path: string, dev: bigint, ino: bigint): void {
  const info = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (info?.dev === dev && info.ino === ino) unlinkSync(path);
}
