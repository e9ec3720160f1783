import type { Clock, Logger } from '#core/ports.ts';
import type { OpenQuestions } from './open-questions.ts';
import type { Question } from './question.ts';
import { createRoster, type Roster } from './roster.ts';
import type { ApprovalOutcome, ApprovalPresenter } from './types.ts';

/** What the attached surfaces show: every question where they want all, else one at a time (D15). */
export interface Stage {
  /** Shows it what is open; returns the detach function, which is true when it was the last one. */
  attach(presenter: ApprovalPresenter): () => boolean;
  readonly size: number;
  /** Some surface shows questions one at a time, or will when it is no longer away. */
  hasOneAtATime(): boolean;
  /** A new question, or one of which something changed. */
  show(question: Question, isNew: boolean): void;
  /** It is no longer open: the next one may come into view. */
  clear(question: Question, outcome: ApprovalOutcome): void;
  /** Tells the surface where it was allowed. */
  readonly nothingRan: Roster['nothingRan'];
  /** Nothing more comes into view. */
  close(): void;
}

export interface StageDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly open: OpenQuestions;
}

export function createStage({ clock, log, open }: StageDeps): Stage {
  const roster = createRoster(log);
  let visible: Question | null = null;
  let closed = false;

  function present(presenter: ApprovalPresenter, question: Question): void {
    // A presenter may answer, or end the question, from inside an earlier call.
    if (open.has(question)) roster.show(presenter, question, open.size);
  }

  /** Makes the next question visible when none is and somebody could look at it. */
  function advance(): void {
    const watchers = roster.inMode('one-at-a-time');
    if (closed || visible || watchers.length === 0) return;
    const next = open.nextToShow();
    if (!next) return;
    visible = next;
    next.visibleSinceMs = clock.now();
    for (const presenter of watchers) present(presenter, next);
  }

  return {
    attach(presenter) {
      roster.add(presenter);
      if (presenter.mode === 'all') {
        for (const question of open.all()) present(presenter, question);
      } else if (presenter.mode === 'one-at-a-time') {
        if (visible) {
          visible.visibleSinceMs ??= clock.now();
          present(presenter, visible);
        } else {
          advance();
        }
      }
      return () => {
        const removed = roster.remove(presenter);
        // It keeps its turn, but is in nobody's view now.
        if (visible && roster.inMode('one-at-a-time').length === 0) visible.visibleSinceMs = null;
        return removed && roster.size === 0;
      };
    },
    get size() {
      return roster.size;
    },
    hasOneAtATime: () => [...roster.inMode('one-at-a-time'), ...roster.inMode('away')].length > 0,
    show(question, isNew) {
      const audience = isNew ? roster.inMode('all') : [...question.shownTo];
      for (const presenter of audience) present(presenter, question);
      advance();
    },
    clear(question, outcome) {
      if (visible === question) visible = null;
      roster.clear(question, outcome);
      advance();
    },
    nothingRan: roster.nothingRan,
    close() {
      closed = true;
    },
  };
}
