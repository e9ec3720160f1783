import { messages } from '#core/messages.ts';
import { activityMessages } from '#core/messages-activity.ts';
import type { Activity } from './activity.ts';

/** What the desktop says about the companion as a whole. */
export interface DesktopFacts {
  /** Questions that wait for a person. */
  readonly waiting: number;
  /** Devices and nodes that want to be let in. */
  readonly pairing: number;
  /** Commands that run now. */
  readonly running: number;
  /** The one that says most first. */
  readonly activity: readonly Activity[];
  /** A person stopped everything. */
  readonly standsStill: boolean;
  /** Names of the agents that are paused; raw. */
  readonly paused: readonly string[];
  /** Sentence for people; null when all is well. */
  readonly problem: string | null;
}

const words = messages.desktop.headline;

/** What is happening, in one sentence; the problem itself is shown beside it (ui.md §3). */
export function headline(facts: DesktopFacts): string {
  const { waiting, pairing, running, activity, standsStill, paused, problem } = facts;
  // The count first, always: on Linux it stands nowhere else (app-features §1).
  if (waiting + pairing > 0) return words.waiting(waiting, pairing);
  if (problem !== null) return words.attention;
  if (standsStill) return words.standstill;
  const work = workLine(activity) ?? (running > 0 ? words.running(running) : null);
  // One agent that is paused does not hide what the others do.
  return work ?? (paused.length > 0 ? words.paused(paused) : words.quiet);
}

/** `"main" (claimed) · running npm test · and 2 more`; null when nothing goes on. */
function workLine([first, ...more]: readonly Activity[]): string | null {
  if (!first) return null;
  return `${activityMessages.line(first)}${activityMessages.more(more.length)}`;
}
