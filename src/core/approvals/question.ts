import type { Cancel, Clock, Hasher } from '#core/ports.ts';
import { displayDigest } from './subject-text.ts';
import type { ApprovalAsk, ApprovalOutcome, ApprovalPresenter, PendingApproval } from './types.ts';

/** One asker behind a question; identical askers share one (D15), each with its own end. */
export interface Caller {
  readonly deadlineMs: number | null;
  readonly outcome: Promise<ApprovalOutcome>;
  /** Gives the outcome and lets go of the timer and the signal. Only the first call counts. */
  settle(outcome: ApprovalOutcome): void;
}

/** A pending question and who waits for it. */
export interface Question {
  readonly agent: string;
  /** Equal for identical requests. */
  readonly digest: string;
  /** False for Gateway requests: others answer them by name, and never the one who asked. */
  readonly joinable: boolean;
  readonly callers: Set<Caller>;
  readonly shownTo: Set<ApprovalPresenter>;
  approval: PendingApproval;
  /** A `one-at-a-time` surface shows it: from now on the text may not change. */
  sealed: boolean;
  wasShown: boolean;
  /** The text changed after somebody had seen it. */
  changed: boolean;
}

/** setTimeout fires at once above this. */
const longestTimerMs = 2_147_483_647;

function atDeadline(clock: Clock, deadlineMs: number, task: () => void): Cancel {
  let cancel: Cancel = () => undefined;
  const arm = () => {
    const left = deadlineMs - clock.now();
    cancel =
      left > 0 ? clock.schedule(Math.min(left, longestTimerMs), arm) : clock.schedule(0, task);
  };
  arm();
  return () => cancel();
}

/** @param left called when the caller's time is over or it went away; must end in `settle`. */
export function createCaller(
  clock: Clock,
  timeoutMs: number | null,
  signal: AbortSignal,
  left: (caller: Caller, outcome: ApprovalOutcome) => void,
): Caller {
  const { promise, resolve } = Promise.withResolvers<ApprovalOutcome>();
  const deadlineMs = timeoutMs === null ? null : clock.now() + timeoutMs;
  const gone = () => left(caller, { kind: 'cancelled', why: 'caller-gone' });
  signal.addEventListener('abort', gone, { once: true });
  const cancelTimer =
    deadlineMs === null
      ? () => undefined
      : atDeadline(clock, deadlineMs, () => left(caller, { kind: 'expired' }));
  const caller: Caller = {
    deadlineMs,
    outcome: promise,
    settle(outcome) {
      cancelTimer();
      signal.removeEventListener('abort', gone);
      resolve(outcome);
    },
  };
  return caller;
}

type Identity = Pick<PendingApproval, 'id' | 'createdAtMs'>;

/** As asked, before anybody could see it: the digest names no text yet. */
export function snapshot(ask: ApprovalAsk, identity: Identity): PendingApproval {
  const { kind, subject, planDigest, offered, timeoutMs } = ask;
  const expiresAtMs = timeoutMs === null ? null : identity.createdAtMs + timeoutMs;
  return {
    ...identity,
    kind,
    subject,
    planDigest,
    displayDigest: '',
    offered,
    expiresAtMs,
    count: 1,
  };
}

/** A question without callers; the first {@link refresh} gives it its digest. */
export function createQuestion(
  ask: ApprovalAsk,
  agent: string,
  digest: string,
  identity: Identity,
): Question {
  return {
    agent,
    digest,
    joinable: ask.kind !== 'gateway-request',
    callers: new Set(),
    shownTo: new Set(),
    approval: snapshot(ask, identity),
    sealed: false,
    wasShown: false,
    changed: false,
  };
}

/** Brings count, deadline and digest up to date; never for a sealed question. */
export function refresh(question: Question, hasher: Hasher): void {
  const { approval, callers, digest } = question;
  const count = callers.size;
  if (count !== approval.count && question.wasShown) question.changed = true;
  question.approval = {
    ...approval,
    count,
    expiresAtMs: lastDeadline(callers),
    displayDigest: displayDigest(digest, count, hasher),
  };
}

/** When the last caller's time is over; null when one of them waits for ever. */
function lastDeadline(callers: Iterable<Caller>): number | null {
  let last = 0;
  for (const { deadlineMs } of callers) {
    if (deadlineMs === null) return null;
    last = Math.max(last, deadlineMs);
  }
  return last;
}
