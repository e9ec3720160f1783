import type { Socket } from 'node:net';
import type { Cancel, Clock, Logger, PeerCredentials } from '#core/ports.ts';
import { createLineAccumulator, decodeJsonLine } from '#protocol/framing.ts';
import type { PeerWatch } from './peer-watch.ts';

/** What a handler wants sent. `line: null` closes without a word (exec-ipc §2). */
export interface LineAnswer {
  readonly line: unknown;
  /** Keep the connection open for one more line (D13: `exec` after `challenge`). */
  readonly more: boolean;
}

/**
 * Answers the lines of one connection, one at a time.
 * @param message the decoded JSON value of a line.
 * @param signal aborted when the peer has left for good or the server stops; nothing is sent then.
 */
export type LineHandler = (message: unknown, signal: AbortSignal) => Promise<LineAnswer>;

export interface LineLimits {
  /** Longest line in bytes, newline included. */
  readonly lineBytes: number;
  /** Silence allowed while we wait for (more of) a line, and while the peer takes our answer. */
  readonly idleMs: number;
  /** Time for a whole line, so that one byte every 14 s does not hold a connection (S26). */
  readonly lineMs: number;
}

export interface ConnectionDeps {
  readonly fd: number;
  readonly peer: PeerCredentials;
  readonly handle: LineHandler;
  readonly watch: PeerWatch;
  readonly limits: LineLimits;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface LineConnectionHandle {
  /** Waits for a line: has proved nothing and may be dropped for another. */
  readonly waiting: boolean;
  /** Cancels the work and drops the connection at once. */
  drop(why: string): void;
  /** Settles when the connection is closed and its handler has finished. */
  readonly done: Promise<void>;
}

/** Serves one accepted connection whose peer was checked; nothing was read from it yet. */
export function serveConnection(socket: Socket, deps: ConnectionDeps): LineConnectionHandle {
  return new LineConnection(socket, deps);
}

class LineConnection implements LineConnectionHandle {
  readonly #socket: Socket;
  readonly #deps: ConnectionDeps;
  readonly #gone = new AbortController();
  readonly #lines;
  readonly #closed: Promise<void>;
  #work: Promise<void> = Promise.resolve();
  #state: 'waiting' | 'answering' | 'closing' = 'waiting';
  #ended = false;
  #cancelIdle: Cancel | null = null;
  #cancelDeadline: Cancel | null = null;
  #unwatch: Cancel | null = null;

  constructor(socket: Socket, deps: ConnectionDeps) {
    this.#socket = socket;
    this.#deps = deps;
    this.#lines = createLineAccumulator(deps.limits.lineBytes);
    this.#closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#stopTimers();
        if (this.#state === 'answering') this.#abort('peer gone');
        resolve();
      });
    });
    socket.on('error', (error) => deps.log.debug('socket.peer.error', { error: error.message }));
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('end', () => this.#receivedEnd());
    this.#await();
    socket.resume();
  }

  get waiting(): boolean {
    return this.#state === 'waiting';
  }

  get done(): Promise<void> {
    return this.#closed.then(() => this.#work);
  }

  drop(why: string): void {
    this.#deps.log.debug('socket.connection.dropped', { why });
    this.#stopTimers();
    this.#abort(why);
    this.#socket.destroy();
  }

  /** Starts the clocks of the next line. */
  #await(): void {
    const { clock, limits } = this.#deps;
    this.#state = 'waiting';
    this.#cancelDeadline = clock.schedule(limits.lineMs, () => this.drop('line too slow'));
    this.#restartIdle();
  }

  #restartIdle(): void {
    const { clock, limits } = this.#deps;
    this.#cancelIdle?.();
    this.#cancelIdle = clock.schedule(limits.idleMs, () => this.drop('idle'));
  }

  #received(chunk: Buffer): void {
    // After the line everything is ignored (exec-ipc §1.5); it is read only so that EOF shows.
    if (this.#state !== 'waiting') return;
    this.#restartIdle();
    const [line] = this.#lines.push(chunk);
    if (line !== undefined) this.#answer(line);
    else if (this.#lines.overflow) this.drop('line too long');
  }

  #receivedEnd(): void {
    const { watch, fd } = this.#deps;
    this.#ended = true;
    if (this.#state === 'closing') return;
    if (watch.isGone(fd)) {
      this.drop('peer gone');
      return;
    }
    if (this.#state === 'answering') {
      this.#watchHalfClosed();
      return;
    }
    const rest = this.#lines.end();
    if (rest === null) this.drop('no line');
    else this.#answer(rest);
  }

  /** The peer sends no more but may still want the answer: work goes on until it leaves (§1.6). */
  #watchHalfClosed(): void {
    const { watch, fd } = this.#deps;
    this.#unwatch = watch.watch(fd, () => this.drop('peer gone'));
  }

  #answer(line: Uint8Array): void {
    this.#stopTimers();
    const message = decodeJsonLine(line);
    if (message === undefined || this.#deps.watch.isGone(this.#deps.fd)) {
      this.drop(message === undefined ? 'not JSON' : 'peer gone');
      return;
    }
    this.#state = 'answering';
    if (this.#ended) this.#watchHalfClosed();
    this.#work = this.#deps
      .handle(message, this.#gone.signal)
      .then((answer) => this.#send(answer))
      .catch((error: unknown) => {
        // Handlers turn their own failures into answers; what arrives here is a defect.
        this.#deps.log.error('socket.handler.failed', { error: String(error) });
        this.drop('handler failed');
      });
  }

  #send({ line, more }: LineAnswer): void {
    this.#unwatch?.();
    if (this.#gone.signal.aborted) return;
    if (line === null) {
      this.drop('no answer');
      return;
    }
    const text = `${JSON.stringify(line)}\n`;
    if (more && !this.#ended) {
      this.#socket.write(text);
      this.#await();
      return;
    }
    this.#state = 'closing';
    // Counts from the last progress of the write, so a slow but living reader gets everything.
    this.#socket.setTimeout(this.#deps.limits.idleMs, () => this.drop('answer not taken'));
    this.#socket.end(text, () => this.#socket.destroy());
  }

  #stopTimers(): void {
    this.#cancelIdle?.();
    this.#cancelDeadline?.();
    this.#unwatch?.();
    this.#cancelIdle = null;
    this.#cancelDeadline = null;
    this.#unwatch = null;
  }

  #abort(why: string): void {
    if (!this.#gone.signal.aborted) this.#gone.abort(why);
  }
}
