import type { ShownApproval } from '#ipc/approvals.ts';
import { words } from '../words.ts';
import { Choice, GrantChoice } from './choices.tsx';
import type { ApprovalController } from './controller.ts';
import { ExpiredChoices } from './expired.tsx';
import { type ApprovalModel, canDeny, canGrant } from './model.ts';
import { PauseChoice } from './pause-choice.tsx';
import { storedSentences } from './selection.ts';

interface Props {
  readonly model: ApprovalModel;
  readonly approval: ShownApproval;
  readonly nowMs: number;
  readonly controller: ApprovalController;
}

/** Where the answer is given: always at the bottom, so nothing above can move it. */
export function Footer({ model, approval, nowMs, controller }: Props) {
  if (model.held?.hasButtons)
    return (
      <footer class="footer">
        <Notice model={model} />
        <ExpiredChoices model={model} controller={controller} />
      </footer>
    );
  return (
    <footer class="footer">
      <Notice model={model} />
      {model.step === 'question' && approval.onceBecause !== null && (
        <Once because={approval.onceBecause} />
      )}
      {model.note !== null && <Note note={model.note} onNote={controller.setNote} />}
      {model.step === 'always' ? (
        <SaveChoices model={model} approval={approval} nowMs={nowMs} controller={controller} />
      ) : (
        <AnswerChoices model={model} approval={approval} nowMs={nowMs} controller={controller} />
      )}
      <QueueLine model={model} controller={controller} />
    </footer>
  );
}

function AnswerChoices({ model, approval, nowMs, controller }: Props) {
  const grants = canGrant(model, nowMs);
  const { epoch } = model.arming;
  return (
    <div class="choices">
      <Choice
        id="deny"
        kind="deny"
        first
        inert={!canDeny(model)}
        onChoose={() => controller.answer('deny')}
      >
        {words.answer.deny}
      </Choice>
      {approval.canPause && (
        <PauseChoice
          name={approval.agent.text}
          inert={!canDeny(model)}
          onChoose={(length) => controller.answer('deny', length)}
        />
      )}
      <span class="gap" />
      {approval.canAlways && (
        <GrantChoice
          id="always"
          epoch={epoch}
          enabled={grants}
          onChoose={() => controller.goTo('always')}
        >
          {words.answer.always}
        </GrantChoice>
      )}
      <GrantChoice
        id="allow-once"
        epoch={epoch}
        enabled={grants}
        onChoose={() => controller.answer('allow-once')}
      >
        {words.answer.allowOnce}
      </GrantChoice>
    </div>
  );
}

function SaveChoices({ model, approval, nowMs, controller }: Props) {
  return (
    <div class="choices">
      <Choice id="back" kind="harmless" first onChoose={() => controller.goTo('question')}>
        {words.always.back}
      </Choice>
      <span class="gap" />
      <GrantChoice
        id="save"
        epoch={model.arming.epoch}
        enabled={canGrant(model, nowMs)}
        onChoose={() => controller.answer('allow-always')}
      >
        {words.always.save(approval.kind, storedCount(model, approval))}
      </GrantChoice>
    </div>
  );
}

function storedCount({ selection }: ApprovalModel, approval: ShownApproval): number {
  return selection === null ? approval.always.length : storedSentences(approval, selection).length;
}

/** Where "Always…" would be. */
function Once({ because }: { because: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard
    <section class="once" aria-label={words.answer.once} tabIndex={0}>
      <p>{words.answer.onceBecause(because)}</p>
    </section>
  );
}

function Notice({ model }: { model: ApprovalModel }) {
  const { notice, held, reading } = model;
  return (
    <>
      <p class="notice" role="alert" hidden={notice === null}>
        {notice}
      </p>
      {!reading.done && held === null && (
        <p class="unread">{words.answer.scrollToEnd(reading.read, reading.screens)}</p>
      )}
    </>
  );
}

function Note({ note, onNote }: { note: string; onNote: (note: string | null) => void }) {
  return (
    <label class="note">
      <span>{words.answer.noteLabel}</span>
      <textarea
        id="note-text"
        rows={2}
        maxLength={1_000}
        spellcheck={false}
        autocomplete="off"
        value={note}
        onInput={(event) => onNote(event.currentTarget.value)}
      />
    </label>
  );
}

function QueueLine({
  model,
  controller,
}: {
  model: ApprovalModel;
  controller: ApprovalController;
}) {
  const waiting = model.snapshot?.approvals.waiting.length ?? 0;
  const { note, step, storedReading, held } = model;
  return (
    <div class="queue">
      <span>{waiting > 1 ? words.answer.queue(waiting) : words.answer.only}</span>
      {waiting > 1 && (
        <button type="button" id="show-all" class="link" onClick={() => controller.goTo('list')}>
          {words.answer.showAll}
        </button>
      )}
      <span class="gap" />
      {step === 'always' && !storedReading.done && (
        <span class="unread">
          {words.answer.scrollToEnd(storedReading.read, storedReading.screens)}
        </span>
      )}
      {step === 'question' && (
        <button
          type="button"
          id="answer-later"
          class="link"
          disabled={held !== null}
          title={words.answer.laterHint}
          onClick={() => void controller.close()}
        >
          {words.answer.later}
        </button>
      )}
      {step === 'question' && (
        <button
          type="button"
          id="note"
          class="link"
          disabled={held !== null}
          aria-expanded={note !== null}
          onClick={() => controller.setNote(note === null ? '' : null)}
        >
          {note === null ? words.answer.addNote : words.answer.removeNote}
        </button>
      )}
    </div>
  );
}
