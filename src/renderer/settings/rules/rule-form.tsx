import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Bridge, Output } from '#ipc/contract.ts';
import type { RulesEdit } from '#ipc/rules.ts';
import { type CallResult, call } from '../../companion.ts';
import { Button } from '../../ui/controls.tsx';
import { words } from '../../words.ts';
import { draftOf, type EditedRule, editOf } from './draft.ts';
import { DraftFields } from './draft-fields.tsx';
import type { Agent } from './filter.ts';
import { rulesWords } from './words.ts';

interface Props {
  readonly companion: Bridge;
  readonly agents: readonly Agent[];
  /** Null: a new one. */
  readonly edited: EditedRule | null;
  readonly onSave: (edit: RulesEdit) => unknown;
  readonly onCancel: () => unknown;
}

/** Nobody reads a sentence that changes with every key. */
const restMs = 250;

/** Writes a rule, new or another one in its place; what that would change is said before. */
export function RuleForm({ companion, agents, edited, onSave, onCancel }: Props) {
  // As it was when the form was opened: only what a person changes is sent.
  const [start] = useState(edited);
  const [draft, setDraft] = useState(() => draftOf(start));
  const form = useRef<HTMLFormElement>(null);
  // The moment it was written: a preview must speak of the same end as the rule.
  const edit = useMemo(() => editOf(draft, start, Date.now()), [draft, start]);
  const preview = usePreview(companion, edit);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  return (
    <form
      ref={form}
      class="rule-form"
      aria-label={start === null ? rulesWords.add : rulesWords.editLabel(start.rule.program)}
      onKeyDown={(event) => event.key === 'Escape' && void onCancel()}
      onSubmit={(event) => {
        event.preventDefault();
        if (edit !== null && preview?.ok) void onSave(edit);
      }}
    >
      <DraftFields
        draft={draft}
        rule={start?.rule ?? null}
        agents={agents}
        change={(part) => setDraft({ ...draft, ...part })}
      />
      <PreviewText preview={edit === null ? null : preview} />
      <div class="confirm-choices">
        <Button id="form-cancel" onPress={onCancel}>
          {rulesWords.cancel}
        </Button>
        <Button
          id="form-save"
          disabled={edit === null || preview?.ok !== true}
          onPress={() => form.current?.requestSubmit()}
        >
          {start === null ? rulesWords.add : rulesWords.save}
        </Button>
      </div>
    </form>
  );
}

type PreviewReply = CallResult<'rules.preview'>;

/** What the rule would change, once the keys rest; null while that is not known. */
function usePreview(companion: Bridge, edit: RulesEdit | null): PreviewReply | null {
  const [known, setKnown] = useState<{ edit: RulesEdit; reply: PreviewReply } | null>(null);
  useEffect(() => {
    if (edit === null) return;
    let stale = false;
    const timer = setTimeout(() => {
      void call(companion, 'rules.preview', { edit }).then((reply) => {
        if (!stale) setKnown({ edit, reply });
      });
    }, restMs);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [companion, edit]);
  return known !== null && known.edit === edit ? known.reply : null;
}

function PreviewText({ preview }: { preview: PreviewReply | null }) {
  return (
    <div class="preview" aria-live="polite">
      {preview?.ok && <Sentences preview={preview.value} />}
      {preview?.ok === false && <p class="bad">{preview.message ?? words.settings.noAnswer}</p>}
    </div>
  );
}

function Sentences({ preview: { changes } }: { preview: Output<'rules.preview'> }) {
  if (changes.length === 0) return <p class="soft">{rulesWords.nothingChanges}</p>;
  return (
    <>
      <p class="soft">{rulesWords.willDo}</p>
      {changes.map((sentence) => (
        <p key={sentence}>
          <bdi>{sentence}</bdi>
        </p>
      ))}
    </>
  );
}
