import { createConnection } from 'node:net';
import { errorText } from '#core/errors.ts';
import { createLineAccumulator, decodeJsonLine } from '#protocol/framing.ts';

/** Longest line a client reads (exec-ipc §1.5). */
const lineCap = 16 * 1024 * 1024;

/** Why a conversation ended without the answer that was waited for. */
export interface LineEnding {
  /** `closed`: the server closed or reset an accepted connection; `left`: we did. */
  readonly kind: 'closed' | 'unreachable' | 'overlong' | 'left';
  readonly why: string;
}

/** One connection to a Unix socket that speaks JSON lines. */
export interface LineClient {
  /** Does nothing when the connection is over. */
  send(line: string): void;
  /** The next line that `pick` turns into something; other lines are skipped (exec-ipc §1.5). */
  receive<T>(pick: (value: unknown) => T | undefined): Promise<T | LineEnding>;
  /** Closes both directions at once: the server takes it as the caller's leaving (exec-ipc §1.6). */
  destroy(why: string): void;
  /** The server sent at least one line. */
  readonly heard: boolean;
  /** Neither side has ended it, as far as is known here. */
  readonly isOpen: boolean;
  /** Whether the connection keeps our process alive; by default it does. */
  keepAlive(on: boolean): void;
}

export function isEnding(value: unknown): value is LineEnding {
  return typeof value === 'object' && value !== null && 'kind' in value && 'why' in value;
}

/** Connects. Never throws: a failure is what `receive` returns. */
export function openLineClient(path: string): LineClient {
  const socket = createConnection({ path });
  const lines = createLineAccumulator(lineCap);
  const inbox: unknown[] = [];
  let ending: LineEnding | null = null;
  let connected = false;
  let heard = false;
  let wake: () => void = () => undefined;

  const end = (kind: LineEnding['kind'], why: string): void => {
    ending ??= { kind, why };
    socket.destroy();
    wake();
  };
  socket.on('connect', () => {
    connected = true;
  });
  socket.on('data', (chunk) => {
    for (const line of lines.push(chunk)) inbox.push(decodeJsonLine(line));
    heard ||= inbox.length > 0;
    if (lines.overflow) end('overlong', `sent a line of more than ${lineCap} bytes`);
    wake();
  });
  socket.on('end', () => end('closed', 'closed the connection without an answer'));
  socket.on('close', () => end('closed', 'closed the connection without an answer'));
  socket.on('error', (error) =>
    connected
      ? end('closed', `broke the connection (${errorText(error)})`)
      : end('unreachable', errorText(error)),
  );

  return {
    send(line) {
      if (!ending) socket.write(`${line}\n`);
    },
    async receive(pick) {
      for (;;) {
        while (inbox.length > 0) {
          const picked = pick(inbox.shift());
          if (picked !== undefined) return picked;
        }
        if (ending) return ending;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    destroy: (why) => end('left', why),
    get heard() {
      return heard;
    },
    get isOpen() {
      return ending === null;
    },
    keepAlive: (on) => void (on ? socket.ref() : socket.unref()),
  };
}
