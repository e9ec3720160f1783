import type { Socket } from 'node:net';
import { CompanionError } from '#core/errors.ts';
import type { PeerCredentials } from '#core/ports.ts';
import type { Native } from './native.ts';

/**
 * Who is at the other end of an accepted Unix socket, as the kernel recorded it at `connect`. The
 * pid names the process that connected; it may since have handed the socket to another.
 * @throws CompanionError when it cannot be read; the caller refuses the peer then (IP-04).
 */
export function readPeerCredentials(socket: Socket, native: Native): PeerCredentials {
  return native.peerCredentials(socketDescriptor(socket));
}

/**
 * Descriptor of a connected socket. Node has no public way to it, so this is the one place that
 * looks inside (exec-ipc §1.4).
 * @throws CompanionError UNAVAILABLE when this runtime does not show it or the socket is closed.
 */
export function socketDescriptor(socket: Socket): number {
  const fd = (socket as { readonly _handle?: { readonly fd?: unknown } | null })._handle?.fd;
  if (typeof fd !== 'number' || fd < 0) {
    throw new CompanionError('UNAVAILABLE', 'The descriptor of a socket cannot be read');
  }
  return fd;
}
