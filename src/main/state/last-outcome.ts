import { type AskAgain, sessionToTell } from '#core/approvals/ask-again.ts';
import type { ApprovalOutcome, PendingApproval } from '#core/approvals/types.ts';
import { messages } from '#core/messages.ts';
import type { Cancel, Clock } from '#core/ports.ts';
import { safe } from '#core/quoted.ts';
import type { ApprovalState } from '#ipc/approvals.ts';

export interface LastOutcomeDeps {
  readonly clock: Clock;
  readonly askAgain: AskAgain;
  /** What is told has changed, also to nothing. */
  readonly changed: () => void;
}

/** How the last question went away, and for how long the window tells it (ui.md §2). */
export interface LastOutcome {
  readonly current: ApprovalState['last'];
  /** One that expired stays, because there is a button on it; others for a moment. */
  tell(approval: PendingApproval, outcome: ApprovalOutcome): void;
  /** What was allowed here did not run: told a little longer, also beside the next question. */
  nothingRan(approval: PendingApproval, why: string): void;
  /** Another question has come into view: nothing is offered for the one before any more. */
  overtaken(): void;
  /** @returns false when there is nothing to ask again, or nobody could be told. */
  askAgain(id: string): Promise<boolean>;
  forget(): void;
  /** Nobody can see it: its time begins, again, once somebody can. */
  setAway(isAway: boolean): void;
}

const lingerMs = 1_200;

/** Nobody expects it, and it has a path in it. */
const notRunMs = 8_000;

export function createLastOutcome(deps: LastOutcomeDeps): LastOutcome {
  return new Last(deps);
}

class Last implements LastOutcome {
  readonly #deps: LastOutcomeDeps;
  #last: ApprovalState['last'] = null;
  /** The question behind the button; null where there is none. */
  #missed: PendingApproval | null = null;
  /** Its agent is being told. */
  #asking: { readonly question: PendingApproval; readonly told: Promise<boolean> } | null = null;
  /** For how long it is told; null: until something else happens. */
  #lingerMs: number | null = null;
  #cancelLinger: Cancel = () => undefined;
  #isAway = false;

  constructor(deps: LastOutcomeDeps) {
    this.#deps = deps;
  }

  get current(): ApprovalState['last'] {
    return this.#last;
  }

  tell(approval: PendingApproval, outcome: ApprovalOutcome): void {
    this.forget();
    const canAskAgain = outcome.kind === 'expired' && sessionToTell(approval) !== null;
    const text = safe(messages.outcome(approval.kind, outcome));
    this.#last = { id: safe(approval.id), text, outcome: outcome.kind, canAskAgain };
    if (canAskAgain) this.#missed = approval;
    else this.#linger();
  }

  nothingRan({ id }: PendingApproval, why: string): void {
    this.forget();
    this.#last = { id: safe(id), text: safe(why), outcome: 'not-run', canAskAgain: false };
    this.#linger(notRunMs);
  }

  overtaken(): void {
    if (!this.#missed || !this.#last) return;
    this.#last = { ...this.#last, canAskAgain: false };
    this.#linger();
  }

  async askAgain(id: string): Promise<boolean> {
    const missed = this.#missed;
    if (!missed || this.#last?.id !== id) return false;
    if (this.#asking?.question !== missed) {
      this.#asking = { question: missed, told: this.#deps.askAgain(missed) };
    }
    const asking = this.#asking;
    const told = await asking.told.finally(() => {
      if (this.#asking === asking) this.#asking = null;
    });
    // Meanwhile a person may have closed it, or another question has come.
    if (!told || this.#missed !== missed) return told;
    this.#last = { ...this.#last, text: messages.askAgain.told, canAskAgain: false };
    this.#linger();
    this.#deps.changed();
    return true;
  }

  forget(): void {
    this.#cancelLinger();
    this.#lingerMs = null;
    this.#last = null;
    this.#missed = null;
  }

  setAway(isAway: boolean): void {
    this.#isAway = isAway;
    this.#cancelLinger();
    this.#beginLinger();
  }

  #linger(forMs = lingerMs): void {
    this.#missed = null;
    this.#lingerMs = forMs;
    this.#beginLinger();
  }

  #beginLinger(): void {
    if (this.#isAway || this.#lingerMs === null) return;
    this.#cancelLinger = this.#deps.clock.schedule(this.#lingerMs, () => {
      this.forget();
      this.#deps.changed();
    });
  }
}
