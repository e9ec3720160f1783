import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import type { Question } from './question.ts';
import type { ApprovalOutcome, ApprovalPresenter, PendingApproval } from './types.ts';

/** The surfaces attached now. A surface that throws is logged and never stops the queue. */
export interface Roster {
  add(presenter: ApprovalPresenter): void;
  /** False when it was not attached. */
  remove(presenter: ApprovalPresenter): boolean;
  readonly size: number;
  /** A copy: showing a question may attach, detach or answer. */
  inMode(mode: ApprovalPresenter['mode']): readonly ApprovalPresenter[];
  show(presenter: ApprovalPresenter, question: Question, waiting: number): void;
  /** Takes the question away from every surface that shows it, at once. */
  clear(question: Question, outcome: ApprovalOutcome): void;
  nothingRan(approval: PendingApproval, surface: ApprovalPresenter['surface'], why: string): void;
}

export function createRoster(log: Logger): Roster {
  const attached = new Set<ApprovalPresenter>();
  const guarded = (presenter: ApprovalPresenter, id: string, call: () => void) => {
    try {
      call();
    } catch (error) {
      log.error('approval.presenter.failed', {
        surface: presenter.surface,
        id,
        error: errorText(error),
      });
    }
  };
  return {
    add: (presenter) => void attached.add(presenter),
    remove: (presenter) => attached.delete(presenter),
    get size() {
      return attached.size;
    },
    inMode: (mode) => [...attached].filter((presenter) => presenter.mode === mode),
    show(presenter, question, waiting) {
      if (!attached.has(presenter)) return;
      const { approval } = question;
      question.shownTo.add(presenter);
      question.wasShown = true;
      guarded(presenter, approval.id, () => presenter.present(approval, waiting));
    },
    clear(question, outcome) {
      const { approval } = question;
      for (const presenter of question.shownTo) {
        if (!attached.has(presenter)) continue;
        guarded(presenter, approval.id, () => presenter.clear(approval, outcome));
      }
      question.shownTo.clear();
    },
    nothingRan(approval, surface, why) {
      for (const presenter of [...attached]) {
        if (presenter.surface !== surface) continue;
        guarded(presenter, approval.id, () => presenter.nothingRan?.(approval, why));
      }
    },
  };
}
