import { CompanionError } from '#core/errors.ts';
import type { Clock, Hasher, Ids, Logger } from '#core/ports.ts';
import { type Admission, type ApprovalLimits, createAdmission } from './admission.ts';
import { createFairQueue, type FairQueue } from './fairness.ts';
import {
  type Caller,
  createCaller,
  createQuestion,
  type Question,
  refresh,
  snapshot,
} from './question.ts';
import { isReadable } from './readable.ts';
import { createRoster, type Roster } from './roster.ts';
import { questionDigest } from './subject-text.ts';
import type {
  AnswerResult,
  ApprovalAnswer,
  ApprovalAsk,
  ApprovalDesk,
  ApprovalOutcome,
  ApprovalPresenter,
  ApprovalTicket,
  PendingApproval,
} from './types.ts';

export interface ApprovalQueueDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hasher: Hasher;
  readonly log: Logger;
  readonly limits?: Partial<ApprovalLimits>;
}

/**
 * The approval queue (D15). A question's text never changes once a `one-at-a-time` surface shows
 * it: identical requests join only before that, later ones make a question of their own. A joined
 * request is answered under the id of the question. The limits count requests, joined ones included.
 */
export function createApprovalQueue(deps: ApprovalQueueDeps): ApprovalDesk & { close(): void } {
  return new ApprovalQueue(deps);
}

class ApprovalQueue implements ApprovalDesk {
  readonly #deps: ApprovalQueueDeps;
  readonly #admission: Admission;
  readonly #roster: Roster;
  /** Every open question, oldest first. */
  readonly #pending = new Map<string, Question>();
  /** Questions that an identical request may still join. */
  readonly #joinable = new Map<string, Question>();
  /** Questions that wait to become the visible one. */
  readonly #waiting: FairQueue<Question> = createFairQueue();
  #visible: Question | null = null;
  #closed = false;

  constructor(deps: ApprovalQueueDeps) {
    this.#deps = deps;
    this.#admission = createAdmission(deps.clock, deps.limits);
    this.#roster = createRoster(deps.log);
  }

  ask(ask: ApprovalAsk, signal: AbortSignal): ApprovalTicket {
    if (ask.id !== undefined && this.#pending.has(ask.id)) {
      throw new CompanionError('INVALID_REQUEST', 'approval id already pending');
    }
    const agent = ask.subject.agentId ?? '';
    const refusal = this.#refusal(ask, agent, signal);
    if (refusal) return this.#refused(ask, refusal);
    const digest = questionDigest(ask, this.#deps.hasher);
    const known = this.#joinable.get(digest);
    const question = known ?? this.#open(ask, agent, digest);
    const caller = createCaller(this.#deps.clock, ask.timeoutMs, signal, (self, outcome) =>
      this.#leave(question, self, outcome),
    );
    question.callers.add(caller);
    refresh(question, this.#deps.hasher);
    const { approval } = question;
    this.#deps.log.info('approval.asked', {
      id: approval.id,
      kind: ask.kind,
      agentId: ask.subject.agentId,
      count: approval.count,
    });
    this.#show(question, known === undefined);
    return { approval, outcome: caller.outcome };
  }

  answer(answer: ApprovalAnswer): AnswerResult {
    const question = this.#pending.get(answer.id);
    if (!question) return 'unknown';
    this.#expireLate(question);
    if (!this.#pending.has(answer.id)) return 'unknown';
    const { approval } = question;
    const allows = answer.decision !== 'deny';
    const stale =
      answer.displayDigest === null
        ? allows && question.changed
        : answer.displayDigest !== approval.displayDigest;
    if (stale) return 'stale';
    if (!approval.offered.includes(answer.decision)) return 'not-offered';
    const { by, decision } = answer;
    this.#admission.answered(question.agent);
    this.#finish(
      question,
      decision === 'deny'
        ? { kind: 'denied', by, note: answer.note ?? null }
        : { kind: 'allowed', decision, by },
    );
    return 'accepted';
  }

  get(id: string): PendingApproval | null {
    return this.#pending.get(id)?.approval ?? null;
  }

  list(): readonly PendingApproval[] {
    return [...this.#pending.values()].map((question) => question.approval);
  }

  attach(presenter: ApprovalPresenter): () => void {
    this.#roster.add(presenter);
    if (presenter.mode === 'all') {
      for (const question of [...this.#pending.values()]) this.#present(presenter, question);
    } else if (this.#visible) {
      this.#present(presenter, this.#visible);
    } else {
      this.#advance();
    }
    return () => {
      if (!this.#roster.remove(presenter) || this.#roster.size > 0) return;
      this.#cancelAll({ kind: 'cancelled', why: 'presenter-gone' });
    };
  }

  close(): void {
    this.#closed = true;
    this.#cancelAll({ kind: 'cancelled', why: 'shutdown' });
  }

  #refusal(ask: ApprovalAsk, agent: string, signal: AbortSignal): ApprovalOutcome | null {
    if (this.#closed) return { kind: 'cancelled', why: 'shutdown' };
    if (signal.aborted) return { kind: 'cancelled', why: 'caller-gone' };
    // Written so that NaN counts as over.
    if (ask.timeoutMs !== null && !(ask.timeoutMs > 0)) return { kind: 'expired' };
    if (!isReadable(ask.subject)) return { kind: 'cancelled', why: 'unreadable' };
    if (this.#roster.size === 0) return { kind: 'cancelled', why: 'no-presenter' };
    const why = this.#admission.enter(agent);
    return why === null ? null : { kind: 'cancelled', why };
  }

  /** Nothing can answer it: its digest names no text. */
  #refused(ask: ApprovalAsk, outcome: ApprovalOutcome): ApprovalTicket {
    const approval = snapshot(ask, this.#identity(ask));
    this.#deps.log.warn('approval.refused', {
      id: approval.id,
      agentId: ask.subject.agentId,
      why: outcome.kind === 'cancelled' ? outcome.why : outcome.kind,
    });
    return { approval, outcome: Promise.resolve(outcome) };
  }

  #open(ask: ApprovalAsk, agent: string, digest: string): Question {
    const question = createQuestion(ask, agent, digest, this.#identity(ask));
    this.#pending.set(question.approval.id, question);
    if (question.joinable) this.#joinable.set(digest, question);
    this.#waiting.push(agent, question);
    return question;
  }

  #identity(ask: ApprovalAsk): { readonly id: string; readonly createdAtMs: number } {
    return { id: ask.id ?? this.#deps.ids.uuid(), createdAtMs: this.#deps.clock.now() };
  }

  #show(question: Question, isNew: boolean): void {
    const audience = isNew ? this.#roster.inMode('all') : [...question.shownTo];
    for (const presenter of audience) this.#present(presenter, question);
    this.#advance();
  }

  #present(presenter: ApprovalPresenter, question: Question): void {
    // A presenter may answer, or end the question, from inside an earlier call.
    if (this.#pending.get(question.approval.id) !== question) return;
    this.#roster.show(presenter, question, this.#pending.size);
  }

  /** Makes the next question visible when none is and somebody could look at it. */
  #advance(): void {
    const watchers = this.#roster.inMode('one-at-a-time');
    if (this.#closed || this.#visible || watchers.length === 0) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#visible = next;
    next.sealed = true;
    this.#closeDoor(next);
    for (const presenter of watchers) this.#present(presenter, next);
  }

  /** Identical requests from now on make a question of their own. */
  #closeDoor(question: Question): void {
    if (this.#joinable.get(question.digest) === question) this.#joinable.delete(question.digest);
  }

  /** Timers can be late (sleep, a busy loop): an answer never reaches a caller past its time. */
  #expireLate(question: Question): void {
    const now = this.#deps.clock.now();
    for (const caller of [...question.callers]) {
      if (caller.deadlineMs !== null && caller.deadlineMs <= now) {
        this.#leave(question, caller, { kind: 'expired' });
      }
    }
  }

  /** One caller is gone; the question lives while another waits. */
  #leave(question: Question, caller: Caller, outcome: ApprovalOutcome): void {
    if (!question.callers.has(caller)) return;
    if (question.callers.size === 1) {
      if (outcome.kind === 'expired' && question.wasShown) {
        this.#admission.unanswered(question.agent);
      }
      this.#finish(question, outcome);
      return;
    }
    this.#release(question, caller, outcome);
    if (question.sealed) return;
    refresh(question, this.#deps.hasher);
    this.#show(question, false);
  }

  #release(question: Question, caller: Caller, outcome: ApprovalOutcome): void {
    question.callers.delete(caller);
    this.#admission.release(question.agent);
    caller.settle(outcome);
  }

  #finish(question: Question, outcome: ApprovalOutcome): void {
    const { approval } = question;
    this.#pending.delete(approval.id);
    this.#closeDoor(question);
    this.#waiting.remove(question.agent, question);
    if (this.#visible === question) this.#visible = null;
    for (const caller of [...question.callers]) this.#release(question, caller, outcome);
    this.#deps.log.info('approval.settled', {
      id: approval.id,
      outcome: outcome.kind,
      by: 'by' in outcome ? outcome.by.surface : undefined,
      why: 'why' in outcome ? outcome.why : undefined,
      waitedMs: this.#deps.clock.now() - approval.createdAtMs,
    });
    this.#roster.clear(question, outcome);
    this.#advance();
  }

  #cancelAll(outcome: ApprovalOutcome): void {
    for (const question of [...this.#pending.values()]) {
      if (this.#pending.get(question.approval.id) === question) this.#finish(question, outcome);
    }
  }
}
