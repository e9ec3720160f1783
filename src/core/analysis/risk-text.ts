import { endWord, type Level, level } from './risk-level.ts';
import { blindOutputs, spell, type TextWord } from './risk-pieces.ts';

/**
 * A shell text at a glance, for risk notes only. Nothing is proved here and no verdict rests on it:
 * where shells differ, or the text is unclear, the reading that finds more commands is taken.
 */
interface GuessedCommand {
  /** Quotes removed; an expansion stays as its `$`. Assignments and reserved words are left out. */
  readonly words: readonly TextWord[];
  /** Files that redirections write. */
  readonly writesTo: readonly TextWord[];
}

export interface GuessedText {
  readonly commands: readonly GuessedCommand[];
  /**
   * Commands may be made of other words than these: quotes that do not say for sure what is text (an
   * open one, a here-document), functions, aliases, `eval`.
   */
  readonly isDoubtful: boolean;
}

interface Reading {
  readonly text: string;
  at: number;
  now: Level;
  readonly outer: Level[];
  readonly commands: GuessedCommand[];
  isDoubtful: boolean;
}

const tangles = /\b(?:alias|eval|function)\b|\(\s?\)/;
/** A text of which nobody reads every quote: all words are looked at alike. */
const longTextChars = 16_384;

/** Linear in the length of the text; never throws. */
export function guessCommands(text: string): GuessedText {
  if (text.length > longTextChars) {
    const commands = [{ words: [], writesTo: blindOutputs(text) }];
    return { commands, isDoubtful: true };
  }
  const reading: Reading = {
    text,
    at: 0,
    now: level(null),
    outer: [],
    commands: [],
    isDoubtful: false,
  };
  while (reading.at < text.length) {
    step(reading);
    reading.now.end = Math.min(reading.at, text.length);
  }
  if (reading.now.inDouble || reading.outer.length > 0) reading.isDoubtful = true;
  endCommand(reading);
  for (const open of reading.outer.splice(0)) {
    reading.now = open;
    open.end = text.length;
    endCommand(reading);
  }
  const { commands, isDoubtful } = reading;
  return { commands, isDoubtful: isDoubtful || tangles.test(text) };
}

const plainText = /[^\s;|&()<>#\\"'$`]+/y;

/** Reads one thing at `at` and moves on. */
function step(reading: Reading): void {
  plainText.lastIndex = reading.at;
  if (plainText.test(reading.text)) {
    addToWord(reading, reading.text.slice(reading.at, plainText.lastIndex));
    reading.at = plainText.lastIndex;
    return;
  }
  if (readQuote(reading) || readSubstitution(reading)) return;
  const { text, at, now } = reading;
  const character = text[at] ?? '';
  if (now.inDouble || !/[\s;|&()<>#]/.test(character)) {
    addToWord(reading, character);
    reading.at += 1;
  } else if (character === '<' || character === '>') readRedirection(reading);
  else if (character === '#') readHash(reading);
  else {
    reading.at += 1;
    const isBreak = character !== '\n' && /\s/.test(character);
    // `&>file` writes both outputs.
    if (isBreak || (character === '&' && text[at + 1] === '>')) endWord(reading.now, reading.text);
    else endCommand(reading);
  }
}

function addToWord({ now, at }: Reading, text: string): void {
  if (now.word === null) now.start = at;
  now.word = (now.word ?? '') + text;
}

function addQuoted(reading: Reading, text: string): void {
  addToWord(reading, text);
  reading.now.isBare = false;
}

/** Backslashes and quotes; false when there is none here. */
function readQuote(reading: Reading): boolean {
  const { text, at, now } = reading;
  const character = text[at];
  const after = text[at + 1];
  if (character === '\\') {
    // A shell joins lines there: the word goes on.
    addQuoted(reading, after === undefined || after === '\n' ? '' : after);
    reading.at += 2;
    return true;
  }
  const isDollar = character === '$' && !now.inDouble;
  if (character === '"' || (isDollar && after === '"')) {
    addQuoted(reading, '');
    now.inDouble = !now.inDouble;
    reading.at += character === '"' ? 1 : 2;
    return true;
  }
  if (isDollar && after === "'") readSingle(reading, at + 2, true);
  else if (character === "'" && !now.inDouble) readSingle(reading, at + 1, false);
  else return false;
  return true;
}

function readSingle(reading: Reading, start: number, isSpelled: boolean): void {
  const { text } = reading;
  let end = text.indexOf("'", start);
  while (isSpelled && end > 0 && text[end - 1] === '\\') end = text.indexOf("'", end + 1);
  if (end < 0) {
    reading.isDoubtful = true;
    end = text.length;
  }
  const quoted = text.slice(start, end);
  addQuoted(reading, isSpelled ? spell(quoted) : quoted);
  reading.at = end + 1;
}

const fieldSeparator = /\$(?:IFS\b|\{IFS[^}]{0,40}\})/y;

/** `$(…)`, backticks, `<(…)`: a command inside a word, which stays as a `$`. */
function readSubstitution(reading: Reading): boolean {
  const { text, at, now } = reading;
  const character = text[at];
  if (character === now.closer && !now.inDouble) {
    closeLevel(reading);
    return true;
  }
  const opens =
    text[at + 1] === '(' && (character === '$' || (!now.inDouble && isArrow(character)));
  if (opens || character === '`') {
    addQuoted(reading, '$');
    reading.outer.push(now);
    reading.now = level(opens ? ')' : '`');
    reading.at += opens ? 2 : 1;
    return true;
  }
  if (character !== '$' || now.inDouble) return false;
  fieldSeparator.lastIndex = at;
  const separator = fieldSeparator.exec(text)?.[0];
  if (separator === undefined) return false;
  endWord(reading.now, reading.text);
  reading.at += separator.length;
  return true;
}

/** Levels whose words are looked at together with those around them. */
const mergedLevels = 3;

/** What the inner command prints may be words of the outer one; its own words stand for them. */
function closeLevel(reading: Reading): void {
  endWord(reading.now, reading.text);
  const { words } = reading.now;
  endCommand(reading);
  reading.now = reading.outer.pop() ?? level(null);
  reading.at += 1;
  const around = reading.now.words;
  // The first word is the program: what prints its name is no name.
  if (around.length === 0 || reading.outer.length >= mergedLevels) return;
  for (const word of words) around.push(word);
}

function isArrow(character: string | undefined): boolean {
  return character === '<' || character === '>';
}

function readRedirection(reading: Reading): void {
  const { text, at, now } = reading;
  // A number in front names the descriptor.
  if (now.isBare && /^\d+$/.test(now.word ?? '')) now.word = null;
  endWord(reading.now, reading.text);
  let end = at;
  while (/[<>&|]/.test(text[end] ?? '') && text[end + 1] !== '(') end += 1;
  const operator = text.slice(at, end);
  if (operator.startsWith('<<')) reading.isDoubtful = true;
  now.next = operator.includes('>') ? 'written' : 'read';
  reading.at = Math.max(end, at + 1);
}

/** A comment, when it begins a word. */
function readHash(reading: Reading): void {
  const { text, at, now } = reading;
  if (now.word !== null) {
    addToWord(reading, '#');
    reading.at += 1;
    return;
  }
  const end = text.indexOf('\n', at);
  reading.at = end < 0 ? text.length : end;
}

function endCommand(reading: Reading): void {
  endWord(reading.now, reading.text);
  const { words, writesTo, closer, inDouble } = reading.now;
  if (words.length > 0 || writesTo.length > 0) reading.commands.push({ words, writesTo });
  reading.now = level(closer, inDouble);
}
