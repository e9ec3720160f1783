/** Why a shell text is not proved: sentences for people (D9, D16). They quote nothing of the text. */
export const shellReasons = {
  empty: 'The shell text is empty.',
  tooLong: 'The shell text is too long to be analysed.',
  tooManyCommands: 'The shell text has more than 64 commands.',
  control: 'The shell text has a control character in it.',
  brokenText: 'The shell text is not valid Unicode.',
  continuation: 'The shell text continues a line after a backslash.',
  unterminated: 'The shell text has a quote that does not end.',
  danglingBackslash: 'The shell text has a backslash that quotes no plain character.',
  expansion: 'The shell would replace a part that starts with "$" before it runs the text.',
  backtick: 'The shell would run the part in backticks first.',
  grouping: 'The text has a subshell, a function or another use of parentheses.',
  braces: 'The text has braces, which the shell may expand or group by.',
  glob: 'The shell would replace a pattern ("*", "?" or "[") by the names of files.',
  tilde: 'The shell would replace "~" by a home folder.',
  exclamation: 'The text has an unquoted "!".',
  comment: 'The text has a comment.',
  nonAscii: 'The text has a character outside of ASCII that is not quoted.',
  leadingEquals: 'A word starts with "=", which some shells replace by the path of a program.',
  background: 'The text starts something in the background.',
  redirection: 'The text redirects input or output to more than "/dev/null".',
  assignment: 'The text sets a variable.',
  compound: 'The text has a loop, a condition or another construct of the shell language.',
  prefix: 'The text times a command or turns its result around.',
  noCommand: 'The text has a redirection without a command.',
  name: 'A command of the text has a name with a special meaning in some shells.',
  builtin: (name: string) => `"${name}" is a command of the shell itself, not a program.`,
  builtinArguments: (name: string) =>
    `The shell's own "${name}" may do more with these arguments than the program of that name.`,
  syntax: 'The shell text has a syntax error.',
  disagreement: 'The two readings of the shell text differ.',
  otherShell: 'A shell is called that is not one of the system, so its text is not analysed.',
  otherCall: 'A shell is called in another way than "sh -c TEXT".',
  optionText: 'The shell would take the text for an option.',
  launcher: 'The program may start a shell, which is not analysed.',
} as const;

/** Ends a reading; caught where the reading began, and nowhere else. */
export class Unproved extends Error {
  override readonly name = 'Unproved';
}

export function unproved(reason: string): never {
  throw new Unproved(reason);
}
