import { useMemo, useState } from 'preact/hooks';
import type { RulesEdit } from '#ipc/rules.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { useSay } from '../../ui/say.tsx';
import { useAnswer } from '../../ui/use-answer.ts';
import { words } from '../../words.ts';
import type { PaneProps } from '../pane-props.ts';
import { createEdits, type Pending } from './edits.ts';
import { Rules } from './rules.tsx';
import { type OpenForm, openerOf, useFocusAfter, usePending } from './use-focus.ts';
import { useUndoKey } from './use-undo-key.ts';
import { rulesWords } from './words.ts';

/** What may run without a question, and for whom (ui.md §4). */
export function RulesPane({ snapshot, companion }: PaneProps) {
  const say = useSay();
  const { rules: mark } = snapshot.marks;
  const { value: list, problem, reload } = useAnswer(companion, 'rules.list', null, mark);
  const [pending, onPending] = usePending();
  const [form, onForm] = useState<OpenForm | null>(null);
  const goesAway = useFocusAfter(list);
  const edits = useMemo(() => {
    const onWritten = (edit: RulesEdit): void => {
      if (edit.kind !== 'add' && edit.kind !== 'replace') return;
      // What it became may be another rule, in another row.
      if (edit.kind === 'replace') goesAway(openerOf(edit)?.id ?? '');
      onForm(null);
    };
    return createEdits({ companion, say, reload, onPending, onWritten });
  }, [companion, say, reload]);
  useUndoKey(edits);
  if (list === null) return <p class="empty">{problem ?? words.settings.loading}</p>;
  return (
    <>
      {pending !== null && (
        <Confirm
          {...secondStep(pending)}
          onBack={() => onPending(null)}
          onConfirm={() => edits.confirm(pending)}
        />
      )}
      <div class="rules" inert={pending !== null}>
        <Rules
          list={list}
          nowMs={snapshot.nowMs}
          companion={companion}
          edits={edits}
          form={form}
          onForm={onForm}
          goesAway={goesAway}
        />
      </div>
    </>
  );
}

/** What is read before it is made: what an edit allows, or what is given up. */
function secondStep({ edit, preview: { changes, widening } }: Pending) {
  const { widens, allow, discardTitle, discardLead, discardIt } = rulesWords;
  return edit.kind === 'discard'
    ? { title: discardTitle, sentences: [discardLead, ...changes], confirm: discardIt }
    : { title: widens, sentences: widening, confirm: allow };
}
