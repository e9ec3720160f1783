import { useState } from 'preact/hooks';
import { Button, Select } from '../../ui/controls.tsx';
import { dateText } from '../../ui/moment.ts';
import { dayText, endOf, type Lasts } from './lasts.ts';
import { rulesWords } from './words.ts';

const { lasts } = rulesWords;
const choices = Object.entries(lasts).map(([value, text]) => ({ value: value as Lasts, text }));

interface Props {
  readonly id: string;
  readonly label: string;
  readonly expiresAtMs: number | null;
  readonly isExpired: boolean;
  readonly disabled: boolean;
  readonly onChange: (expiresAtMs: number | null) => unknown;
}

/** Until when a rule holds: shown and changed in one place. */
export function Holds({ id, label, expiresAtMs, isExpired, disabled, onChange }: Props) {
  const [picking, setPicking] = useState(false);
  const choose = (value: Lasts | 'now'): void => {
    if (value === 'date') setPicking(true);
    if (value === 'date' || value === 'now') return;
    setPicking(false);
    const end = endOf(value, '', Date.now());
    if (end !== undefined) void onChange(end);
  };
  return (
    <>
      <Select
        id={id}
        label={label}
        value={expiresAtMs === null ? 'until-removed' : 'now'}
        options={
          expiresAtMs === null
            ? choices
            : [{ value: 'now', text: endText(expiresAtMs, isExpired) }, ...choices]
        }
        disabled={disabled}
        onChange={choose}
      />
      {picking && (
        <DayField
          id={`${id}-day`}
          onCancel={() => setPicking(false)}
          onPick={(end) => {
            setPicking(false);
            void onChange(end);
          }}
        />
      )}
    </>
  );
}

export function endText(expiresAtMs: number, isExpired: boolean): string {
  const day = dateText(expiresAtMs);
  return isExpired ? rulesWords.expired(day) : rulesWords.until(day);
}

interface DayProps {
  readonly id: string;
  readonly onPick: (endMs: number) => unknown;
  readonly onCancel: () => unknown;
}

function DayField({ id, onPick, onCancel }: DayProps) {
  const [day, setDay] = useState('');
  const end = endOf('date', day, Date.now());
  const pick = () => typeof end === 'number' && onPick(end);
  return (
    <form
      class="day-field"
      onKeyDown={({ key }) => {
        if (key === 'Escape') void onCancel();
        if (key === 'Enter') void pick();
      }}
      onSubmit={(event) => event.preventDefault()}
    >
      <Day id={id} day={day} onDay={setDay} />
      <Button id={`${id}-set`} disabled={typeof end !== 'number'} onPress={pick}>
        {rulesWords.setDate}
      </Button>
    </form>
  );
}

interface DayInputProps {
  readonly id: string;
  readonly day: string;
  readonly onDay: (day: string) => unknown;
}

/** The last day of a rule. */
export function Day({ id, day, onDay }: DayInputProps) {
  return (
    <label class="control">
      <span class="heard">{rulesWords.lastDay}</span>
      <input
        id={id}
        type="date"
        value={day}
        min={dayText(Date.now())}
        onInput={(event) => void onDay(event.currentTarget.value)}
      />
    </label>
  );
}
