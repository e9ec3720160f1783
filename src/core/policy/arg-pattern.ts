import type { Hasher } from '#core/ports.ts';
import { compileLinear, type TextMatcher } from './linear-regex.ts';

const cwdArgvPrefix = 'sha256:cwd-argv:v1:';
const nul = '\0';
const utf8 = new TextEncoder();

const maxPatternLength = 512;
const maxTextLength = 8_192;
/** Atoms a pattern may have once its counted repetitions are written out; compiling costs by these. */
const maxAtoms = 1_000;

/**
 * The generated `argPattern`: binds a rule to one working directory and one list of arguments
 * (exec-ipc §5.2). Lengths are in UTF-8 bytes, so no two lists share a text.
 * @param args argv without its first element.
 */
export function cwdArgvPattern(cwd: string, args: readonly string[], hasher: Hasher): string {
  const counted = (text: string) => `${utf8.encode(text).length}${nul}${text}${nul}`;
  const subject = `${counted(cwd)}${args.length}${nul}${args.map(counted).join('')}`;
  return `${cwdArgvPrefix}${hasher.sha256Hex(subject)}`;
}

/** Whether an `argPattern` is what {@link cwdArgvPattern} makes: compared as text, not matched. */
export function isCwdArgvPattern(argPattern: string): boolean {
  return argPattern.startsWith(cwdArgvPrefix);
}

/**
 * A regular expression for exactly these arguments in any folder: each one ends with NUL, and no
 * arguments are two NULs (exec-ipc §5.2). Null for what it cannot tell from another list, or what is
 * too long: that needs a folder.
 */
export function anywherePattern(args: readonly string[]): string | null {
  const regex = literally(args);
  const compiled = compileArgPattern(regex);
  return compiled.ok && compiled.matches(args) ? regex : null;
}

/** The arguments that {@link anywherePattern} made this of; null when it did not. */
export function anywhereArguments(argPattern: string): readonly string[] | null {
  const literals = argPattern === literally([]) ? [] : argPattern.split(nul).slice(0, -1);
  const args = literals.map((literal) => literal.replace(/\\(.)/gs, '$1'));
  return literally(args) === argPattern ? args : null;
}

function literally(args: readonly string[]): string {
  const literal = (arg: string) => `${arg.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}\0`;
  return args.length === 0 ? '\0\0' : args.map(literal).join('');
}

export type ArgPattern =
  | {
      readonly ok: true;
      /** @param args argv without its first element. */
      matches(args: readonly string[]): boolean;
    }
  /** Never matches; `problem` completes "The argument pattern …". */
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the regular expression form of `argPattern` (exec-ipc §5.2). Narrower than its origin: the
 * WHOLE argument text must match (security-cases §3), in linear time, and what JavaScript and RE2
 * read differently is refused.
 */
export function compileArgPattern(argPattern: string): ArgPattern {
  const problem = findProblem(argPattern);
  if (problem !== null) return { ok: false, problem };
  let matcher: TextMatcher;
  try {
    matcher = compileLinear(argPattern, 'line');
  } catch {
    // RE2 lacks look-around, back-references and a few escapes; the caller needs no more detail.
    return { ok: false, problem: 'uses something that cannot be matched in linear time' };
  }
  const join = argPattern.includes(nul) ? joinByNul : joinBySpace;
  return {
    ok: true,
    matches: (args) => {
      const text = join(args);
      return text !== null && text.length <= maxTextLength && matcher(text);
    },
  };
}

function findProblem(argPattern: string): string | null {
  if (/^(?:sha256:|=(?:node-)?command:)/.test(argPattern)) return 'is a marker, not an expression';
  if (argPattern.length > maxPatternLength) return `is longer than ${maxPatternLength} characters`;
  if (!isJavaScript(argPattern)) return 'is not a regular expression of JavaScript';
  // JavaScript reads a set of those characters, RE2 a whole class of letters; and where the set of
  // JavaScript is empty, RE2 has one that starts with "]".
  const odd = /\[(?::|\^?\])/.exec(argPattern.replace(/\\./gs, ''))?.[0];
  if (odd !== undefined) return `holds "${odd}", which not all programs read alike`;
  if (countAtoms(argPattern) > maxAtoms) return 'repeats too much';
  return null;
}

/**
 * Unicode mode refuses the escapes that mean a letter to JavaScript and something else to RE2. What
 * it refuses without need are escaped punctuation marks.
 */
function isJavaScript(pattern: string): boolean {
  const escapesRelaxed = pattern.replace(/\\(.)/gs, (sequence, char: string) =>
    /[-_ !"#%&',:;<=>@`~]/.test(char) ? 'x' : sequence,
  );
  try {
    new RegExp(escapesRelaxed, 'u');
    return true;
  } catch {
    // A syntax error is the answer.
    return false;
  }
}

function countAtoms(pattern: string): number {
  const outer: number[] = [];
  let total = 0;
  let last = 0;
  const tokens = /\\.|\[(?:\\.|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|./gs;
  for (const [token, min, max] of pattern.matchAll(tokens)) {
    if (token === '(') {
      outer.push(total);
      total = 0;
    } else if (token === ')') {
      last = total + 1;
      total = (outer.pop() ?? 0) + last;
    } else if (min !== undefined) {
      const repeated = last * (Math.max(Number(min), Number(max ?? 0)) + 1);
      total += repeated - last;
      last = repeated;
    } else {
      last = 1;
      total += last;
    }
  }
  return total;
}

/**
 * One space between arguments. An argument that is empty or holds white space could imitate another
 * list (`["a b"]` reads as `["a", "b"]`), so no such list matches.
 */
function joinBySpace(args: readonly string[]): string | null {
  if (isTooLong(args) || args.some((arg) => arg === '' || /\s/.test(arg))) return null;
  return args.join(' ');
}

/** A NUL after each argument; two for none, which two empty arguments must not imitate. */
function joinByNul(args: readonly string[]): string | null {
  if (isTooLong(args) || args.some((arg) => arg.includes(nul))) return null;
  if (args.length === 0) return nul + nul;
  const text = args.map((arg) => arg + nul).join('');
  return text === nul + nul ? null : text;
}

/** So that nothing huge is joined only to be refused. */
function isTooLong(args: readonly string[]): boolean {
  let length = 0;
  return args.some((arg) => {
    length += arg.length + 1;
    return length > maxTextLength + 1;
  });
}
