import { displayBlock, displayJson, displayText } from '#core/display.ts';
import { CompanionError, errorText } from '#core/errors.ts';
import { exitCodeOf } from './exit-codes.ts';

/** Where a command writes: results to stdout, everything else to stderr. */
export interface Console {
  /** A result; as it is. */
  out(text: string): void;
  /** A result, as one JSON line. */
  json(value: unknown): void;
  /** Something for the person; never parsed by anybody. */
  err(text: string): void;
  /** What a command we asked for wrote to its stderr; as it is. */
  rawErr(text: string): void;
}

export const processConsole: Console = {
  out: (text) => void process.stdout.write(text),
  json: (value) => void process.stdout.write(`${displayJson(value)}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  rawErr: (text) => void process.stderr.write(text),
};

/**
 * The one place where an error becomes an exit code. It is said once: in words on stderr, or with
 * `--json` as an object on stdout.
 */
export function reportError(io: Console, error: unknown, json: boolean): number {
  const ours = error instanceof CompanionError ? error : null;
  const message = errorText(error);
  const hint = ours?.hint;
  if (json) {
    const code = ours?.code ?? 'INTERNAL';
    io.json({ ok: false, error: { code, message, ...(hint === undefined ? {} : { hint }) } });
  } else {
    io.err(displayBlock(message).text);
    // Breaks in a hint are ours: names in it were made safe where it was put together.
    for (const line of hint?.split('\n') ?? []) io.err(displayText(line).text);
  }
  return exitCodeOf(error);
}
