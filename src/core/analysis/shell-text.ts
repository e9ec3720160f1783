import { checkCommandName } from './shell-builtins.ts';
import { checkPlainCharacters } from './shell-characters.ts';
import { unquote } from './shell-quotes.ts';
import { shellReasons, Unproved, unproved } from './shell-reasons.ts';
import { readTree, type TreeCommand } from './shell-tree.ts';
import type { LiteralCommand, ShellText } from './types.ts';

const maxLength = 16_384;
const maxCommands = 64;

/** Newline and tab separate words or are part of a quoted one; nothing else below a space is plain. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/**
 * Finds out which programs a shell text runs, if that can be proved (D9): literal commands joined
 * by `&&`, `||`, `;`, newline and `|`. Never throws; its time grows with the length of the text.
 */
export function readShellText(text: string): ShellText {
  try {
    return prove(text);
  } catch (error) {
    // Whatever else the parser throws (it recurses) says as much: this text was not read.
    const reason = error instanceof Unproved ? error.message : shellReasons.syntax;
    return { kind: 'unproved', reason };
  }
}

function prove(text: string): ShellText {
  if (text.length > maxLength) unproved(shellReasons.tooLong);
  if (controlCharacter.test(text)) unproved(shellReasons.control);
  if (!text.isWellFormed()) unproved(shellReasons.brokenText);
  if (text.includes('\\\n')) unproved(shellReasons.continuation);
  const { plain } = unquote(text);
  checkPlainCharacters(plain);
  checkCount(plain);
  const found = readTree(text, plain);
  if (found.length > maxCommands) unproved(shellReasons.tooManyCommands);
  const [first, ...rest] = found.map(literalCommand);
  if (first === undefined) return unproved(shellReasons.empty);
  const isSingle = rest.length === 0 && found.every(({ hasRedirection }) => !hasRedirection);
  const places = found.map(({ place }) => place);
  return { kind: 'literal', commands: [first, ...rest], isSingle, places };
}

/** Before the parser runs: its time is only known for texts without very many parts. */
function checkCount(plain: string): void {
  // Not a separator: the "&" of "2>&1".
  const separators = plain.trim().match(/(?:(?<!>)[;&|\n][\t ]*)+/g)?.length ?? 0;
  if (separators > maxCommands) unproved(shellReasons.tooManyCommands);
}

function literalCommand({ words }: TreeCommand): LiteralCommand {
  const [name, ...args] = words;
  if (name === undefined) return unproved(shellReasons.noCommand);
  const command: LiteralCommand = [name, ...args];
  checkCommandName(command);
  return command;
}
