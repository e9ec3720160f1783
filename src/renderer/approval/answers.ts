import type { Bridge, Input } from '#ipc/contract.ts';
import { call } from '../companion.ts';
import { words } from '../words.ts';
import { canAskAgain, canDeny, canExtend, canGrant, type listedQuestions } from './model.ts';
import type { Stage } from './stage.ts';

type Decide = Input<'approvals.decide'>;

export interface Answers {
  answer(decision: Decide['decision'], pauseAgent?: Decide['pauseAgent']): Promise<void>;
  /** Exactly the questions named, which were on the page when the button was pressed (S24). */
  denyMany(questions: ReturnType<typeof listedQuestions>): Promise<void>;
  copy(): Promise<void>;
  /** "Keep waiting". */
  extend(): Promise<void>;
  /** Tells the agent of the question that expired; nothing runs by it. */
  askAgain(): Promise<void>;
}

/** What the approval page tells the main process. */
export function createAnswers(bridge: Bridge, stage: Stage): Answers {
  return {
    async answer(decision, pauseAgent) {
      const model = stage.model();
      const { shown } = model;
      const may = decision === 'deny' ? canDeny(model) : canGrant(model, stage.now());
      if (!may || shown === null) return;
      const { id, displayDigest } = shown;
      stage.change({ ...model, sending: true, notice: null });
      const reply = await call(bridge, 'approvals.decide', {
        id,
        displayDigest,
        decision,
        ...besides(decision, model),
        ...(pauseAgent === undefined ? {} : { pauseAgent }),
      });
      if (!reply.ok) stage.failed(reply.message ?? words.failed.bridge);
      else if (reply.value !== 'accepted') stage.failed(words.failed[reply.value]);
    },
    async denyMany(questions) {
      const model = stage.model();
      if (model.sending || questions.length === 0) return;
      stage.change({ ...model, sending: true, notice: null });
      const reply = await call(bridge, 'approvals.denyMany', {
        questions: questions.map(({ id, displayDigest }) => ({ id, displayDigest })),
      });
      if (!reply.ok) return stage.failed(reply.message ?? words.failed.bridge);
      const missed = reply.value.filter((result) => result !== 'accepted').length;
      const after = stage.model();
      if (missed > 0) stage.failed(words.failed.some(missed, questions.length));
      else if (after.step === 'list') stage.change({ ...after, sending: false });
    },
    async copy() {
      const { shown } = stage.model();
      if (shown === null) return;
      const reply = await call(bridge, 'approvals.copy', { id: shown.id });
      const copied = reply.ok && reply.value;
      const said = copied ? words.command.copied : words.command.notCopied;
      stage.change({ ...stage.model(), copied }, said);
    },
    async extend() {
      const model = stage.model();
      if (model.shown === null || !canExtend(model, stage.now())) return;
      const reply = await call(bridge, 'approvals.extend', { id: model.shown.id });
      if (reply.ok && reply.value) stage.change(stage.model(), words.live.keptWaiting);
      else stage.failed(words.failed.extend);
    },
    async askAgain() {
      const model = stage.model();
      const { id } = model.held ?? model.snapshot?.approvals.last ?? {};
      if (id === undefined || !canAskAgain(model)) return;
      stage.change({ ...model, sending: true, notice: null });
      const reply = await call(bridge, 'approvals.askAgain', { id });
      if (reply.ok && reply.value) stage.change({ ...stage.model(), sending: false });
      else stage.failed(words.failed.askAgain);
    },
  };
}

/** The note goes with a deny, what to store with "always" (AP-12). */
function besides(
  decision: Decide['decision'],
  { note, selection }: ReturnType<Stage['model']>,
): Pick<Decide, 'note' | 'grant'> {
  const text = (note ?? '').trim();
  if (decision === 'deny') return text === '' ? {} : { note: text };
  return decision === 'allow-always' && selection !== null ? { grant: selection } : {};
}
