import type { ShownApproval } from '#ipc/approvals.ts';
import type { Snapshot } from '#ipc/contract.ts';
import { type Arming, isArmed, neverArmed, rearm } from './arming.ts';
import { type Held, hold, stillHeld } from './held.ts';
import { pairingOf, pairingSubject } from './pairing-model.ts';
import { type Extent, type Reading, readOn, unread } from './reading.ts';
import { firstSelection, type Selection, storesSomething } from './selection.ts';

/** Most questions one answer may name (`denyManyInputSchema`). */
const mostListed = 64;

type Step = 'question' | 'always' | 'list';

/** All the approval page knows: the last snapshot, and what a person does with it. */
export interface ApprovalModel {
  readonly snapshot: Snapshot | null;
  readonly receivedAtMs: number;
  /** The question on the page; may lag behind the snapshot while `held`. */
  readonly shown: ShownApproval | null;
  /** Ms there were to answer when the deadline was set, or set again; 0 without one. */
  readonly wholeMs: number;
  readonly step: Step;
  /** What the step "always" stores; null elsewhere, and where the rule is not ours to shape. */
  readonly selection: Selection | null;
  readonly arming: Arming;
  readonly reading: Reading;
  /** The same for the words of what "always" stores (AP-12). */
  readonly storedReading: Reading;
  /** It was answered elsewhere or expired: the answers stay and do nothing, or make room. */
  readonly held: Held | null;
  /** An answer of this page is under way. */
  readonly sending: boolean;
  readonly notice: string | null;
  /** It is about an answer: told beside the next question too, and not beside the one after. */
  readonly noticeGoesOn: boolean;
  readonly note: string | null;
  readonly copied: boolean | null;
  readonly detailsOpen: boolean;
  /** Keys of the questions on the list: later ones are not added by themselves (S24). */
  readonly listed: readonly string[];
  /** Rises when another text is on the page, which has to be read from its beginning. */
  readonly content: number;
  /** Rises when the focus has to go to the first choice (Deny, Back). */
  readonly focus: number;
}

export const emptyModel: ApprovalModel = {
  snapshot: null,
  receivedAtMs: 0,
  shown: null,
  wholeMs: 0,
  step: 'question',
  selection: null,
  arming: neverArmed,
  reading: unread,
  storedReading: unread,
  held: null,
  sending: false,
  notice: null,
  noticeGoesOn: false,
  note: null,
  copied: null,
  detailsOpen: false,
  listed: [],
  content: 0,
  focus: 0,
};

/** Names exactly what was shown (S24). */
export function keyOf({ id, displayDigest }: ShownApproval): string {
  return `${id}\n${displayDigest}`;
}

/** Everything but the deadline, which may move without the question being another one. */
function sameContent(one: ShownApproval | null, other: ShownApproval | null): boolean {
  if (one === null || other === null) return one === other;
  const text = (approval: ShownApproval): string => JSON.stringify({ ...approval, expiresAtMs: 0 });
  return text(one) === text(other);
}

/** Puts a question on the page, or none: everything starts afresh. */
function show(model: ApprovalModel, shown: ShownApproval | null, nowMs: number): ApprovalModel {
  return {
    ...emptyModel,
    snapshot: model.snapshot,
    receivedAtMs: model.receivedAtMs,
    // Not beside a question that comes much later.
    notice: model.shown !== null && model.noticeGoesOn ? model.notice : null,
    shown,
    wholeMs: whole({ ...model, shown: null }, shown),
    arming: rearm(model.arming, nowMs),
    content: model.content + 1,
    focus: model.focus + 1,
  };
}

function listChanged(before: ApprovalModel, after: ApprovalModel): boolean {
  const keys = (model: ApprovalModel): string => listedQuestions(model).map(keyOf).join('\n\n');
  return keys(before) !== keys(after);
}

export function receive(model: ApprovalModel, snapshot: Snapshot, nowMs: number): ApprovalModel {
  const { current, last } = snapshot.approvals;
  const next = { ...model, snapshot, receivedAtMs: nowMs };
  if (model.held !== null) {
    const held = stillHeld(model.held, snapshot.approvals, nowMs);
    return held === null ? show(next, current, nowMs) : { ...next, held };
  }
  if (model.step === 'list' && current !== null) {
    const copied = model.shown?.id === current.id ? model.copied : null;
    const list = { ...next, shown: current, wholeMs: whole(next, current), sending: false, copied };
    return listChanged(model, list) ? { ...list, arming: rearm(model.arming, nowMs) } : list;
  }
  // The first snapshot begins a page, also where nothing waits.
  if (model.snapshot !== null && sameContent(model.shown, current))
    return { ...next, shown: current, wholeMs: whole(next, current) };
  const isGone = model.shown !== null && model.shown.id !== current?.id;
  if (isGone && !model.sending && last?.id === model.shown?.id && last && model.step !== 'list')
    return holding({ ...next, step: 'question', selection: null }, hold(last, nowMs), nowMs);
  return show(next, current, nowMs);
}

/** Buttons that come into the place of others have to be looked at first. */
function holding(model: ApprovalModel, held: Held, nowMs: number): ApprovalModel {
  if (!held.hasButtons) return { ...model, held };
  return { ...standStill(model, nowMs), held, note: null, notice: null, focus: model.focus + 1 };
}

/** "Keep waiting" moved the deadline: what is left now is the whole of it. */
function whole({ shown, snapshot, wholeMs }: ApprovalModel, current: ShownApproval | null): number {
  if (current?.expiresAtMs == null || snapshot === null) return 0;
  if (shown?.id !== current.id) return current.expiresAtMs - current.createdAtMs;
  return current.expiresAtMs === shown.expiresAtMs ? wholeMs : current.expiresAtMs - snapshot.nowMs;
}

/** The moment is over: shows what waits now. */
export function release(model: ApprovalModel, nowMs: number): ApprovalModel {
  return show(model, model.snapshot?.approvals.current ?? null, nowMs);
}

/** The page was shown or got the focus: what is on it has to be looked at first. */
export function standStill(model: ApprovalModel, nowMs: number): ApprovalModel {
  return { ...model, arming: rearm(model.arming, nowMs) };
}

export function goTo(model: ApprovalModel, step: Step, nowMs: number): ApprovalModel {
  const leftList = model.step === 'list' && step !== 'list';
  const waiting = model.snapshot?.approvals.waiting ?? [];
  return {
    ...standStill(model, nowMs),
    step,
    selection: step === 'always' && model.shown !== null ? firstSelection(model.shown) : null,
    storedReading: unread,
    // The question may be another one than before the list was opened.
    reading: leftList ? unread : model.reading,
    content: leftList ? model.content + 1 : model.content,
    note: leftList ? null : model.note,
    notice: null,
    listed: step === 'list' ? waiting.slice(0, mostListed).map(keyOf) : [],
    focus: model.focus + 1,
  };
}

/** What is stored became something else: that has to be looked at first (AP-05, AP-12). */
export function select(model: ApprovalModel, selection: Selection, nowMs: number): ApprovalModel {
  return { ...standStill(model, nowMs), selection, storedReading: unread };
}

/** What has to be read to its end. */
export type ReadText = 'reading' | 'storedReading';

export function measured(model: ApprovalModel, text: ReadText, extent: Extent): ApprovalModel {
  const before = model[text];
  const after = readOn(before, extent);
  const isSame =
    after.screens === before.screens && after.read === before.read && after.done === before.done;
  return isSame ? model : { ...model, [text]: after };
}

export function listedQuestions(model: ApprovalModel): readonly ShownApproval[] {
  const waiting = model.snapshot?.approvals.waiting ?? [];
  return waiting.filter((approval) => model.listed.includes(keyOf(approval)));
}

/** Ms until it expires, by the clock of the main process; null = never. */
export function timeLeft(
  { shown, snapshot, receivedAtMs }: ApprovalModel,
  nowMs: number,
): number | null {
  if (shown?.expiresAtMs == null || snapshot === null) return null;
  return shown.expiresAtMs - snapshot.nowMs - (nowMs - receivedAtMs);
}

export function canDeny({ shown, held, sending }: ApprovalModel): boolean {
  return shown !== null && held === null && !sending;
}

/** "Keep waiting" is there in the second half of the time, where that is ours to move (AP-17). */
export function canExtend(model: ApprovalModel, nowMs: number): boolean {
  const left = timeLeft(model, nowMs) ?? 0;
  return canDeny(model) && model.shown?.canExtend === true && left > 0 && left * 2 < model.wholeMs;
}

export function canAskAgain({ held, snapshot, sending }: ApprovalModel): boolean {
  return !sending && (held ?? snapshot?.approvals.last)?.canAskAgain === true;
}

/** The one condition under which anything may be allowed. */
export function canGrant(model: ApprovalModel, nowMs: number): boolean {
  return (
    canDeny(model) &&
    model.step !== 'list' &&
    (model.selection === null || storesSomething(model.selection)) &&
    isArmed(model.arming, nowMs) &&
    model.reading.done &&
    (model.step !== 'always' || model.storedReading.done) &&
    (timeLeft(model, nowMs) ?? 1) > 0
  );
}

/** What a pointer is aimed at: a press counts only while this stays the same. */
export function subjectOf(model: ApprovalModel): string {
  if (model.held !== null) return 'held';
  if (model.step === 'list') return listedQuestions(model).map(keyOf).join('\n\n');
  if (model.shown === null) return pairingSubject(model) ?? 'nothing';
  return [model.step, keyOf(model.shown), JSON.stringify(model.selection)].join('\n');
}

const isAsking = (model: ApprovalModel): boolean =>
  model.shown !== null || pairingOf(model) !== null;

/** When the page has to look at the clock again; null = only when something happens. */
export function nextWake(model: ApprovalModel, nowMs: number, hidden: boolean): number | null {
  const left = hidden || model.step === 'list' ? null : timeLeft(model, nowMs);
  const times = [
    ...(model.held === null ? [] : [model.held.untilMs]),
    ...(isAsking(model) && !isArmed(model.arming, nowMs) ? [model.arming.armedAtMs] : []),
    // The next whole second of the countdown.
    ...(left !== null && left > 0 ? [nowMs + (left % 1_000 || 1_000)] : []),
  ];
  const next = Math.min(...times);
  return Number.isFinite(next) ? next : null;
}
