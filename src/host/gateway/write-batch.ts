import type { Duplex } from 'node:stream';

/** Above this a batch goes out at once: held back it would look like a slow consumer. */
const flushAboveBytes = 65_536;

/**
 * Joins what is written to a socket in one turn of the event loop into one system call: with many
 * calls in flight that is most of their cost (`npm run bench`).
 * @returns the function to call before each write.
 */
export function createWriteBatch(socket: Duplex): () => void {
  let open = false;
  const close = (): void => {
    open = false;
    socket.uncork();
  };
  return () => {
    if (!open) {
      open = true;
      socket.cork();
      process.nextTick(close);
    } else if (socket.writableLength > flushAboveBytes) {
      socket.uncork();
      socket.cork();
    }
  };
}
