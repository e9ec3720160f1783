import { atDeadline } from '#core/deadline.ts';
import type { Cancel, Clock, Hasher } from '#core/ports.ts';
import type { Place } from './admission.ts';
import { fitsOffers } from './always-selection.ts';
import { displayDigest } from './subject-text.ts';
import type {
  ApprovalAnswer,
  ApprovalAsk,
  ApprovalOutcome,
  ApprovalPresenter,
  DecidedBy,
  PendingApproval,
} from './types.ts';

/** One asker behind a question; identical askers share one (D15), each with its own end. */
export interface Caller {
  readonly deadlineMs: number | null;
  /** Its limit is ours to move ({@link Caller.extend}). */
  readonly extendable: boolean;
  readonly outcome: Promise<ApprovalOutcome>;
  /** Gives the outcome and lets go of the timer, the signal and the place; to be called once. */
  settle(outcome: ApprovalOutcome): void;
  /** Gives it its full time again, from now; only before `settle`, and only when extendable. */
  extend(): void;
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
  /** Since when `one-at-a-time` surfaces show it: from then on the text may not change. */
  visibleSinceMs: number | null;
  wasShown: boolean;
  /** The text changed after somebody had seen it. */
  changed: boolean;
  /** Who allowed it, until they are told that nothing ran. */
  allowedBy: DecidedBy | null;
}

export interface CallerTerms {
  readonly timeoutMs: number | null;
  readonly extendable: boolean;
  readonly signal: AbortSignal;
  readonly place: Place;
}

/** @param left called when the caller's time is over or it went away; must end in `settle`. */
export function createCaller(
  clock: Clock,
  { timeoutMs, extendable, signal, place }: CallerTerms,
  left: (caller: Caller, outcome: ApprovalOutcome) => void,
): Caller {
  const { promise, resolve } = Promise.withResolvers<ApprovalOutcome>();
  let deadlineMs: number | null = null;
  let cancelTimer: Cancel = () => undefined;
  const begin = () => {
    if (timeoutMs === null) return;
    deadlineMs = clock.now() + timeoutMs;
    cancelTimer = atDeadline(clock, deadlineMs, () => left(caller, { kind: 'expired' }));
  };
  const gone = () => left(caller, { kind: 'cancelled', why: 'caller-gone' });
  signal.addEventListener('abort', gone, { once: true });
  const caller: Caller = {
    get deadlineMs() {
      return deadlineMs;
    },
    extendable: extendable && timeoutMs !== null,
    outcome: promise,
    settle(outcome) {
      cancelTimer();
      signal.removeEventListener('abort', gone);
      place.leave();
      resolve(outcome);
    },
    extend() {
      cancelTimer();
      begin();
    },
  };
  begin();
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
    visibleSinceMs: null,
    wasShown: false,
    changed: false,
    allowedBy: null,
  };
}

/** Brings count, deadline and digest up to date; never for a question in view. */
export function refresh(question: Question, hasher: Hasher): void {
  const { callers, digest } = question;
  const count = callers.size;
  if (count !== question.approval.count && question.wasShown) question.changed = true;
  refreshTime(question);
  question.approval = {
    ...question.approval,
    count,
    displayDigest: displayDigest(digest, count, hasher),
  };
}

/**
 * Its deadline, as those who still wait have it. Text and digest stay: for questions in view too.
 * @returns whether it changed.
 */
export function refreshTime(question: Question): boolean {
  const { extendable: wasExtendable = false, ...approval } = question.approval;
  const callers = [...question.callers];
  const expiresAtMs = lastDeadline(callers);
  const extendable = callers.some((caller) => caller.extendable);
  question.approval = { ...approval, expiresAtMs, ...(extendable ? { extendable } : {}) };
  return expiresAtMs !== approval.expiresAtMs || extendable !== wasExtendable;
}

/**
 * "Keep waiting": moves the deadlines that are ours to move; for questions in view too.
 * @returns false when none of its callers has such a deadline.
 */
export function extendDeadlines(question: Question): boolean {
  const movable = [...question.callers].filter((caller) => caller.extendable);
  if (movable.length === 0) return false;
  for (const caller of movable) caller.extend();
  refreshTime(question);
  return true;
}

/**
 * Why an answer does not fit the question, null when it does. A wire that cannot name the text it
 * showed may still deny.
 */
export function misfit(
  { approval, changed }: Question,
  { decision, displayDigest, pauseAgentMs, grant }: ApprovalAnswer,
): 'stale' | 'not-offered' | null {
  const allows = decision !== 'deny';
  const stale =
    displayDigest === null ? allows && changed : displayDigest !== approval.displayDigest;
  if (stale) return 'stale';
  const fits =
    grant === undefined ||
    (decision === 'allow-always' && fitsOffers(grant, approval.subject.offers ?? []));
  const isOffered = approval.offered.includes(decision) && !(pauseAgentMs !== undefined && allows);
  return isOffered && fits ? null : 'not-offered';
}

/**
 * Whether silence was an answer: people had the question before them for at least half of its life,
 * and not behind the questions of others. Where no surface shows one at a time, each one counts.
 */
export function wasIgnored(question: Question, nowMs: number, oneAtATime: boolean): boolean {
  const { createdAtMs } = question.approval;
  const sinceMs = question.visibleSinceMs ?? (oneAtATime ? nowMs : createdAtMs);
  return question.wasShown && (nowMs - sinceMs) * 2 >= nowMs - createdAtMs;
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
