import { shellReasons, unproved } from './shell-reasons.ts';

/** Stands for every quoted character, quotes included: itself never plain. */
const mark = '"';

const plainRun = /[^'"\\]+/y;
const singleQuoted = /'[^']*'/y;
/** No `$` or backtick unless escaped. The loop is unrolled: it never backtracks. */
const doubleQuoted = /"[^"\\$`]*(?:\\[^\n][^"\\$`]*)*"/y;
const escaped = /\\[ -~]/y;

/** What quoting leaves of a text. */
interface Unquoted {
  /** As long as the text itself; every quoted character and every quote is a `"`. */
  readonly plain: string;
  /** The text without its quotes. */
  readonly value: string;
}

/**
 * Reads quotes as every shell does (POSIX XCU 2.2). Throws `Unproved` for an expansion inside of
 * double quotes and for a quote without an end.
 */
export function unquote(text: string): Unquoted {
  let plain = '';
  let value = '';
  let at = 0;
  const take = (shape: RegExp): string | null => {
    shape.lastIndex = at;
    return shape.exec(text)?.[0] ?? null;
  };
  while (at < text.length) {
    const run = take(plainRun);
    const piece = run ?? take(singleQuoted) ?? take(doubleQuoted) ?? take(escaped);
    if (piece === null) return unproved(whyNotQuoted(text.slice(at)));
    plain += run ?? mark.repeat(piece.length);
    value += run ?? content(piece);
    at += piece.length;
  }
  return { plain, value };
}

function content(piece: string): string {
  if (piece.startsWith('\\')) return piece.slice(1);
  const inner = piece.slice(1, -1);
  return piece.startsWith("'") ? inner : inner.replace(/\\([$`"\\])/g, '$1');
}

function whyNotQuoted(rest: string): string {
  if (rest.startsWith('\\')) return shellReasons.danglingBackslash;
  if (rest.startsWith("'")) return shellReasons.unterminated;
  const stop = /^"[^"\\$`]*(?:\\[^\n][^"\\$`]*)*([$`])/.exec(rest)?.[1];
  if (stop === undefined) return shellReasons.unterminated;
  return stop === '$' ? shellReasons.expansion : shellReasons.backtick;
}
