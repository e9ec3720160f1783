/** Tail kept per stream, marker included: safe for a FEB peer's 512 KiB frame (exec-ipc §3.7). */
export const defaultMaxBytesPerStream = 80_000;

const marker = '... (truncated) ';
const encoder = new TextEncoder();
// Lossy on purpose: half of a picture is better than an empty string (exec-ipc §3.7).
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Keeps the end of a stream in memory that never grows beyond `maxBytes`. */
export interface OutputTail {
  push(chunk: Uint8Array): void;
  /** Well-formed text of at most `maxBytes` UTF-8 bytes. */
  text(): string;
}

/** @param maxBytes at least the marker's 16 bytes; a smaller number counts as 16. */
export function createOutputTail(maxBytes: number): OutputTail {
  const capacity = Math.max(marker.length, Math.floor(maxBytes));
  // Most commands print nothing on one of their streams, or on both.
  let ring = new Uint8Array(0);
  let kept = 0;
  /** Where the next byte goes. Until the ring is full that is also `kept`. */
  let next = 0;
  let overflowed = false;

  const grow = (needed: number) => {
    if (needed <= ring.length || ring.length === capacity) return;
    const larger = new Uint8Array(Math.min(capacity, Math.max(needed, ring.length * 2, 4_096)));
    larger.set(ring.subarray(0, kept));
    ring = larger;
    next = kept;
  };
  const inOrder = () => {
    const oldest = kept < ring.length ? 0 : next % ring.length;
    const bytes = new Uint8Array(kept);
    bytes.set(ring.subarray(oldest, kept));
    bytes.set(ring.subarray(0, oldest), kept - oldest);
    return bytes;
  };

  return {
    push(chunk) {
      if (chunk.length === 0) return;
      grow(kept + chunk.length);
      if (kept + chunk.length > capacity) overflowed = true;
      const tail = chunk.length > ring.length ? chunk.subarray(-ring.length) : chunk;
      const at = next % ring.length;
      const first = tail.subarray(0, ring.length - at);
      ring.set(first, at);
      ring.set(tail.subarray(first.length), 0);
      next = (at + tail.length) % ring.length;
      kept = Math.min(ring.length, kept + tail.length);
    },
    text: () => (kept === 0 ? '' : boundedText(inOrder(), overflowed, capacity)),
  };
}

/** Replacement characters can make text longer than the bytes it came from, so it is cut last. */
function boundedText(bytes: Uint8Array, overflowed: boolean, capacity: number): string {
  const text = decoder.decode(bytes);
  const encoded = encoder.encode(text);
  if (!overflowed && encoded.length <= capacity) return text;
  const tail = encoded.subarray(encoded.length - (capacity - marker.length));
  return marker + decoder.decode(tail.subarray(firstBoundary(tail)));
}

/** Index of the first byte that starts a character. */
function firstBoundary(bytes: Uint8Array): number {
  const start = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return start === -1 ? bytes.length : start;
}
