import { messages } from '#core/messages.ts';

/** Shape of the icon, and the name of its file: states are told apart without colour (ui.md §5). */
export type TrayShape = 'idle' | 'working' | 'paused' | 'attention' | 'waiting';

/** What the icon has to tell; the texts are safe to show. */
export interface TrayFacts {
  readonly headline: string;
  readonly problem: string | null;
  /** Commands that wait for an answer, and devices that want to be let in. */
  readonly waiting: number;
  /** Things that go on. */
  readonly running: number;
  readonly pausedAgents: number;
  /** A person stopped everything. */
  readonly standsStill: boolean;
}

export interface TrayState {
  readonly shape: TrayShape;
  /** Shown next to the icon where the system can (macOS). */
  readonly title: string;
  readonly tooltip: string;
}

/** A question has a deadline, so it comes first; what a person did themselves comes last. */
function shapeOf({ waiting, problem, standsStill, pausedAgents, running }: TrayFacts): TrayShape {
  if (waiting > 0) return 'waiting';
  if (problem !== null) return 'attention';
  if (standsStill) return 'paused';
  if (running > 0) return 'working';
  return pausedAgents > 0 ? 'paused' : 'idle';
}

export function trayState(facts: TrayFacts): TrayState {
  const { headline, problem, waiting } = facts;
  return {
    shape: shapeOf(facts),
    title: waiting > 0 ? String(waiting) : '',
    tooltip: messages.desktop.tooltip(problem === null ? [headline] : [headline, problem]),
  };
}
