import { decisionSentence } from '#core/audit/decision-sentence.ts';
import { displayBlock } from '#core/display.ts';
import { duration } from '#core/duration.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { historyMessages as words } from '#core/messages-history.ts';
import type { Clock } from '#core/ports.ts';
import { claimed, quotable, safe } from '#core/quoted.ts';
import type { History, HistoryRow as StoredRow } from '#host/audit/history-types.ts';
import type { HistoryRow } from '#ipc/history.ts';
import type { Handlers } from '#ipc/router.ts';

export interface HistoryHandlersDeps {
  readonly history: Pick<History, 'search' | 'summary'>;
  readonly clock: Clock;
}

/** The history as the settings window shows it; every text is safe to show. */
export function historyHandlers({
  history,
  clock,
}: HistoryHandlersDeps): Pick<Handlers, 'history.page' | 'history.summary'> {
  const pages = createLatest(clock);
  const summaries = createLatest(clock);
  return {
    async 'history.page'(query) {
      const { rows, next, mark } = await pages((signal) => history.search(query, signal));
      return { rows: rows.map(shownRow), next, mark };
    },
    async 'history.summary'(filter) {
      const { total, changes, days, agents } = await summaries((signal) =>
        history.summary(filter, signal),
      );
      return {
        total,
        changes,
        days: days.map(({ day, counts }) => ({ day, counts: { ...counts } })),
        agents: agents.map((name) => ({ name, shown: quotable(name) })),
      };
    },
  };
}

/** A search through 100 000 rows takes 0.1 s. */
const deadlineMs = 10_000;

/** Runs one piece of work at a time: a newer one takes the place of the one that runs. */
function createLatest(clock: Clock) {
  let current: AbortController | null = null;
  return async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    current?.abort(new CompanionError('CANCELLED', words.overtaken));
    const mine = new AbortController();
    current = mine;
    const cancel = clock.schedule(deadlineMs, () =>
      mine.abort(new CompanionError('TIMEOUT', words.slow)),
    );
    try {
      return await work(mine.signal);
    } finally {
      cancel();
      if (current === mine) current = null;
    }
  };
}

/** A page of rows must not be larger than a person can use; the CLI prints all of it. */
const maxTextChars = 4_000;

function cut(text: string): string {
  if (text.length <= maxTextChars) return text;
  // Never half of a surrogate pair.
  return `${[...text.slice(0, maxTextChars)].slice(0, -1).join('')}…`;
}

function shownRow(row: StoredRow): HistoryRow {
  const { seq, atMs, commandText, agentId, outcome, decidedBy } = row;
  const reason = decisionSentence({ ...row, reason: cut(row.reason) });
  return {
    seq,
    atMs,
    command: displayBlock(cut(commandText)).text,
    agent:
      agentId === null || agentId === ''
        ? { text: messages.prompt.agent(null), claimed: false }
        : { text: quotable(cut(agentId)), claimed: true },
    outcome: row.transport === 'companion' ? 'change' : outcome,
    decidedBy,
    reason,
    facts: facts(row, reason),
  };
}

/** What is known, in the order in which a person would ask. */
function facts(row: StoredRow, told: string): HistoryRow['facts'] {
  const { labels } = words;
  const { commandText, sessionKey, ruleId, runMs, timedOut, exitCode } = row;
  const text = (value: string | null): string | null => (value === null ? null : safe(cut(value)));
  const ran = timedOut ? words.timedOut(runMs) : runMs === null ? null : exact(runMs);
  const error = text(row.error);
  const isCut = commandText.length > maxTextChars;
  const known: readonly (readonly [string, string | null])[] = [
    [labels.length, isCut ? words.cut(commandText.length, maxTextChars) : null],
    [labels.executable, text(row.executable)],
    [labels.cwd, text(row.cwd)],
    [labels.session, sessionKey === null ? null : claimed(cut(sessionKey))],
    [labels.node, text(row.nodeId)],
    [labels.came, words.transports[row.transport] ?? safe(row.transport)],
    [labels.rules, ruleId === null ? null : safe(cut(ruleId.replaceAll(' ', ', ')))],
    [labels.latency, row.transport === 'companion' ? null : exact(row.latencyMs)],
    [labels.exitCode, exitCode === null ? null : String(exitCode)],
    [labels.ran, ran],
    // Of what changed after it was allowed, it is the sentence itself.
    [labels.error, error !== null && told.includes(error) ? null : error],
    [labels.reason, text(row.reason)],
    [labels.request, text(row.requestId)],
    [labels.digest, text(row.planDigest)],
    [labels.number, String(row.seq)],
  ];
  return known.flatMap(([label, text]) => (text === null ? [] : [{ label, text }]));
}

/** `340 ms`, else as everywhere: `12 s`, `3 min`. */
function exact(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : duration(ms);
}
