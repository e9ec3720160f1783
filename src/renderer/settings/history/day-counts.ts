import type { HistorySummary } from '#ipc/history.ts';

export type Day = HistorySummary['days'][number];

/** What a chart of a few pixels can tell apart; missed is what nobody answered. From the bottom up. */
export const kinds = ['allowed', 'denied', 'missed', 'invalid'] as const;
export type Kind = (typeof kinds)[number];

export function countOf({ counts }: Day, kind: Kind): number {
  return kind === 'missed' ? counts.expired + counts.cancelled : counts[kind];
}

export function allOf(day: Day): number {
  return kinds.reduce((sum, kind) => sum + countOf(day, kind), 0);
}
