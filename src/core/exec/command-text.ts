/** How an argv is written as one line, and which lines a caller may claim for it (exec-ipc §3.2). */

import type { TextSource } from '#core/text-source.ts';

const bareArgument = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Characters a reader cannot see or tell apart: the union of S6 and exec-ipc §5.10. */
const unseen =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{A0}\u{1680}\u{2000}-\u{200A}\u{202F}\u{205F}\u{3000}\u{115F}\u{1160}\u{3164}\u{FFA0}\u{E0000}-\u{E007F}]/gu;

const namedEscapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escapeUnseen(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return namedEscapes[character] ?? `\\u{${code.toString(16).toUpperCase()}}`;
}

function canonicalArgument(argument: string): string {
  if (bareArgument.test(argument)) return argument;
  return `"${argument.replace(/[\\"]/g, '\\$&').replace(unseen, escapeUnseen)}"`;
}

/**
 * The text that is shown, logged and matched (form 1). Two different argv never share one: every
 * separator, quote and backslash inside an argument is quoted or escaped (S4).
 */
export function canonicalCommandText(argv: readonly string[]): string {
  return argv.map(canonicalArgument).join(' ');
}

/** The arguments, and where {@link canonicalCommandText} shows each of their characters. */
export function argumentSources(argv: readonly string[]): readonly TextSource[] {
  let at = 0;
  return argv.map((argument) => {
    const quote = bareArgument.test(argument) ? 0 : 1;
    const source = argumentSource(argument, at + quote);
    at = (source.ends.at(-1) ?? at + quote) + quote + 1;
    return source;
  });
}

function argumentSource(text: string, start: number): TextSource {
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  let at = start;
  let read = 0;
  for (const character of text) {
    const end = at + shownLength(character);
    for (const next = read + character.length; read < next; read += 1) {
      starts[read] = at;
      ends[read] = end;
    }
    at = end;
  }
  return { text, starts, ends };
}

/** Of one character of a quoted argument; a bare one has none that is changed. */
function shownLength(character: string): number {
  if (character === '"' || character === '\\') return 2;
  if (character >= ' ' && character <= '~') return character.length;
  return character.replace(unseen, escapeUnseen).length;
}

/** What FEB peers and the NEW node put into `rawCommand` (form 2). Ambiguous: never shown. */
export function legacyCommandText(argv: readonly string[]): string {
  const legacyArgument = (argument: string) =>
    argument !== '' && !/[\s"]/.test(argument) ? argument : `"${argument.replaceAll('"', '\\"')}"`;
  return argv.map(legacyArgument).join(' ');
}

const payloadShell = /^(?:.*\/)?(?:sh|bash|zsh|dash|ksh)$/s;
const payloadFlags: ReadonlySet<string> = new Set(['-c', '-lc']);

/**
 * The script of a plain `sh -c SCRIPT` (form 3). Deliberately narrow: any other flag, a prelude
 * such as `env`, or an argument after the script means "not a payload", so that a claimed text can
 * never hide a part of the argv.
 */
export function inlineShellPayload(argv: readonly string[]): string | null {
  const [shell, flag, script] = argv;
  if (argv.length !== 3 || shell === undefined || flag === undefined) return null;
  return payloadShell.test(shell) && payloadFlags.has(flag) ? (script ?? null) : null;
}

/** Every text a caller may claim for this argv; the canonical one is what people see. */
export function acceptedCommandTexts(argv: readonly string[]): readonly string[] {
  const payload = inlineShellPayload(argv);
  const rendered = [canonicalCommandText(argv), legacyCommandText(argv)];
  return [...new Set(payload === null ? rendered : [...rendered, payload])];
}
