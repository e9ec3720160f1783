import { displayBlock } from '#core/display.ts';
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
}

export const processConsole: Console = {
  out: (text) => void process.stdout.write(text),
  json: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
};

/**
 * The one place where an error becomes an exit code: says what happened and what to do, and with
 * `--json` also as an object on stdout.
 */
export function reportError(io: Console, error: unknown, json: boolean): number {
  const ours = error instanceof CompanionError ? error : null;
  if (json) {
    io.json({
      ok: false,
      error: {
        code: ours?.code ?? 'INTERNAL',
        message: errorText(error),
        ...(ours?.hint === undefined ? {} : { hint: ours.hint }),
      },
    });
  }
  io.err(displayBlock(errorText(error)).text);
  if (ours?.hint !== undefined) io.err(displayBlock(ours.hint).text);
  return exitCodeOf(error);
}
