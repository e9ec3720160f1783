import { Select, TextField } from '../../ui/controls.tsx';
import type { Draft } from './draft.ts';
import type { Agent } from './filter.ts';
import { Day } from './holds.tsx';
import type { Lasts } from './lasts.ts';
import { rulesWords } from './words.ts';

interface FieldsProps {
  readonly draft: Draft;
  readonly agents: readonly Agent[];
  readonly change: (part: Partial<Draft>) => void;
}

const argsKinds = Object.entries(rulesWords.argsKinds).map(([value, text]) => ({ value, text }));
const lasts = Object.entries(rulesWords.lasts).map(([value, text]) => ({
  value: value as Lasts,
  text,
}));

/** What a new rule is for. */
export function DraftFields({ draft, agents, change }: FieldsProps) {
  return (
    <div class="fields">
      <TextField
        id="add-program"
        label={rulesWords.program}
        showLabel
        mono
        maxLength={4_096}
        placeholder={rulesWords.programHint}
        value={draft.program}
        onInput={(program) => change({ program })}
      />
      <Select
        id="add-args-kind"
        label={rulesWords.args}
        showLabel
        value={draft.exact ? 'exact' : 'any'}
        options={argsKinds}
        onChange={(value) => change({ exact: value === 'exact' })}
      />
      {draft.exact && <ArgsField args={draft.args} onInput={(args) => change({ args })} />}
      <TextField
        id="add-folder"
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
          id="add-lasts"
          label={rulesWords.holds}
          showLabel
          value={draft.lasts}
          options={lasts}
          onChange={(value) => change({ lasts: value })}
        />
        {draft.lasts === 'date' && (
          <Day id="add-day" day={draft.day} onDay={(day) => change({ day })} />
        )}
      </span>
      <AgentField draft={draft} agents={agents} change={change} />
    </div>
  );
}

/** One on each line: an argument may hold anything but a line break, blanks and quotes too. */
function ArgsField({ args, onInput }: { args: string; onInput: (args: string) => void }) {
  return (
    <label class="control">
      <span class="control-label">{rulesWords.argsLines}</span>
      <textarea
        id="add-args"
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

function AgentField({ draft, agents, change }: FieldsProps) {
  const known = new Map([
    ['*', rulesWords.everyAgent],
    ['main', '"main"'],
    ...agents.map(({ key, shown }) => [key, shown] as const),
  ]);
  const options = [...known].map(([value, text]) => ({ value, text }));
  return (
    <span class="field-row">
      <Select
        id="add-agent"
        label={rulesWords.agent}
        showLabel
        value={draft.agent ?? other}
        options={[...options, { value: other, text: rulesWords.otherAgent }]}
        onChange={(value) => change({ agent: value === other ? null : value })}
      />
      {draft.agent === null && (
        <TextField
          id="add-agent-name"
          label={rulesWords.agentName}
          maxLength={512}
          value={draft.other}
          onInput={(name) => change({ other: name })}
        />
      )}
    </span>
  );
}
