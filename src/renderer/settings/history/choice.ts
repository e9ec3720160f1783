import type { HistoryFilter } from '#ipc/history.ts';
import { shortDate } from '../../ui/moment.ts';
import type { historyWords } from './words.ts';

export type OutcomeChoice = keyof typeof historyWords.filter.outcomes;
export type DeciderChoice = keyof typeof historyWords.filter.deciders;

/** What a person chose to look for. */
export interface Choice {
  readonly text: string;
  /** Name as in the audit; null: all agents. */
  readonly agent: string | null;
  readonly outcome: OutcomeChoice;
  readonly decidedBy: DeciderChoice;
  /** `2026-11-21`; null: all days. */
  readonly day: string | null;
}

export const everything: Choice = {
  text: '',
  agent: null,
  outcome: 'all',
  decidedBy: 'all',
  day: null,
};

export function isEverything(choice: Choice): boolean {
  const { text, agent, outcome, decidedBy, day } = choice;
  return (
    text.trim() === '' && agent === null && outcome === 'all' && decidedBy === 'all' && day === null
  );
}

/** The filter without the day: the chart shows the days that can be chosen. */
export function filterOf({ text, agent, outcome, decidedBy }: Choice): HistoryFilter {
  const sought = text.trim();
  return {
    ...(sought === '' ? {} : { text: sought }),
    ...(agent === null ? {} : { agent }),
    ...(outcome === 'all'
      ? {}
      : { outcomes: outcome === 'missed' ? ['expired', 'cancelled'] : [outcome] }),
    ...(decidedBy === 'all' ? {} : { decidedBy }),
  };
}

/** Begin of a local day, `later` days after it. */
function dayMs(day: string, later = 0): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).getTime();
}

export function filterWithDay(choice: Choice): HistoryFilter {
  const filter = filterOf(choice);
  const { day } = choice;
  return day === null ? filter : { ...filter, sinceMs: dayMs(day), untilMs: dayMs(day, 1) };
}

/** `21 Nov`. */
export function dayText(day: string): string {
  return shortDate(dayMs(day));
}
