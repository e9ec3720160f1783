import type { Bridge, Channel, Input } from '#ipc/contract.ts';
import { type CallResult, call } from '../companion.ts';
import { words } from '../words.ts';
import { canAskAgain, canDeny, canExtend, canGrant, keyOf, type listedQuestions } from './model.ts';
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
      const goesOn = stage.model().shown?.id === id;
      if (!reply.ok) stage.failed(reply.message ?? words.failed.bridge, goesOn);
      else if (reply.value !== 'accepted') stage.failed(words.failed[reply.value], goesOn);
    },
    async denyMany(questions) {
      const model = stage.model();
      if (model.sending || questions.length === 0) return;
      stage.change({ ...model, sending: true, notice: null });
      const reply = await call(bridge, 'approvals.denyMany', {
        questions: questions.map(({ id, displayDigest }) => ({ id, displayDigest })),
      });
      if (!reply.ok) return stage.failed(reply.message ?? words.failed.bridge, true);
      const missed = reply.value.filter((result) => result !== 'accepted').length;
      if (missed > 0) return stage.failed(words.failed.some(missed, questions.length), true);
      const after = stage.model();
      const { shown } = after;
      // One that was denied by this stays inert until it leaves the page.
      const isOver = shown !== null && questions.some((one) => keyOf(one) === keyOf(shown));
      if (after.step === 'list' || !isOver) stage.change({ ...after, sending: false });
    },
    async copy() {
      const { shown } = stage.model();
      if (shown === null) return;
      const reply = await call(bridge, 'approvals.copy', { id: shown.id });
      // Another question is in view by now.
      if (stage.model().shown?.id !== shown.id) return;
      const copied = reply.ok && reply.value;
      const said = copied ? words.command.copied : words.command.notCopied;
      stage.change({ ...stage.model(), copied }, said);
    },
    async extend() {
      const model = stage.model();
      if (model.shown === null || !canExtend(model, stage.now())) return;
      const { id } = model.shown;
      const reply = await call(bridge, 'approvals.extend', { id });
      if (stage.model().shown?.id !== id) return;
      if (reply.ok && reply.value) stage.change(stage.model(), words.live.keptWaiting);
      else stage.failed(whyNot(reply, words.failed.extend));
    },
    async askAgain() {
      const model = stage.model();
      const id = missedId(model);
      if (id === undefined || !canAskAgain(model)) return;
      stage.change({ ...model, sending: true, notice: null });
      const reply = await call(bridge, 'approvals.askAgain', { id });
      const after = stage.model();
      if (after.shown !== null && after.held === null) return;
      if (reply.ok && reply.value) stage.change({ ...after, sending: false });
      else stage.failed(whyNot(reply, words.failed.askAgain));
    },
  };
}

/** The question that expired, where the page still tells of it. */
function missedId({ held, snapshot }: ReturnType<Stage['model']>): string | undefined {
  return (held ?? snapshot?.approvals.last)?.id;
}

/** `no`: the companion did answer, and this is what that means. */
function whyNot(reply: CallResult<Channel>, no: string): string {
  return reply.ok ? no : (reply.message ?? words.failed.bridge);
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
