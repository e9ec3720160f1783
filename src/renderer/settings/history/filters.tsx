import type { HistorySummary } from '#ipc/history.ts';
import { Button, Select, TextField } from '../../ui/controls.tsx';
import { words } from '../../words.ts';
import {
  type Choice,
  type DeciderChoice,
  dayText,
  everything,
  isEverything,
  type OutcomeChoice,
} from './choice.ts';
import { historyWords } from './words.ts';

const w = historyWords.filter;

interface Props {
  readonly choice: Choice;
  readonly agents: HistorySummary['agents'];
  readonly onChoose: (part: Partial<Choice>) => void;
}

const outcomes = Object.entries(w.outcomes) as [OutcomeChoice, string][];
const deciders = Object.entries(w.deciders) as [DeciderChoice, string][];
const asOptions = <V extends string>(pairs: readonly (readonly [V, string])[]) =>
  pairs.map(([value, text]) => ({ value, text }));

/** A name may be any text: what stands for "all" must not be one. */
const allAgents = 'all';
const optionOf = (agent: string | null): string => (agent === null ? allAgents : `=${agent}`);

export function Filters({ choice, agents, onChoose }: Props) {
  return (
    <search
      class="history-filters"
      aria-label={w.label}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.repeat || isEverything(choice)) return;
        event.preventDefault();
        event.stopPropagation();
        onChoose(choice.text === '' ? everything : { text: '' });
      }}
    >
      <div class="toolbar">
        <div class="wide">
          <TextField
            id="history-text"
            type="search"
            label={w.text}
            placeholder={w.text}
            value={choice.text}
            onInput={(text) => onChoose({ text })}
          />
        </div>
        <button
          type="button"
          id="history-missed"
          class="choice small"
          aria-pressed={choice.outcome === 'missed'}
          title={w.missedHint}
          onClick={() => onChoose({ outcome: choice.outcome === 'missed' ? 'all' : 'missed' })}
        >
          {w.missed}
        </button>
      </div>
      <Selects choice={choice} agents={agents} onChoose={onChoose} />
    </search>
  );
}

function Selects({ choice, agents, onChoose }: Props) {
  const { agent, day } = choice;
  const listed = agents.some(({ name }) => name === agent) || agent === null;
  const names = listed ? agents : [{ name: agent, shown: agent }, ...agents];
  return (
    <div class="toolbar selects">
      <Select
        id="history-agent"
        label={w.agent}
        value={optionOf(agent)}
        options={[
          { value: allAgents, text: w.allAgents },
          ...names.map(({ name, shown }) => ({
            value: optionOf(name),
            text: name === '' ? w.unnamed : words.claimed(shown),
          })),
        ]}
        onChange={(value) => onChoose({ agent: value === allAgents ? null : value.slice(1) })}
      />
      <Select
        id="history-outcome"
        label={w.outcome}
        value={choice.outcome}
        options={asOptions(outcomes)}
        onChange={(outcome) => onChoose({ outcome })}
      />
      <Select
        id="history-decided-by"
        label={w.decidedBy}
        value={choice.decidedBy}
        options={asOptions(deciders)}
        onChange={(decidedBy) => onChoose({ decidedBy })}
      />
      {day !== null && (
        <Button
          id="history-all-days"
          label={w.allDays(dayText(day))}
          onPress={() => onChoose({ day: null })}
        >
          {w.onlyDay(dayText(day))} <span aria-hidden="true">×</span>
        </Button>
      )}
      {!isEverything(choice) && (
        <button type="button" id="history-clear" class="link" onClick={() => onChoose(everything)}>
          {w.clear}
        </button>
      )}
    </div>
  );
}
