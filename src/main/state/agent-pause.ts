import { pauseMs } from '#core/approvals/pause.ts';
import { endOfLocalDay } from '#host/exec/end-of-day.ts';
import type { AgentPauseChoice } from '#ipc/approvals.ts';

/** Ms from now for which a person wants to hear nothing of an agent. */
export function agentPauseMs(choice: AgentPauseChoice, nowMs: number): number {
  switch (choice) {
    case '10-minutes':
      return pauseMs;
    case '1-hour':
      return 3_600_000;
    case 'until-tomorrow':
      return endOfLocalDay(nowMs) - nowMs;
  }
}
