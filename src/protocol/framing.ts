import { parseWireJson } from './wire-json.ts';

/**
 * Newline framing of the Unix sockets (exec-ipc §1.5), as a pure accumulator over bytes.
 * Input ends at a newline, at EOF or at the cap; bytes after the first newline stay for the next
 * line. A line is bytes: the caller decodes, so that invalid UTF-8 can be told apart.
 */
export interface LineAccumulator {
  /** Adds bytes; returns the lines completed by them. Over the cap: `overflow` turns true. */
  push(chunk: Uint8Array): Uint8Array[];
  /** The unterminated remainder at EOF, or null when empty. */
  end(): Uint8Array | null;
  readonly overflow: boolean;
}

const newline = 0x0a;

/** @param cap longest line in bytes, its newline included. */
export function createLineAccumulator(cap: number): LineAccumulator {
  let parts: Uint8Array[] = [];
  let size = 0;
  let overflow = false;

  const take = (last: Uint8Array): Uint8Array => {
    const line = new Uint8Array(size + last.length);
    let offset = 0;
    for (const part of parts) {
      line.set(part, offset);
      offset += part.length;
    }
    line.set(last, offset);
    parts = [];
    size = 0;
    return line;
  };

  return {
    get overflow() {
      return overflow;
    },
    push(chunk) {
      const lines: Uint8Array[] = [];
      let rest = chunk;
      while (!overflow && rest.length > 0) {
        const at = rest.indexOf(newline);
        const end = at < 0 ? rest.length : at;
        if (size + end + (at < 0 ? 0 : 1) > cap) {
          overflow = true;
          parts = [];
          break;
        }
        if (at < 0) {
          parts.push(rest.slice());
          size += rest.length;
          break;
        }
        lines.push(take(rest.subarray(0, at)));
        rest = rest.subarray(at + 1);
      }
      return lines;
    },
    end() {
      return size === 0 || overflow ? null : take(new Uint8Array(0));
    },
  };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes one line to a JSON value; `undefined` for invalid UTF-8, no JSON, or too deep a one. */
export function decodeJsonLine(line: Uint8Array): unknown {
  try {
    return parseWireJson(strictUtf8.decode(line));
  } catch {
    // No UTF-8, and no error of ours: the caller answers garbage with a close (exec-ipc §2).
    return undefined;
  }
}
