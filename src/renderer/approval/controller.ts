import type { Bridge, Input } from '#ipc/contract.ts';
import { call, followSnapshots } from '../companion.ts';
import { words } from '../words.ts';
import { type Click, clickCounts, type Press, press } from './arming.ts';
import {
  type ApprovalModel,
  canDeny,
  canGrant,
  emptyModel,
  goTo,
  type listedQuestions,
  measured,
  nextWake,
  receive,
  release,
  standStill,
  subjectOf,
  timeLeft,
} from './model.ts';
import type { Extent } from './reading.ts';

type Decide = Input<'approvals.decide'>;

interface Deps {
  readonly bridge: Bridge;
  /** Ms that never go back. */
  readonly now: () => number;
  readonly isHidden: () => boolean;
  /** Draws the model; called after every change. */
  readonly draw: (model: ApprovalModel, nowMs: number, spoken: string) => void;
}

export type ApprovalController = ReturnType<typeof createApprovalController>;

/** Keeps the model of the approval page, its one timer, and its words to the main process. */
export function createApprovalController({ bridge, now, isHidden, draw }: Deps) {
  let model = emptyModel;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let began: Press | null = null;
  let spoken = '';
  let couldGrant = false;

  function speak(before: ApprovalModel, nowMs: number): void {
    const grants = canGrant(model, nowMs);
    const { shown, focus, step } = model;
    if (shown !== null && focus !== before.focus && step === 'question')
      spoken = words.live.request(shown.title, timeLeft(model, nowMs));
    else if (model.held !== null) spoken = model.held.text;
    else if (grants && !couldGrant) spoken = words.live.allowAvailable;
    couldGrant = grants;
  }

  function change(next: ApprovalModel): void {
    const before = model;
    const nowMs = now();
    model = next;
    speak(before, nowMs);
    draw(model, nowMs, spoken);
    clearTimeout(timer);
    const wakeAtMs = nextWake(model, nowMs, isHidden());
    if (wakeAtMs !== null) timer = setTimeout(wake, Math.max(1, Math.ceil(wakeAtMs - nowMs)));
  }

  function wake(): void {
    const isOver = model.held !== null && now() >= model.held.untilMs;
    change(isOver ? release(model, now()) : model);
  }

  function failed(message: string): void {
    change({ ...standStill(model, now()), sending: false, notice: message });
  }

  async function answer(decision: Decide['decision'], pauseAgent = false): Promise<void> {
    const { shown, note } = model;
    const may = decision === 'deny' ? canDeny(model) : canGrant(model, now());
    if (!may || shown === null) return;
    const noteText = decision === 'deny' ? (note ?? '').trim() : '';
    change({ ...model, sending: true, notice: null });
    const reply = await call(bridge, 'approvals.decide', {
      id: shown.id,
      displayDigest: shown.displayDigest,
      decision,
      ...(noteText === '' ? {} : { note: noteText }),
      ...(pauseAgent ? { pauseAgent } : {}),
    });
    if (!reply.ok) failed(reply.message ?? words.failed.bridge);
    else if (reply.value !== 'accepted') failed(words.failed[reply.value]);
  }

  /** Exactly the questions named, which were on the page when the button was pressed (S24). */
  async function denyMany(questions: ReturnType<typeof listedQuestions>): Promise<void> {
    if (model.sending || questions.length === 0) return;
    change({ ...model, sending: true, notice: null });
    const reply = await call(bridge, 'approvals.denyMany', {
      questions: questions.map(({ id, displayDigest }) => ({ id, displayDigest })),
    });
    if (!reply.ok) return failed(reply.message ?? words.failed.bridge);
    const missed = reply.value.filter((result) => result !== 'accepted').length;
    if (missed > 0) failed(words.failed.some(missed, questions.length));
    else if (model.step === 'list') change({ ...model, sending: false });
  }

  async function copy(): Promise<void> {
    const { shown } = model;
    if (shown === null) return;
    const reply = await call(bridge, 'approvals.copy', { id: shown.id });
    const copied = reply.ok && reply.value;
    spoken = copied ? words.command.copied : words.command.notCopied;
    change({ ...model, copied });
  }

  return {
    start: (): void => {
      change(model);
      followSnapshots(bridge, (snapshot) => change(receive(model, snapshot, now())));
    },
    answer,
    denyMany,
    copy,
    close: () => call(bridge, 'windows.close', null),
    goTo: (step: ApprovalModel['step']): void => change(goTo(model, step, now())),
    setNote: (note: string | null): void => change({ ...model, note }),
    setDetails: (detailsOpen: boolean): void => change({ ...model, detailsOpen }),
    measured: (extent: Extent): void => {
      const next = measured(model, extent);
      if (next !== model) change(next);
    },
    /** Shown or focused. */
    standStill: (): void => change(standStill(model, now())),
    /** Esc: denies the question on the page; where none is, it goes back. */
    escape: async (): Promise<void> => {
      if (model.step === 'list') change(goTo(model, 'question', now()));
      else await answer('deny');
    },
    pressed: (button: string): void => {
      began = press(button, subjectOf(model), model.arming, now());
    },
    clickCounts: (click: Omit<Click, 'subject'>): boolean =>
      clickCounts({ ...click, subject: subjectOf(model) }, began, model.arming, now()),
    epoch: (): number => model.arming.epoch,
    isArmed: (): boolean => now() >= model.arming.armedAtMs,
  };
}
