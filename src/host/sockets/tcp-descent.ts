import type { Descent, DescentCheck } from './ancestry.ts';
import { socketHolders, tcpSockets } from './proc-sockets.ts';

/** The two ends of a connection within this machine. */
export interface TcpEnds {
  readonly peerPort: number;
  readonly ownPort: number;
}

/**
 * Does the program at the other end come from a command we ran? The kernel names no process for
 * TCP, so this looks for who holds the peer's socket; Linux only.
 */
export type TcpDescentCheck = (ends: TcpEnds) => Promise<Descent>;

export function createTcpDescentCheck(
  descent: DescentCheck,
  uid: number = process.geteuid?.() ?? -1,
): TcpDescentCheck {
  return async ({ peerPort, ownPort }) => {
    // Ports are enough: an address more would only leave sockets out.
    const theirs = (await tcpSockets()).filter(
      (socket) => socket.localPort === peerPort && socket.remotePort === ownPort,
    );
    if (theirs.length === 0) return 'unknown';
    // What another user runs is none of our commands.
    const inodes = theirs.filter((socket) => socket.uid === uid).map((socket) => socket.inode);
    if (inodes.length === 0) return 'outside';
    const holders = await socketHolders(inodes);
    if (holders.length === 0) return 'unknown';
    // Our own link to our own Gateway; between fork and exec a command holds it too.
    if (holders.includes(process.pid)) return 'outside';
    const found = await Promise.all(holders.map(descent));
    return found.find((one) => one !== 'outside') ?? 'outside';
  };
}
