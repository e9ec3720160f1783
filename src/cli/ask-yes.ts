import { createInterface } from 'node:readline';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { loadNative } from '#host/sockets/native.ts';
import type { CliContext } from './context.ts';

/** Whether somebody sits there who can read a question and answer it. */
export function hasPerson(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks on the terminal; only `y` and `yes` mean yes, the end of the input means no. What was typed
 * or pasted before the question could be read is no answer to it.
 * @throws CompanionError CANCELLED when a signal comes first; UNAVAILABLE when the terminal cannot
 *   be emptied.
 */
export async function askYes({ io, signal }: CliContext, question: string): Promise<boolean> {
  (await loadNative()).dropTyped(process.stdin.fd);
  io.rawErr(question);
  // Lines, not keys: the terminal itself lets the person edit, and Ctrl-C stays a signal.
  const lines = createInterface({ input: process.stdin, terminal: false });
  const leave = () => lines.close();
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
    if (!signal.aborted) return false;
    throw new CompanionError('CANCELLED', messages.cli.interrupted(String(signal.reason)));
  } finally {
    signal.removeEventListener('abort', leave);
    lines.close();
    process.stdin.unref?.();
  }
}
