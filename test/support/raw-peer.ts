import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A Unix socket client that sends exactly what it is told and keeps what it gets. */
export interface RawPeer {
  readonly socket: Socket;
  send(data: string | Uint8Array): void;
  /** Shuts the write side only. */
  end(): void;
  /** Closes both directions. */
  destroy(): void;
  /** Next whole line. */
  line(): Promise<string>;
  /** Everything received, once the server has closed. */
  readonly closed: Promise<string>;
}

export async function rawPeer(path: string): Promise<RawPeer> {
  const socket = connect({ path, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  let text = '';
  let taken = 0;
  let wake = (): void => undefined;
  const closed = new Promise<string>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      wake();
    });
    // The server closes with our bytes unread: Linux then reports a reset instead of an end.
    socket.on('error', () => resolve(text));
    socket.on('end', () => resolve(text));
    socket.on('close', () => resolve(text));
  });
  await once(socket, 'connect');
  return {
    socket,
    closed,
    send: (data) => void socket.write(data),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    async line() {
      for (;;) {
        const at = text.indexOf('\n', taken);
        if (at >= 0) {
          const line = text.slice(taken, at);
          taken = at + 1;
          return line;
        }
        const ended = await Promise.race([
          closed.then(() => true),
          new Promise<false>((resolve) => {
            wake = () => resolve(false);
          }),
        ]);
        if (ended && !text.includes('\n', taken)) throw new Error(`closed after: ${text}`);
      }
    },
  };
}

/** Connects, sends everything, keeps the write side open, and returns all the server says. */
export async function exchange(path: string, data: string | Uint8Array): Promise<string> {
  const peer = await rawPeer(path);
  peer.send(data);
  const text = await peer.closed;
  peer.destroy();
  return text;
}
