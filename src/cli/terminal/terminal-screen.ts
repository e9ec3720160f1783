import { type ApprovalLine, approvalLines } from '#core/approvals/subject-text.ts';
import type { PendingApproval } from '#core/approvals/types.ts';
import { messages } from '#core/messages.ts';
import { choicesOf } from './choices.ts';

/** What the terminal can do; see {@link terminalStyle}. */
export interface TerminalStyle {
  /** Characters per line, at most 80. */
  readonly columns: number;
  /** Lines that fit at once. */
  readonly rows: number;
  readonly color: boolean;
  /** A line may be rewritten in place. */
  readonly rewrites: boolean;
}

/** What `process.stderr` and the like tell about themselves. */
export interface TerminalShape {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

const widest = 80;
const narrowest = 40;

/** `NO_COLOR` is obeyed; a dumb terminal or a pipe gets plain lines only. */
export function terminalStyle(
  stream: TerminalShape,
  env: Readonly<Record<string, string | undefined>>,
): TerminalStyle {
  const capable = stream.isTTY === true && env.TERM !== 'dumb';
  return {
    columns: Math.max(narrowest, Math.min(widest, stream.columns || widest)),
    rows: stream.rows || 24,
    color: capable && !env.NO_COLOR,
    rewrites: capable,
  };
}

type Paint = (text: string) => string;

function paints(color: boolean): { readonly bold: Paint; readonly caution: Paint } {
  const wrap = (code: number): Paint =>
    color ? (text) => `\u001B[${code}m${text}\u001B[0m` : (text) => text;
  return { bold: wrap(1), caution: wrap(33) };
}

/**
 * Cells a character may take. Anything but ASCII counts as two: a line broken early is harmless,
 * one broken by the terminal would start without our margin and could pass for our own words.
 */
function cells(character: string): number {
  return character <= '~' ? 1 : 2;
}

/** Cuts one line into rows of at most `width` cells. */
function breakLine(text: string, width: number): string[] {
  const found: string[] = [];
  let row = '';
  let used = 0;
  for (const character of text) {
    const size = cells(character);
    if (used + size > width) {
      found.push(row);
      row = '';
      used = 0;
    }
    row += character;
    used += size;
  }
  return [...found, row];
}

const labelWidth = 14;

const plain: Paint = (text) => text;

/** The margin marks text of others: nothing inside can look like a line of ours. */
function block(line: ApprovalLine, width: number, paint: Paint): string[] {
  return line.text
    .split('\n')
    .flatMap((text) => breakLine(text, width - 2))
    .map((row) => `│ ${paint(row)}`);
}

function labelled(line: ApprovalLine, width: number): string[] {
  const margin = ' '.repeat(labelWidth);
  return breakLine(line.text, width - labelWidth).map((row, index) =>
    index === 0 ? `${line.label.padEnd(labelWidth)}${row}` : `${margin}${row}`,
  );
}

/** Lines that say what could go wrong; the words alone say it too. */
const cautions: ReadonlySet<ApprovalLine['id']> = new Set(['warning', 'risk', 'length']);

/** The whole question, three levels top to bottom (ui.md §7); ends with a newline. */
export function renderQuestion(
  approval: PendingApproval,
  waiting: number,
  style: TerminalStyle,
): string {
  const { columns } = style;
  const { bold, caution } = paints(style.color);
  const rule = '─'.repeat(columns);
  const { prompt, terminal } = messages;
  const printed: string[] = [''];
  const { kind, count, subject } = approval;
  for (const line of approvalLines({ ...subject, kind, count })) {
    if (line.id === 'title') printed.push(...breakLine(line.text, columns).map(bold));
    else if (cautions.has(line.id)) printed.push(...labelled(line, columns).map(caution));
    else if (!line.block) printed.push(...labelled(line, columns));
    else printed.push(rule, ...block(line, columns, line.id === 'command' ? bold : plain), rule);
  }
  if (waiting > 1) printed.push(prompt.queue(waiting));
  if (printed.length + 2 > style.rows) {
    printed.push(...breakLine(prompt.size(subject.commandText.length, printed.length), columns));
  }
  printed.push(...rowsOf(terminal.choices(choicesOf(approval)), columns));
  return `${printed.join('\n')}\n`;
}

/** Our own words, broken only between two of them. */
function rowsOf(choices: readonly string[], width: number): string[] {
  const rows: string[] = [];
  for (const choice of choices) {
    const joined = `${rows.at(-1)} · ${choice}`;
    if (rows.length > 0 && joined.length < width) rows[rows.length - 1] = joined;
    else rows.push(choice);
  }
  return rows;
}

/** What the line that the answer is typed on tells. */
export interface AnswerLine {
  readonly leftMs: number | null;
  readonly typed: string;
  readonly armed: boolean;
  /** Enter alone denies. */
  readonly deniesByDefault: boolean;
}

export function renderAnswerLine({ leftMs, typed, armed, deniesByDefault }: AnswerLine): string {
  const { terminal } = messages;
  if (!armed) return terminal.arming;
  const left = leftMs === null ? '' : ` (${terminal.remaining(leftMs)})`;
  return `${terminal.ask(deniesByDefault)}${left}: ${typed}`;
}

/** How long the time left stays true as shown: whole minutes first, then whole seconds. */
export function countdownStepMs(leftMs: number): number {
  return leftMs > 61_000 ? leftMs % 60_000 || 60_000 : leftMs % 1_000 || 1_000;
}
