import type { Mark } from '#core/marked-text.ts';
import { argumentSources, canonicalCommandText } from './command-text.ts';

/** A command text for people, and what is marked in it. Still raw: surfaces sanitise it. */
interface CommandLines {
  readonly text: string;
  readonly marks: readonly Mark[];
}

/**
 * The text with a newline where it has the escape of one, so that a script reads line by line
 * (decisions, "Text"). Only where the text was made from `argv`: any other backslash is somebody's
 * own. For display: what is matched, logged, copied and digested is the text itself.
 * @param marks parts of the text; returned as parts of the lines.
 */
export function commandLines(
  { commandText, argv }: { readonly commandText: string; readonly argv: readonly string[] | null },
  marks: readonly Mark[] = [],
): CommandLines {
  const escapes = newlineEscapes(commandText, argv ?? []);
  if (escapes.length === 0) return { text: commandText, marks };
  const shorter = shorterBy(escapes, commandText.length);
  const moved = (at: number) => at - (shorter[Math.min(Math.max(at, 0), commandText.length)] ?? 0);
  const starts = [0, ...escapes.map((at) => at + escapeLength)];
  return {
    text: starts.map((start, line) => commandText.slice(start, escapes[line])).join('\n'),
    marks: marks.map((mark) => ({ ...mark, start: moved(mark.start), end: moved(mark.end) })),
  };
}

const escapeLength = '\\n'.length;

/** Where each newline of an argument is written as an escape, in order. */
function newlineEscapes(commandText: string, argv: readonly string[]): readonly number[] {
  if (!argv.some((argument) => argument.includes('\n'))) return [];
  if (canonicalCommandText(argv) !== commandText) return [];
  return argumentSources(argv).flatMap(({ text, starts }) =>
    Array.from(text.matchAll(/\n/g), ({ index }) => starts[index] ?? 0),
  );
}

/** By how many units the text before each place gets shorter. */
function shorterBy(escapes: readonly number[], length: number): Int32Array {
  const shorter = new Int32Array(length + 1);
  let next = 0;
  for (let at = 0; at <= length; at += 1) {
    while ((escapes[next] ?? Number.POSITIVE_INFINITY) + escapeLength <= at) next += 1;
    shorter[at] = next;
  }
  return shorter;
}
