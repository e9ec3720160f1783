import type { ApprovalState } from '#ipc/approvals.ts';

type Outcome = NonNullable<ApprovalState['last']>;

/** For how long the way a question went away stays on the page (ui.md §2). */
const heldMs = 1_200;

/** A question that is over and still on the page: the card says how it went away. */
export interface Held extends Outcome {
  /** Never, while there is something on it that a person may press. */
  readonly untilMs: number;
  /** It has buttons of its own, in the place of the answers. */
  readonly hasButtons: boolean;
}

export function hold(last: Outcome, nowMs: number): Held {
  const { canAskAgain } = last;
  const untilMs = canAskAgain ? Number.POSITIVE_INFINITY : nowMs + heldMs;
  return { ...last, untilMs, hasButtons: canAskAgain };
}

/** As it is after the main process told something new; null when it is over. */
export function stillHeld(
  held: Held,
  { current, last }: ApprovalState,
  nowMs: number,
): Held | null {
  if (!held.canAskAgain) return held;
  // It stays until a person closes it or the next question comes.
  if (current !== null || last?.id !== held.id) return null;
  return { ...hold(last, nowMs), hasButtons: true };
}
