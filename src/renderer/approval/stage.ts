import { words } from '../words.ts';
import {
  type ApprovalModel,
  canExtend,
  canGrant,
  emptyModel,
  keyOf,
  nextWake,
  release,
  standStill,
  timeLeft,
} from './model.ts';
import { besideNotRun, notRunOf } from './not-run.ts';
import { afterPairing, canApprove, pairingOf } from './pairing-model.ts';
import { pairingWords } from './pairing-words.ts';

export interface StageDeps {
  /** Ms that never go back. */
  readonly now: () => number;
  readonly isHidden: () => boolean;
  /** Draws the model; called after every change. */
  readonly draw: (model: ApprovalModel, nowMs: number, spoken: string) => void;
}

/** The model of the approval page, its one timer, and what is read out. */
export interface Stage {
  readonly now: () => number;
  model(): ApprovalModel;
  /** @param said read out, unless something more important is. */
  change(next: ApprovalModel, said?: string): void;
  /**
   * Something did not work: the page has to be looked at again.
   * @param goesOn it is told beside the next question too.
   */
  failed(message: string, goesOn?: boolean): void;
}

/** Makes the same words another text: only a text that changed is read out. */
const unheard = '\u00A0';

export function createStage({ now, isHidden, draw }: StageDeps): Stage {
  let model = emptyModel;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let spoken = '';
  const news = createNews();

  const change: Stage['change'] = (next, said) => {
    const before = model;
    const nowMs = now();
    model = besideNotRun(before, afterPairing(before, next, nowMs), nowMs);
    const heard = news(before, model, nowMs) ?? said;
    if (heard !== undefined) spoken = heard === spoken ? `${heard}${unheard}` : heard;
    draw(model, nowMs, spoken);
    clearTimeout(timer);
    const wakeAtMs = nextWake(model, nowMs, isHidden());
    if (wakeAtMs !== null) timer = setTimeout(wake, Math.max(1, Math.ceil(wakeAtMs - nowMs)));
  };
  function wake(): void {
    const isOver = model.held !== null && now() >= model.held.untilMs;
    change(isOver ? release(model, now()) : model);
  }

  return {
    now,
    model: () => model,
    change,
    failed: (notice, noticeGoesOn = false) =>
      change({ ...standStill(model, now()), sending: false, notice, noticeGoesOn }),
  };
}

/** What a change has to be announced with; null when it need not be. */
function createNews(): (
  before: ApprovalModel,
  after: ApprovalModel,
  nowMs: number,
) => string | null {
  let couldGrant = false;
  let couldExtend = false;
  /** The last question that was announced. */
  let told: string | null = null;
  return (before, after, nowMs) => {
    const pairing = pairingOf(after);
    const grants = canGrant(after, nowMs) || canApprove(after, nowMs);
    const isNew = grants && !couldGrant;
    couldGrant = grants;
    const extendable = canExtend(after, nowMs);
    const isLate = extendable && !couldExtend;
    couldExtend = extendable;
    const { shown, focus, step, held } = after;
    if (held !== null) return held.text === before.held?.text ? null : held.text;
    if (shown !== null && step === 'question') {
      // Leaving the list begins the text anew, which need not be another one.
      const isAnew = after.content !== before.content && before.step !== 'list';
      const isNews = isAnew || keyOf(shown) !== told;
      told = keyOf(shown);
      if (isNews) return words.live.request(shown.title, timeLeft(after, nowMs));
    }
    if (pairing !== null && focus !== before.focus) return pairingWords.live(pairing.title);
    if (isLate) return words.live.keepWaiting;
    // Beside a question it is an alert of its own.
    const notRun = notRunOf(after);
    if (shown === null && notRun !== null && notRun !== notRunOf(before)) return notRun;
    if (!isNew) return null;
    return pairing === null ? words.live.allowAvailable : pairingWords.available;
  };
}
