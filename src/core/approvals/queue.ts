import { CompanionError } from '#core/errors.ts';
import { agentKey } from '#core/policy/resolve.ts';
import type { Clock, Hasher, Ids, Logger } from '#core/ports.ts';
import { type Admission, type ApprovalLimits, createAdmission, type Place } from './admission.ts';
import { createJournal, type Journal } from './journal.ts';
import { createOpenQuestions } from './open-questions.ts';
import { createPauseBook, type PauseBook } from './pause.ts';
import {
  type Caller,
  createCaller,
  createQuestion,
  extendDeadlines,
  misfit,
  type Question,
  refresh,
  refreshTime,
  snapshot,
  wasIgnored,
} from './question.ts';
import { refusalOf } from './refusal.ts';
import { createStage, type Stage } from './stage.ts';
import { questionDigest } from './subject-text.ts';
import type {
  AgentPauses,
  AnswerResult,
  ApprovalAnswer,
  ApprovalAsk,
  ApprovalDesk,
  ApprovalOutcome,
  ApprovalPresenter,
  ApprovalTicket,
  CancelReason,
  DecidedBy,
  PauseChange,
  PendingApproval,
} from './types.ts';

export interface ApprovalQueueDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hasher: Hasher;
  readonly log: Logger;
  readonly limits?: Partial<ApprovalLimits>;
  /** Told when a person pauses an agent or ends a pause, for the audit. */
  readonly onPause?: (change: PauseChange) => void;
  /** Everything stands still: nobody is asked. What waits by then is for `cancelAll`. */
  readonly standsStill?: () => boolean;
}

export interface ApprovalQueue extends ApprovalDesk {
  readonly pauses: AgentPauses;
  cancelAll(why: CancelReason): void;
  /** Timers stand still while a computer sleeps: ends at once what ran out meanwhile (AP-10). */
  expireOverdue(): void;
  /** A person wants to hear of this agent again: it need not wait because nobody answered it. */
  welcome(agentId: string | null): void;
  /** Cancels what is pending and takes no more. */
  close(): void;
}

/**
 * The approval queue (D15). A question's text never changes once a `one-at-a-time` surface shows
 * it: identical requests join only before that, later ones make a question of their own. A joined
 * request is answered under the id of the question. The limits count requests, joined ones included.
 */
export function createApprovalQueue(deps: ApprovalQueueDeps): ApprovalQueue {
  return new Queue(deps);
}

class Queue implements ApprovalQueue {
  readonly pauses: PauseBook;
  readonly #deps: ApprovalQueueDeps;
  readonly #admission: Admission;
  readonly #stage: Stage;
  readonly #journal: Journal;
  readonly #open = createOpenQuestions();
  #closed = false;

  constructor(deps: ApprovalQueueDeps) {
    this.#deps = deps;
    this.#admission = createAdmission(deps.clock, deps.limits);
    this.#stage = createStage({ ...deps, open: this.#open });
    this.#journal = createJournal(deps);
    this.pauses = createPauseBook({ clock: deps.clock, log: deps.log, onChange: deps.onPause });
  }

  ask(ask: ApprovalAsk, signal: AbortSignal): ApprovalTicket {
    if (ask.id !== undefined && this.#open.get(ask.id)) {
      throw new CompanionError('INVALID_REQUEST', 'approval id already pending');
    }
    const agent = agentKey(ask.subject.agentId);
    const refusal = refusalOf(ask, {
      closed: this.#closed,
      signal,
      paused: this.#deps.standsStill?.() === true || this.pauses.has(agent),
      surfaces: this.#stage.size,
    });
    if (refusal) return this.#refused(ask, refusal);
    const place = this.#admission.enter(agent, ask.caller ?? null);
    if (typeof place === 'string') return this.#refused(ask, { kind: 'cancelled', why: place });
    return this.#admit(ask, agent, signal, place);
  }

  answer(answer: ApprovalAnswer): AnswerResult {
    const question = this.#open.get(answer.id);
    if (!question) return 'unknown';
    this.#expireLate(question);
    if (!this.#open.has(question)) return 'unknown';
    const wrong = misfit(question, answer);
    if (wrong) return wrong;
    const { by, decision, note = null, grant, pauseAgentMs } = answer;
    const granted = grant === undefined ? {} : { grant };
    this.#admission.answered(question.agent);
    if (decision !== 'deny') this.#finish(question, { kind: 'allowed', decision, by, ...granted });
    else if (pauseAgentMs !== undefined) this.#pause(question, pauseAgentMs, { by, note });
    else this.#finish(question, { kind: 'denied', by, note });
    return 'accepted';
  }

  extend(id: string): 'extended' | 'unknown' | 'not-offered' {
    const question = this.#open.get(id);
    if (!question) return 'unknown';
    this.#expireLate(question);
    if (!this.#open.has(question)) return 'unknown';
    if (!extendDeadlines(question)) return 'not-offered';
    this.#journal.extended(question.approval);
    this.#stage.show(question, false);
    return 'extended';
  }

  get(id: string): PendingApproval | null {
    return this.#open.get(id)?.approval ?? null;
  }

  list(): readonly PendingApproval[] {
    return this.#open.all().map((question) => question.approval);
  }

  attach(presenter: ApprovalPresenter): () => void {
    const detach = this.#stage.attach(presenter);
    return () => {
      if (detach()) this.cancelAll('presenter-gone');
    };
  }

  cancelAll(why: CancelReason): void {
    this.#finishAll(this.#open.all(), () => ({ kind: 'cancelled', why }));
  }

  expireOverdue(): void {
    for (const question of this.#open.all()) this.#expireLate(question);
  }

  welcome(agentId: string | null): void {
    this.#admission.answered(agentKey(agentId));
  }

  close(): void {
    this.#closed = true;
    this.#stage.close();
    this.cancelAll('shutdown');
  }

  /** Nothing can answer it: its digest names no text. */
  #refused(ask: ApprovalAsk, outcome: ApprovalOutcome): ApprovalTicket {
    const approval = snapshot(ask, this.#identity(ask));
    this.#journal.refused(approval, outcome);
    // Nobody allowed it, so there is nobody to tell.
    return { approval, outcome: Promise.resolve(outcome), nothingRan: () => undefined };
  }

  #admit(ask: ApprovalAsk, agent: string, signal: AbortSignal, place: Place): ApprovalTicket {
    const { clock, hasher } = this.#deps;
    const digest = questionDigest(ask, hasher);
    const known = this.#open.joinable(digest);
    const question = known ?? createQuestion(ask, agent, digest, this.#identity(ask));
    if (!known) this.#open.add(question);
    const { timeoutMs, extendable = false } = ask;
    const terms = { timeoutMs, extendable, signal, place };
    const caller = createCaller(clock, terms, (self, outcome) =>
      this.#leave(question, self, outcome),
    );
    question.callers.add(caller);
    refresh(question, hasher);
    const { approval } = question;
    this.#journal.asked(approval);
    this.#stage.show(question, known === undefined);
    return {
      approval,
      outcome: caller.outcome,
      nothingRan: (why) => this.#nothingRan(question, why),
    };
  }

  #identity(ask: ApprovalAsk): { readonly id: string; readonly createdAtMs: number } {
    return { id: ask.id ?? this.#deps.ids.uuid(), createdAtMs: this.#deps.clock.now() };
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
      if (outcome.kind === 'expired') this.#noteSilence(question);
      this.#finish(question, outcome);
      return;
    }
    question.callers.delete(caller);
    caller.settle(outcome);
    const isSteady = question.visibleSinceMs !== null;
    // What people read stays as it is; a promise of time that nobody has is taken back.
    if (isSteady && !refreshTime(question)) return;
    if (!isSteady) refresh(question, this.#deps.hasher);
    this.#stage.show(question, false);
  }

  #noteSilence(question: Question): void {
    const oneAtATime = this.#stage.hasOneAtATime();
    if (!wasIgnored(question, this.#deps.clock.now(), oneAtATime)) return;
    this.#admission.unanswered(question.agent, question.approval.createdAtMs);
  }

  /** Denies everything the agent has asked; a question that does not offer that is cancelled. */
  #pause({ agent }: Question, ms: number, told: { by: DecidedBy; note: string | null }): void {
    this.pauses.pause(agent, told.by, ms);
    const denied = { kind: 'denied', ...told, pausedMs: ms } as const;
    const questions = this.#open.all().filter((question) => question.agent === agent);
    this.#finishAll(questions, ({ approval }) =>
      approval.offered.includes('deny') ? denied : { kind: 'cancelled', why: 'paused' },
    );
  }

  #nothingRan(question: Question, why: string): void {
    const { approval, allowedBy } = question;
    question.allowedBy = null;
    if (allowedBy) this.#stage.nothingRan(approval, allowedBy.surface, why);
  }

  #finish(question: Question, outcome: ApprovalOutcome): void {
    this.#finishAll([question], () => outcome);
  }

  /** All are over before the first is cleared: no surface finds one of them waiting, or in view. */
  #finishAll(
    questions: readonly Question[],
    outcomeOf: (question: Question) => ApprovalOutcome,
  ): void {
    const ended = questions.map((question) => ({ question, outcome: outcomeOf(question) }));
    for (const { question, outcome } of ended) {
      this.#open.remove(question);
      if (outcome.kind === 'allowed') question.allowedBy = outcome.by;
      const callers = [...question.callers];
      question.callers.clear();
      for (const caller of callers) caller.settle(outcome);
    }
    for (const { question, outcome } of ended) {
      this.#journal.settled(question.approval, outcome);
      this.#stage.clear(question, outcome);
    }
  }
}
