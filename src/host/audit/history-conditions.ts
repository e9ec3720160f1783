import type { HistoryFilter } from './history-types.ts';

export interface Conditions {
  /** Beginning with ` AND`, or empty. */
  readonly sql: string;
  /** For its parameters, in order. */
  readonly values: readonly (string | number)[];
  /** Rows to look at in one piece: where long texts are read, a row may take a hundred times longer. */
  readonly pieceRows: number;
}

/** Columns that a text is looked for in. */
const searched = ['commandText', 'executable', 'cwd', 'reason'] as const;

/** Name of {@link holdsText} within SQL. */
export const holdsTextName = 'holds_text';

export function conditionsOf(filter: HistoryFilter): Conditions {
  const { agent, outcomes, decidedBy, sinceMs, untilMs } = filter;
  const parts = [
    ...(agent === undefined ? [] : [agentIs(agent)]),
    ...(outcomes === undefined ? [] : [oneOf('outcome', outcomes), isDecision]),
    ...(decidedBy === undefined ? [] : [oneOf('decidedBy', [decidedBy])]),
    ...(sinceMs === undefined ? [] : [{ sql: 'atMs >= ?', values: [Math.ceil(sinceMs)] }]),
    ...(untilMs === undefined ? [] : [{ sql: 'atMs < ?', values: [Math.ceil(untilMs)] }]),
    // Last: it costs most, and is not asked where another part says no.
    ...(filter.text ? [holds(filter.text)] : []),
  ];
  return {
    sql: parts.map(({ sql }) => ` AND ${sql}`).join(''),
    values: parts.flatMap(({ values }) => values),
    pieceRows: filter.text ? 32 : 4_096,
  };
}

interface Part {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Of a change to the companion, the outcome column says nothing about a command (companion-row.ts). */
const isDecision: Part = { sql: "transport <> 'companion'", values: [] };

function agentIs(agent: string): Part {
  if (agent === '') return { sql: "(agentId IS NULL OR agentId = '')", values: [] };
  return { sql: 'agentId = ?', values: [agent] };
}

function oneOf(column: 'outcome' | 'decidedBy', values: readonly string[]): Part {
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values };
}

/**
 * Not with LIKE: that knows the letter case of ASCII alone, and a text of one letter over and over
 * takes it a hundred times as long (S26).
 */
function holds(text: string): Part {
  const needle = text.replaceAll('\0', '\u{FFFD}').toLowerCase();
  const tests = searched.map((column) => `${holdsTextName}(?, ${column})`);
  return { sql: `(${tests.join(' OR ')})`, values: searched.map(() => needle) };
}

/** `needle` is in lower case. */
export function holdsText(needle: unknown, text: unknown): number {
  if (typeof needle !== 'string' || typeof text !== 'string') return 0;
  return text.toLowerCase().includes(needle) ? 1 : 0;
}
