import type { z } from 'zod';
import type { AskAgain } from '#core/approvals/ask-again.ts';
import type {
  AnswerResult,
  ApprovalAnswer,
  ApprovalDesk,
  ApprovalOutcome,
  PendingApproval,
} from '#core/approvals/types.ts';
import type { Clock } from '#core/ports.ts';
import { safe } from '#core/quoted.ts';
import type { ApprovalState, decideInputSchema, denyManyInputSchema } from '#ipc/approvals.ts';
import { agentPauseMs } from './agent-pause.ts';
import {
  type Announcements,
  type AnnouncementsDeps,
  createAnnouncements,
} from './announcements.ts';
import { createLastOutcome, type LastOutcome } from './last-outcome.ts';
import { type Here, listedApproval, shownApproval } from './shown-approval.ts';
import { createViews } from './views.ts';
import { takeWindowPlace, type WindowPlace } from './window-place.ts';

type DecideInput = z.infer<typeof decideInputSchema>;
type DenyManyInput = z.infer<typeof denyManyInputSchema>;

/** The approval window, as far as the presenter cares. Both calls may come twice. */
interface ApprovalShell {
  /** Without taking the keyboard focus (AP-07). */
  show(): void;
  hide(): void;
}

export interface WindowPresenterDeps extends AnnouncementsDeps {
  readonly desk: ApprovalDesk;
  readonly shell: ApprovalShell;
  readonly clock: Clock;
  readonly askAgain: AskAgain;
  readonly here: Here;
  /** Name of the person at this computer, for the audit. */
  readonly who: string | null;
  /** Told of everything that changes {@link WindowPresenter.state}. */
  readonly changed: () => void;
}

/** The window as a place to answer: one question at a time, with a list of all that wait. */
export interface WindowPresenter {
  /** Also again, once a window that was broken can be shown. */
  start(): void;
  /** Hides the window and detaches; what is pending here is never decided by that. */
  close(): void;
  /**
   * The window cannot be shown, and a person is told. Its place is kept as while they are away:
   * questions wait for other surfaces or their end. Without it they would be nobody's, and agents
   * whose text breaks the page would be left to `askFallback` (ES-18).
   */
  broken(): void;
  /** Since {@link broken}, until it starts again. */
  isBroken(): boolean;
  state(): ApprovalState;
  decide(input: DecideInput): AnswerResult;
  /** Denies exactly the questions named; results in their order. */
  denyMany(input: DenyManyInput): AnswerResult[];
  /** "Keep waiting": gives the question in view its time again; false when that is not ours to give. */
  extend(id: string): boolean;
  /** Tells the agent of the question that expired last; false when it cannot be told. */
  askAgain(id: string): Promise<boolean>;
  /** A person closed the window: what it told last is read. */
  dismissed(): void;
  /**
   * The screen is locked or the computer sleeps: nothing is shown or announced until it is over.
   * Deadlines go on, and silence is no answer meanwhile (AP-10).
   */
  setAway(isAway: boolean): void;
  /** The command for the clipboard, with what is hidden made visible; null when it is over. */
  copyText(id: string): string | null;
}

export function createWindowPresenter(deps: WindowPresenterDeps): WindowPresenter {
  return new Presenter(deps);
}

class Presenter implements WindowPresenter {
  readonly #deps: WindowPresenterDeps;
  readonly #shown = createViews((approval) => shownApproval(approval, this.#deps.here));
  readonly #listed = createViews((approval) => listedApproval(approval, this.#shown(approval)));
  readonly #last: LastOutcome;
  readonly #announcements: Announcements;
  #place: WindowPlace | null = null;
  #isAway = false;
  #isUnseen = false;
  #visible: PendingApproval | null = null;
  #isBroken = false;
  constructor(deps: WindowPresenterDeps) {
    this.#deps = deps;
    const { clock, askAgain } = deps;
    this.#announcements = createAnnouncements(deps);
    this.#last = createLastOutcome({ clock, askAgain, changed: () => this.#lastChanged() });
  }

  start(): void {
    this.#isBroken = false;
    this.#look();
    if (this.#place) return;
    const { desk, changed } = this.#deps;
    this.#place = takeWindowPlace({
      desk,
      changed,
      isAway: this.#isUnseen,
      present: (approval) => this.#present(approval),
      clear: (approval, outcome) => this.#clear(approval, outcome),
      nothingRan: (approval, why) => this.#nothingRan(approval, why),
    });
    changed();
  }

  broken(): void {
    if (!this.#place || this.#isBroken) return;
    this.#isBroken = true;
    this.#look();
    this.#announcements.broken();
  }

  isBroken(): boolean {
    return this.#isBroken;
  }

  close(): void {
    const place = this.#place;
    if (!place) return;
    this.#place = null;
    this.#last.forget();
    this.#visible = null;
    place.leave();
    this.#deps.shell.hide();
    this.#deps.changed();
  }

  state(): ApprovalState {
    return {
      current: this.#visible && this.#shown(this.#visible),
      waiting: this.#deps.desk.list().map(this.#listed),
      last: this.#last.current,
    };
  }

  decide({ id, displayDigest, decision, note, pauseAgent, grant }: DecideInput): AnswerResult {
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
      ...(pauseAgent === undefined
        ? {}
        : { pauseAgentMs: agentPauseMs(pauseAgent, this.#deps.clock.now()) }),
      ...(grant === undefined ? {} : { grant }),
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

  extend(id: string): boolean {
    // What is listed behind the question in view has its own time.
    if (id !== this.#visible?.id) return false;
    return this.#deps.desk.extend(id) === 'extended';
  }

  askAgain(id: string): Promise<boolean> {
    return this.#last.askAgain(id);
  }

  dismissed(): void {
    if (this.#visible !== null) return;
    this.#last.forget();
    this.#deps.shell.hide();
    this.#deps.changed();
  }

  setAway(isAway: boolean): void {
    this.#isAway = isAway;
    this.#look();
  }

  /** Whether anybody can see the window may have changed. */
  #look(): void {
    const { shell, changed } = this.#deps;
    const isUnseen = this.#isAway || this.#isBroken;
    if (isUnseen !== this.#isUnseen) {
      this.#isUnseen = isUnseen;
      this.#last.setAway(isUnseen);
      if (isUnseen) {
        this.#visible = null;
        this.#announcements.nothingWaits();
        shell.hide();
      }
      this.#place?.setAway(isUnseen);
      // What became of the last question is still to be read.
      if (!isUnseen && this.#last.current !== null) shell.show();
    }
    // Also without that: the icon tells a broken window apart.
    if (this.#place) changed();
  }

  #answer(answer: Omit<ApprovalAnswer, 'by'>): AnswerResult {
    const { desk, who } = this.#deps;
    // A window that is closed for good has shown nothing.
    if (!this.#place) return 'unknown';
    return desk.answer({ ...answer, by: { surface: 'window', who } });
  }

  #present(approval: PendingApproval): void {
    const isNew = this.#visible?.id !== approval.id;
    this.#visible = approval;
    // Else only its time has changed: a window that a person closed stays closed.
    if (isNew) {
      this.#last.overtaken();
      this.#deps.shell.show();
    }
    this.#deps.changed();
    this.#announcements.asked(approval);
  }

  #clear(approval: PendingApproval, outcome: ApprovalOutcome): void {
    if (this.#visible?.id !== approval.id) return;
    this.#visible = null;
    const nothingWaits = this.#deps.desk.list().length === 0;
    if (nothingWaits) this.#announcements.nothingWaits();
    if (answeredHere(outcome)) {
      this.#last.forget();
      if (nothingWaits) this.#deps.shell.hide();
    } else {
      this.#last.tell(approval, outcome);
    }
    this.#deps.changed();
  }

  #nothingRan(approval: PendingApproval, why: string): void {
    this.#last.nothingRan(approval, why);
    if (!this.#isUnseen) this.#deps.shell.show();
    this.#deps.changed();
  }

  #lastChanged(): void {
    const { shell, changed } = this.#deps;
    if (this.#visible === null && this.#last.current === null) shell.hide();
    changed();
  }
}

function answeredHere(outcome: ApprovalOutcome): boolean {
  return 'by' in outcome && outcome.by.surface === 'window';
}
