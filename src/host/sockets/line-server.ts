import { createServer, type Server, type Socket } from 'node:net';
import { errorText } from '#core/errors.ts';
import type { Clock, Ids, Logger, PeerCredentials } from '#core/ports.ts';
import { type LifecycleLock, takeLifecycleLock } from './lifecycle-lock.ts';
import {
  type LineConnectionHandle,
  type LineHandler,
  type LineLimits,
  serveConnection,
} from './line-connection.ts';
import { loadNative, type Native } from './native.ts';
import { guardSocketPath } from './path-guard.ts';
import { readPeerCredentials, socketDescriptor } from './peer-credentials.ts';
import { createPeerWatch, type PeerWatch } from './peer-watch.ts';
import { bindPrivateSocket, type PrivateSocket } from './private-socket.ts';

export interface LineServerLimits extends LineLimits {
  /** Above it, the connection that has waited longest without a line makes room (S26). */
  readonly connections: number;
  /** How long `stop` waits for handlers that were told to give up. */
  readonly drainMs: number;
}

/** More connections than the backlog holds: a burst of honest clients drops nobody. */
const defaultLineServerLimits: Omit<LineServerLimits, 'lineBytes'> = {
  idleMs: 15_000,
  lineMs: 30_000,
  connections: 256,
  drainMs: 2_000,
};

const refusedLingerMs = 500;
const maxRefused = 64;

export interface LineServerDeps {
  readonly path: string;
  /** Answers one connection; called once per connection, after the peer was checked. */
  readonly open: (peer: PeerCredentials) => LineHandler;
  /** Sent to a peer of another user before the close; null sends nothing. */
  readonly refusal: (() => unknown) | null;
  readonly limits: Partial<LineServerLimits> & Pick<LineServerLimits, 'lineBytes'>;
  /** Runs under the lifecycle lock, before anybody can connect. */
  readonly prepare?: () => Promise<void>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Only peers with this effective uid are served; ours by default. */
  readonly ownUid?: number;
}

export interface LineServer {
  /**
   * @throws CompanionError UNSAFE_PATH (path guard), UNAVAILABLE (path in use, no native helper).
   *   Nothing is left behind; it may be tried again.
   */
  start(): Promise<void>;
  /** Closes, cancels all work, removes the socket file if it is still ours. */
  stop(): Promise<void>;
}

/** Line-in, line-out server on a private Unix socket: what both our sockets share. */
export function createLineServer(deps: LineServerDeps): LineServer {
  return new UnixLineServer(deps);
}

interface Listening {
  readonly server: Server;
  readonly lock: LifecycleLock;
  readonly socket: PrivateSocket;
}

class UnixLineServer implements LineServer {
  readonly #deps: LineServerDeps;
  readonly #limits: LineServerLimits;
  readonly #uid: number;
  /** In order of arrival. */
  readonly #connections = new Set<LineConnectionHandle>();
  readonly #refused = new Set<Socket>();
  #listening: Listening | null = null;

  constructor(deps: LineServerDeps) {
    this.#deps = deps;
    this.#limits = { ...defaultLineServerLimits, ...deps.limits };
    this.#uid = deps.ownUid ?? process.geteuid?.() ?? -1;
  }

  async start(): Promise<void> {
    const native = await loadNative();
    const uid = process.geteuid?.() ?? -1;
    const guarded = guardSocketPath(this.#deps.path, { uid, platform: process.platform });
    const lock = takeLifecycleLock(guarded, native, uid);
    try {
      await this.#deps.prepare?.();
      const server = this.#createServer(native);
      const socket = await bindPrivateSocket(server, guarded, this.#deps.ids);
      server.on('error', (error) => this.#deps.log.warn('socket.accept', { error: error.message }));
      this.#listening = { server, lock, socket };
    } catch (error) {
      lock.release();
      throw error;
    }
    this.#deps.log.info('socket.listening', { path: guarded.path });
  }

  async stop(): Promise<void> {
    const listening = this.#listening;
    if (listening === null) return;
    this.#listening = null;
    listening.server.close();
    const done = [...this.#connections].map((connection) => connection.done);
    for (const connection of this.#connections) connection.drop('shutdown');
    for (const socket of this.#refused) socket.destroy();
    listening.socket.unlinkIfOurs();
    // Released only when nothing of ours runs any more: the next owner must not overlap with it.
    if (await this.#drained(done)) listening.lock.release();
    else this.#deps.log.warn('socket.drain.timeout', { path: this.#deps.path });
  }

  async #drained(done: readonly Promise<void>[]): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const cancel = this.#deps.clock.schedule(this.#limits.drainMs, () => resolve(false));
    const drained = await Promise.race([Promise.all(done).then(() => true), late]);
    cancel();
    return drained;
  }

  #createServer(native: Native): Server {
    const watch = createPeerWatch(native, this.#deps.clock);
    // Paused: not one byte is read before the peer is known (IP-04).
    return createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) =>
      this.#accept(socket, native, watch),
    );
  }

  #accept(socket: Socket, native: Native, watch: PeerWatch): void {
    const peer = this.#identify(socket, native);
    if (peer === null || this.#listening === null) {
      socket.destroy();
      return;
    }
    if (peer.uid !== this.#uid) {
      this.#refuse(socket, peer);
      return;
    }
    if (!this.#makeRoom()) {
      this.#deps.log.warn('socket.full', { connections: this.#connections.size });
      socket.destroy();
      return;
    }
    const connection = serveConnection(socket, {
      fd: socketDescriptor(socket),
      peer,
      handle: this.#deps.open(peer),
      watch,
      limits: this.#limits,
      clock: this.#deps.clock,
      log: this.#deps.log,
    });
    this.#connections.add(connection);
    void connection.done.then(() => this.#connections.delete(connection));
  }

  /** Null refuses: a peer we cannot identify is nobody's peer (IP-04). */
  #identify(socket: Socket, native: Native): PeerCredentials | null {
    try {
      return readPeerCredentials(socket, native);
    } catch (error) {
      this.#deps.log.warn('socket.peer.unknown', { error: errorText(error) });
      return null;
    }
  }

  /**
   * Says no and closes, without reading. The close comes a moment later: closing with the peer's
   * bytes unread is a reset, and a peer that is still writing then never sees the refusal.
   */
  #refuse(socket: Socket, peer: PeerCredentials): void {
    const { log, refusal } = this.#deps;
    log.warn('socket.peer.foreign', { uid: peer.uid, pid: peer.pid });
    socket.on('error', () => socket.destroy());
    if (refusal === null || this.#refused.size >= maxRefused) {
      socket.destroy();
      return;
    }
    this.#refused.add(socket);
    socket.once('close', () => this.#refused.delete(socket));
    socket.setTimeout(refusedLingerMs, () => socket.destroy());
    socket.end(`${JSON.stringify(refusal())}\n`);
  }

  #makeRoom(): boolean {
    if (this.#connections.size < this.#limits.connections) return true;
    for (const connection of this.#connections) {
      if (!connection.waiting) continue;
      this.#connections.delete(connection);
      connection.drop('too many connections');
      return true;
    }
    return false;
  }
}
