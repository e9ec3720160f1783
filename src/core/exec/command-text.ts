/** How an argv is written as one line, and which lines a caller may claim for it (exec-ipc §3.2). */

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
  return textsWith(argv, inlineShellPayload(argv));
}

/** Shells of the system: nobody but root puts another program there. */
const systemShell = /^\/(?:usr\/)?bin\/(?:sh|bash)$/;

/**
 * Every text under which a person's earlier answer speaks for this argv. Who read a script was not
 * shown which program gets it, so it may only be a shell of the system (S4, S12).
 */
export function approvedCommandTexts(argv: readonly string[]): readonly string[] {
  const isSystemShell = systemShell.test(argv[0] ?? '');
  return textsWith(argv, isSystemShell ? inlineShellPayload(argv) : null);
}

function textsWith(argv: readonly string[], payload: string | null): readonly string[] {
  const rendered = [canonicalCommandText(argv), legacyCommandText(argv)];
  return [...new Set(payload === null ? rendered : [...rendered, payload])];
}
