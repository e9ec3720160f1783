import type { Bridge } from '#ipc/contract.ts';
import { call, followSnapshots } from '../companion.ts';
import { createAnswers } from './answers.ts';
import { type Click, clickCounts, type Press, press } from './arming.ts';
import {
  type ApprovalModel,
  goTo,
  measured,
  type ReadText,
  receive,
  select,
  standStill,
  subjectOf,
} from './model.ts';
import { createPairingAnswer } from './pairing-answers.ts';
import { pairingOf } from './pairing-model.ts';
import type { Extent } from './reading.ts';
import type { Selection } from './selection.ts';
import { createStage, type Stage, type StageDeps } from './stage.ts';

type Deps = StageDeps & { readonly bridge: Bridge };

export type ApprovalController = ReturnType<typeof createApprovalController>;

/** Everything a person can do on the approval page. */
export function createApprovalController({ bridge, ...deps }: Deps) {
  const stage = createStage(deps);
  const { model, change, now } = stage;
  const answers = createAnswers(bridge, stage);
  const pair = createPairingAnswer(bridge, stage);
  const close = () => call(bridge, 'windows.close', null);
  const look = (text: ReadText, extent: Extent): void => {
    const next = measured(model(), text, extent);
    if (next !== model()) change(next);
  };
  return {
    ...answers,
    pair,
    ...createInput(stage),
    start: (): void => {
      change(model());
      followSnapshots(bridge, (snapshot) => change(receive(model(), snapshot, now())));
    },
    close,
    goTo: (step: ApprovalModel['step']): void => change(goTo(model(), step, now())),
    select: (selection: Selection): void => change(select(model(), selection, now())),
    setNote: (note: string | null): void => change({ ...model(), note }),
    setDetails: (detailsOpen: boolean): void => change({ ...model(), detailsOpen }),
    measured: (extent: Extent): void => look('reading', extent),
    storedMeasured: (extent: Extent): void => look('storedReading', extent),
    /** Shown or focused. */
    standStill: (): void => change(standStill(model(), now())),
    /** Esc: denies the question on the page, or puts off who wants in; else it goes back or closes. */
    escape: async (): Promise<void> => {
      const { held, shown } = model();
      if (held?.hasButtons) await close();
      else if (model().step === 'list') change(goTo(model(), 'question', now()));
      else if (pairingOf(model()) !== null) await pair('later');
      else if (shown === null) await close();
      else await answers.answer('deny');
    },
  };
}

/** Which presses count (AP-05). */
function createInput({ model, now }: Stage) {
  let began: Press | null = null;
  return {
    pressed: (button: string): void => {
      began = press(button, subjectOf(model()), model().arming, now());
    },
    clickCounts: (click: Omit<Click, 'subject'>): boolean =>
      clickCounts({ ...click, subject: subjectOf(model()) }, began, model().arming, now()),
    epoch: (): number => model().arming.epoch,
    isArmed: (): boolean => now() >= model().arming.armedAtMs,
  };
}
