import {
  type Command,
  type CommandNode,
  type ParsedScript,
  type PipelineNode,
  parse,
  type Redirection,
  type Statement,
  type Word,
  type WordPart,
} from 'unbash';
import { unquote } from './shell-quotes.ts';
import { shellReasons, unproved } from './shell-reasons.ts';
import type { CommandPlace } from './types.ts';

/** One command of a text. */
export interface TreeCommand {
  readonly words: readonly string[];
  readonly hasRedirection: boolean;
  readonly place: CommandPlace;
}

/** Where the reading is: everything before `end` has been accounted for. */
interface Cursor {
  readonly text: string;
  readonly plain: string;
  end: number;
}

const nullDevice = /^(?:[12]?>|0?<)[\t ]*\/dev\/null$/;
const copiedDescriptor = /^(?:2>&1|1?>&2)$/;

/**
 * Reads a text with unbash. Only the node types named here are taken (D9), and every character
 * between two of them must be the separator that the tree says is there: what the parser passed
 * over in silence (comments, here-documents) is refused.
 * @param plain see {@link unquote}
 */
export function readTree(text: string, plain: string): readonly TreeCommand[] {
  const script: ParsedScript = parse(text);
  if (script.errors !== undefined && script.errors.length > 0) unproved(shellReasons.syntax);
  if (script.shebang !== undefined) unproved(shellReasons.comment);
  const cursor: Cursor = { text, plain, end: 0 };
  const commands = script.commands.flatMap((statement, index) => {
    pass(cursor, statement.pos, index === 0 ? /^[\t\n ]*$/ : /^[\t ]*[;\n][\t\n ]*$/);
    return readStatement(statement, cursor);
  });
  pass(cursor, text.length, /^[\t ]*(?:[;\n][\t\n ]*)?$/);
  return commands;
}

/** The text from the cursor up to `start` must look like `gap`. */
function pass(cursor: Cursor, start: number, gap: RegExp): void {
  if (start < cursor.end || !gap.test(cursor.plain.slice(cursor.end, start))) {
    unproved(shellReasons.disagreement);
  }
  cursor.end = start;
}

function readStatement({ command, background }: Statement, cursor: Cursor): TreeCommand[] {
  if (background === true) unproved(shellReasons.background);
  if (command.type !== 'AndOr') return readPipeline(command, cursor);
  return command.commands.flatMap((node, index) => {
    const operator = command.operators[index - 1];
    const gap = operator === '&&' ? /^[\t ]*&&[\t\n ]*$/ : /^[\t ]*\|\|[\t\n ]*$/;
    pass(cursor, node.pos, index === 0 ? /^$/ : gap);
    return readPipeline(node, cursor);
  });
}

function readPipeline(node: PipelineNode, cursor: Cursor): TreeCommand[] {
  if (node.type !== 'Pipeline') return [readCommand(node, cursor, false)];
  if (node.prefixes.length > 0) unproved(shellReasons.prefix);
  return node.commands.map((command, index) => {
    if (index > 0 && node.operators[index - 1] !== '|') unproved(shellReasons.redirection);
    pass(cursor, command.pos, index === 0 ? /^$/ : /^[\t ]*\|[\t\n ]*$/);
    return readCommand(command, cursor, index > 0);
  });
}

function readCommand(node: CommandNode, cursor: Cursor, isPiped: boolean): TreeCommand {
  if (node.type !== 'Command') return unproved(shellReasons.compound);
  const words: string[] = [];
  let hasRedirection = false;
  inOrder(node).forEach((part, index) => {
    if (part.type === 'Assignment') unproved(shellReasons.assignment);
    const isWord = part.type === 'Word';
    // `ls>/dev/null` needs no blank; a word, or the number of a descriptor, always does.
    const needsBlank = isWord || /^\d/.test(cursor.text.slice(part.pos));
    pass(cursor, part.pos, index === 0 ? /^$/ : needsBlank ? /^[\t ]+$/ : /^[\t ]*$/);
    if (isWord) words.push(isBracket(part, words) ? part.value : readWord(part, cursor));
    else {
      checkRedirection(part, cursor);
      hasRedirection = true;
    }
    cursor.end = part.end;
  });
  if (node.name === undefined || words.length === 0) return unproved(shellReasons.noCommand);
  const place = { nameStart: node.name.pos, nameEnd: node.name.end, isPiped };
  return { words, hasRedirection, place };
}

function inOrder({ prefix, name, suffix }: Command): readonly Command['suffix'][number][] {
  return [...prefix, ...(name === undefined ? [] : [name]), ...suffix];
}

/** The value of a word must be the same for unbash and for our own reading of its quotes. */
function readWord({ text, value, pos, end, parts }: Word, { text: whole, plain }: Cursor): string {
  const raw = whole.slice(pos, end);
  const bare = plain.slice(pos, end);
  if (/^=./.test(bare)) unproved(shellReasons.leadingEquals);
  if (!/^[\w./:@%+,=^"~#-]+$/.test(bare)) unproved(shellReasons.disagreement);
  const isAgreed = raw === text && unquote(raw).value === value;
  if (!isAgreed || !(parts ?? []).every(isLiteral)) unproved(shellReasons.disagreement);
  return value;
}

/** `[` and `]` are plain as the first and a later word of a test; else some shells read a pattern. */
function isBracket({ text, value }: Word, [name]: readonly string[]): boolean {
  return text === value && text === (name === undefined ? '[' : name === '[' ? ']' : null);
}

function isLiteral(part: WordPart): boolean {
  if (part.type === 'DoubleQuoted') return part.parts.every(({ type }) => type === 'Literal');
  return part.type === 'Literal' || part.type === 'SingleQuoted';
}

/**
 * `&>` is not taken: dash reads `a &>/dev/null b` as two commands, the first in the background,
 * and dash is /bin/sh on many systems.
 */
function checkRedirection({ type, pos, end }: Redirection, { text }: Cursor): void {
  const raw = text.slice(pos, end);
  const isHarmless = nullDevice.test(raw) || copiedDescriptor.test(raw);
  if (type !== 'Redirect' || !isHarmless) unproved(shellReasons.redirection);
}
