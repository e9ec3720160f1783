import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';

/** Numbers on the command line: digits only, so that `1e3`, `0x10` and an empty text are none. */

/** @throws CompanionError USAGE naming `what` when the text is no TCP port from `least`. */
export function parsePort(text: string, what: string, least: 0 | 1): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= least && port <= 65_535) return port;
  throw new CompanionError('USAGE', messages.cli.badPort(what, text, least));
}

/** Null when the text is no whole number above 0. */
export function parseWholeNumber(text: string): number | null {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return value > 0 ? value : null;
}
