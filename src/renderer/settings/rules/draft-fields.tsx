import type { ShownRule } from '#ipc/rules.ts';
import { Select, TextField } from '../../ui/controls.tsx';
import type { Draft } from './draft.ts';
import type { Agent } from './filter.ts';
import { Day, endText } from './holds.tsx';
import { rulesWords } from './words.ts';

interface FieldsProps {
  readonly draft: Draft;
  /** What is edited; null: a new one. */
  readonly rule: ShownRule | null;
  readonly agents: readonly Agent[];
  readonly change: (part: Partial<Draft>) => void;
}

const argsKinds = optionsOf<Draft['argsKind']>(rulesWords.argsKinds);
const lasts = optionsOf<Draft['lasts']>(rulesWords.lasts);

/** What a rule is for. */
export function DraftFields({ draft, rule, agents, change }: FieldsProps) {
  const isKept = rule?.args === 'kept';
  return (
    <div class="fields">
      <TextField
        id="form-program"
        label={rulesWords.program}
        showLabel
        mono
        maxLength={4_096}
        placeholder={rulesWords.programHint}
        value={draft.program}
        onInput={(program) => change({ program })}
      />
      <Select
        id="form-args-kind"
        label={rulesWords.args}
        showLabel
        value={draft.argsKind}
        options={argsKinds.filter(({ value }) => isKept || value !== 'kept')}
        onChange={(argsKind) => change({ argsKind })}
      />
      {isKept && <p class="soft">{rulesWords.argsKept}</p>}
      {draft.argsKind === 'exact' && (
        <ArgsField args={draft.args} onInput={(args) => change({ args })} />
      )}
      <TextField
        id="form-folder"
        label={rulesWords.folder}
        showLabel
        mono
        maxLength={4_096}
        placeholder={rulesWords.folderHint}
        value={draft.folder}
        onInput={(folder) => change({ folder })}
      />
      <span class="field-row">
        <Select
          id="form-lasts"
          label={rulesWords.holds}
          showLabel
          value={draft.lasts}
          options={rule === null ? lasts : [...keptEnd(rule), ...lasts]}
          onChange={(value) => change({ lasts: value })}
        />
        {draft.lasts === 'date' && (
          <Day id="form-day" day={draft.day} onDay={(day) => change({ day })} />
        )}
      </span>
      <AgentField draft={draft} agents={agents} change={change} />
      {rule?.isPinned && <p class="soft">{rulesWords.pinned}</p>}
    </div>
  );
}

function optionsOf<V extends string>(texts: Readonly<Record<string, string>>) {
  return Object.entries(texts).map(([value, text]) => ({ value: value as V, text }));
}

function keptEnd({ expiresAtMs, isExpired }: ShownRule) {
  if (expiresAtMs === null) return [];
  return [{ value: 'kept', text: endText(expiresAtMs, isExpired) } as const];
}

/** One on each line: an argument may hold anything but a line break, blanks and quotes too. */
function ArgsField({ args, onInput }: { args: string; onInput: (args: string) => void }) {
  return (
    <label class="control">
      <span class="control-label">{rulesWords.argsLines}</span>
      <textarea
        id="form-args"
        class="mono"
        rows={3}
        maxLength={65_536}
        spellcheck={false}
        autocomplete="off"
        value={args}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

/** No key of the document is this long. */
const other = `other ${'-'.repeat(512)}`;

function AgentField({ draft, agents, change }: Omit<FieldsProps, 'rule'>) {
  const known = new Map([
    ['*', rulesWords.everyAgent],
    ['main', '"main"'],
    ...agents.map(({ key, shown }) => [key, shown] as const),
  ]);
  const options = [...known].map(([value, text]) => ({ value, text }));
  return (
    <span class="field-row">
      <Select
        id="form-agent"
        label={rulesWords.agent}
        showLabel
        value={draft.agent ?? other}
        options={[...options, { value: other, text: rulesWords.otherAgent }]}
        onChange={(value) => change({ agent: value === other ? null : value })}
      />
      {draft.agent === null && (
        <TextField
          id="form-agent-name"
          label={rulesWords.agentName}
          maxLength={512}
          value={draft.other}
          onInput={(name) => change({ other: name })}
        />
      )}
    </span>
  );
}
