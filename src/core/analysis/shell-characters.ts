import { shellReasons, unproved } from './shell-reasons.ts';

/**
 * A redirection that is never taken, or a character that is not on the list; `"` stands for what
 * is quoted. Here-documents must not reach the parser: many of them take it long.
 */
const odd = /<[<>&]|>[>|]|&>|\|&|[^\w./:@%+,=^"\-\t\n ;&|<>]/g;

const reasons: Readonly<Record<string, string>> = {
  '<': shellReasons.redirection,
  '>': shellReasons.redirection,
  '&': shellReasons.redirection,
  '|': shellReasons.redirection,
  $: shellReasons.expansion,
  '`': shellReasons.backtick,
  '(': shellReasons.grouping,
  ')': shellReasons.grouping,
  '{': shellReasons.braces,
  '}': shellReasons.braces,
  '*': shellReasons.glob,
  '?': shellReasons.glob,
  '[': shellReasons.glob,
  ']': shellReasons.glob,
  '!': shellReasons.exclamation,
};

/**
 * Looks at every unquoted character of a text and throws `Unproved` at the first that may mean
 * more than itself in any of sh, dash, bash and zsh.
 * @param plain see {@link unquote}
 */
export function checkPlainCharacters(plain: string): void {
  for (const { index } of plain.matchAll(odd)) {
    const reason = oddCharacter(plain, index);
    if (reason !== null) unproved(reason);
  }
}

function oddCharacter(plain: string, at: number): string | null {
  const character = plain.charAt(at);
  const before = plain.charAt(at - 1);
  // Tilde and comment are read only where a word, or a path after "=" or ":", can start: `HEAD~1`
  // and `a#b` are themselves.
  if (character === '~') return /[\w.^]/.test(before) ? null : shellReasons.tilde;
  if (character === '#') return /[\w./:@%+,=^~-]/.test(before) ? null : shellReasons.comment;
  if (isBracketWord(plain, at)) return null;
  return reasons[character] ?? shellReasons.nonAscii;
}

/** `[` and `]` that are whole words; the words are looked at again with their commands. */
function isBracketWord(plain: string, at: number): boolean {
  const character = plain.charAt(at);
  if (character !== '[' && character !== ']') return false;
  return /^[\s;&|]?$/.test(plain.charAt(at - 1)) && /^[\s;&|]?$/.test(plain.charAt(at + 1));
}
