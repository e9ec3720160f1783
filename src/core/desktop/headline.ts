import { messages } from '#core/messages.ts';

/** What the desktop says about the companion as a whole. */
export interface DesktopFacts {
  /** Questions that wait for a person. */
  readonly waiting: number;
  /** Commands that run now. */
  readonly running: number;
  /** Names of the agents that are paused; raw, empty for agents without one. */
  readonly paused: readonly string[];
  /** Sentence for people; null when all is well. */
  readonly problem: string | null;
}

const words = messages.desktop.headline;

/** What is happening, in one sentence; the problem itself is shown beside it (ui.md §3). */
export function headline({ waiting, running, paused, problem }: DesktopFacts): string {
  if (waiting > 0) return words.waiting(waiting);
  if (problem !== null) return words.attention;
  if (paused.length > 0) return words.paused(paused);
  return running > 0 ? words.running(running) : words.quiet;
}
