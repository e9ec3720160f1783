import type { z } from 'zod';
import type {
  AnswerResult,
  ApprovalAnswer,
  ApprovalDesk,
  ApprovalOutcome,
  ApprovalPresenter,
  PendingApproval,
} from '#core/approvals/types.ts';
import { errorText } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Cancel, Clock, Logger, Notification } from '#core/ports.ts';
import { safe } from '#core/quoted.ts';
import type {
  ApprovalState,
  decideInputSchema,
  denyManyInputSchema,
  ShownApproval,
} from '#ipc/approvals.ts';
import { shownApproval } from './shown-approval.ts';

type DecideInput = z.infer<typeof decideInputSchema>;
type DenyManyInput = z.infer<typeof denyManyInputSchema>;

/** The approval window, as far as the presenter cares. Both calls may come twice. */
interface ApprovalShell {
  /** Without taking the keyboard focus (AP-07). */
  show(): void;
  hide(): void;
}

export interface WindowPresenterDeps {
  readonly desk: ApprovalDesk;
  readonly shell: ApprovalShell;
  readonly clock: Clock;
  readonly log: Logger;
  /** Name of the person at this computer, for the audit. */
  readonly who: string | null;
  /** Shows a notification; it only announces (AP-14). */
  readonly announce: (notification: Notification) => Promise<void>;
  /** Told of everything that changes {@link WindowPresenter.state}. */
  readonly changed: () => void;
}

/** The window as a place to answer: one question at a time, with a list of all that wait. */
export interface WindowPresenter {
  start(): void;
  /** Hides the window and detaches; what is pending here is never decided by that. */
  close(): void;
  state(): ApprovalState;
  decide(input: DecideInput): AnswerResult;
  /** Denies exactly the questions named; results in their order. */
  denyMany(input: DenyManyInput): AnswerResult[];
  /** The command for the clipboard, with what is hidden made visible; null when it is over. */
  copyText(id: string): string | null;
}

/** How long the window tells what became of a question that was not answered in it (ui.md §2). */
const lingerMs = 1_200;

export function createWindowPresenter(deps: WindowPresenterDeps): WindowPresenter {
  return new Presenter(deps);
}

class Presenter implements WindowPresenter {
  readonly #deps: WindowPresenterDeps;
  readonly #shown = new WeakMap<PendingApproval, ShownApproval>();
  #detach: (() => void) | null = null;
  #visible: PendingApproval | null = null;
  #last: ApprovalState['last'] = null;
  #announced = false;
  #cancelLinger: Cancel = () => undefined;

  constructor(deps: WindowPresenterDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#detach) return;
    const { desk, changed } = this.#deps;
    const surface = 'window';
    // Only this one hears of questions behind the visible one.
    const list: ApprovalPresenter = { surface, mode: 'all', present: changed, clear: changed };
    const one: ApprovalPresenter = {
      surface,
      mode: 'one-at-a-time',
      present: (approval) => this.#present(approval),
      clear: (approval, outcome) => this.#clear(approval, outcome),
    };
    const detachList = desk.attach(list);
    const detachOne = desk.attach(one);
    this.#detach = () => {
      detachList();
      detachOne();
    };
  }

  close(): void {
    const detach = this.#detach;
    if (!detach) return;
    this.#detach = null;
    this.#cancelLinger();
    this.#visible = null;
    this.#last = null;
    detach();
    this.#deps.shell.hide();
    this.#deps.changed();
  }

  state(): ApprovalState {
    return {
      current: this.#visible && this.#view(this.#visible),
      waiting: this.#deps.desk.list().map((approval) => this.#view(approval)),
      last: this.#last,
    };
  }

  decide({ id, displayDigest, decision, note, pauseAgent }: DecideInput): AnswerResult {
    // The list behind it can only be denied: its texts are folded, and nobody has read them.
    if (decision !== 'deny' && id !== this.#visible?.id) {
      return this.#deps.desk.get(id) ? 'stale' : 'unknown';
    }
    const told = decision === 'deny' ? note?.trim() : undefined;
    return this.#answer({
      id,
      displayDigest,
      decision,
      ...(told ? { note: told } : {}),
      ...(pauseAgent === undefined ? {} : { pauseAgent }),
    });
  }

  denyMany({ questions }: DenyManyInput): AnswerResult[] {
    const visible = this.#visible?.id;
    const isLast = ({ id }: { readonly id: string }) => Number(id === visible);
    const results = new Map<object, AnswerResult>();
    // The visible one last: else each of the others would come into view on its way out.
    for (const question of questions.toSorted((a, b) => isLast(a) - isLast(b))) {
      results.set(question, this.#answer({ ...question, decision: 'deny' }));
    }
    return questions.map((question) => results.get(question) ?? 'unknown');
  }

  copyText(id: string): string | null {
    const text = this.#deps.desk.get(id)?.subject.commandText;
    return text === undefined ? null : text.split('\n').map(safe).join('\n');
  }

  #answer(answer: Omit<ApprovalAnswer, 'by'>): AnswerResult {
    const { desk, who } = this.#deps;
    // A window that is closed for good has shown nothing.
    if (!this.#detach) return 'unknown';
    return desk.answer({ ...answer, by: { surface: 'window', who } });
  }

  #present(approval: PendingApproval): void {
    this.#visible = approval;
    this.#deps.shell.show();
    this.#deps.changed();
    this.#announce(approval);
  }

  #clear(approval: PendingApproval, outcome: ApprovalOutcome): void {
    if (this.#visible?.id !== approval.id) return;
    this.#visible = null;
    const nothingWaits = this.#deps.desk.list().length === 0;
    if (nothingWaits) this.#announced = false;
    if (answeredHere(outcome)) {
      this.#forgetLast();
      if (nothingWaits) this.#deps.shell.hide();
    } else {
      this.#tellOutcome(approval, outcome);
    }
    this.#deps.changed();
  }

  #tellOutcome({ id, kind }: PendingApproval, outcome: ApprovalOutcome): void {
    this.#forgetLast();
    const text = safe(messages.outcome(kind, outcome));
    this.#last = { id: safe(id), text, outcome: outcome.kind };
    this.#cancelLinger = this.#deps.clock.schedule(lingerMs, () => {
      this.#last = null;
      if (this.#visible === null) this.#deps.shell.hide();
      this.#deps.changed();
    });
  }

  #forgetLast(): void {
    this.#cancelLinger();
    this.#last = null;
  }

  /** Once for questions that follow each other: what comes after is seen in the window. */
  #announce({ kind, subject }: PendingApproval): void {
    if (this.#announced) return;
    this.#announced = true;
    const { title, body } = messages.desktop.announcement;
    const text = body(messages.prompt.title(kind, subject.agentId));
    this.#deps
      .announce({ title, body: text, sound: null, priority: 'active' })
      .catch((error: unknown) => {
        // The window shows it as well: a notification is a help, not a need.
        this.#deps.log.debug('approval.announcement.failed', { error: errorText(error) });
      });
  }

  /** Questions in view never change, so most of a snapshot is made once. */
  #view(approval: PendingApproval): ShownApproval {
    const known = this.#shown.get(approval);
    if (known) return known;
    const view = shownApproval(approval);
    this.#shown.set(approval, view);
    return view;
  }
}

function answeredHere(outcome: ApprovalOutcome): boolean {
  return 'by' in outcome && outcome.by.surface === 'window';
}
