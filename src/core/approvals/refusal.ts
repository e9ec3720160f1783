import { isReadable } from './readable.ts';
import type { ApprovalAsk, ApprovalOutcome } from './types.ts';

/** What the queue knows when somebody asks. */
export interface Moment {
  readonly closed: boolean;
  readonly signal: AbortSignal;
  /** Everything stands still, or the agent that asks is paused. */
  readonly paused: boolean;
  /** Surfaces that could show it. */
  readonly surfaces: number;
}

/** Why a question is not even put in line; null when it may be. */
export function refusalOf(
  ask: ApprovalAsk,
  { closed, signal, paused, surfaces }: Moment,
): ApprovalOutcome | null {
  if (closed) return { kind: 'cancelled', why: 'shutdown' };
  if (signal.aborted) return { kind: 'cancelled', why: 'caller-gone' };
  // Written so that NaN counts as over.
  if (ask.timeoutMs !== null && !(ask.timeoutMs > 0)) return { kind: 'expired' };
  if (!isReadable(ask.subject)) return { kind: 'cancelled', why: 'unreadable' };
  // Before the next one: what answers for nobody at home may not answer for a person's pause.
  if (paused) return { kind: 'cancelled', why: 'paused' };
  return surfaces === 0 ? { kind: 'cancelled', why: 'no-presenter' } : null;
}
