import type { RunPayload } from '#protocol/exec-socket.ts';
import { tail } from '../exec-events.ts';

const truncated = '... (truncated) ';

/**
 * Cuts the beginning of long output until the payload fits a frame (node-commands §1.5): a command
 * that ran must not lose its result to the frame limit.
 * @param maxBytes room for the payload as it stands in the frame, that is, encoded twice.
 */
export function fitRunPayload(payload: RunPayload, maxBytes: number): RunPayload {
  let fitted = payload;
  // Each round halves the longer stream, so this ends after a few rounds.
  while (encodedBytes(fitted) > maxBytes) {
    const longer = fitted.stdout.length >= fitted.stderr.length ? 'stdout' : 'stderr';
    const text = fitted[longer];
    const keep = Math.floor(withoutMark(text).length / 2);
    if (keep === 0) return fitted;
    fitted = { ...fitted, [longer]: truncated + tail(withoutMark(text), keep) };
  }
  return fitted;
}

function withoutMark(text: string): string {
  return text.startsWith(truncated) ? text.slice(truncated.length) : text;
}

function encodedBytes(payload: RunPayload): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(payload)));
}
