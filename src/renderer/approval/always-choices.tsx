import type { ComponentChildren } from 'preact';
import type { ShownApproval } from '#ipc/approvals.ts';
import { Icon } from '../ui/icons.tsx';
import { words } from '../words.ts';
import type { Scope } from './selection.ts';

interface OfferProps {
  readonly name: string;
  readonly offer: ShownApproval['offers'][number];
  /** Null: nothing is stored for it. */
  readonly scope: Scope | null;
  /** The only one: then there is nothing to tick. */
  readonly alone: boolean;
  readonly onScope: (scope: Scope | null) => void;
}

/** One program of the command: whether it gets a rule, and how wide that is. */
export function Offer({ name, offer, scope, alone, onScope }: OfferProps) {
  const narrowest = offer.choices[0]?.scope ?? null;
  return (
    <fieldset class="offer">
      <legend class={alone ? 'heard' : ''}>
        {alone ? (
          offer.command
        ) : (
          <label class="pick">
            <input
              id={name}
              type="checkbox"
              checked={scope !== null}
              onChange={() => onScope(scope === null ? narrowest : null)}
            />
            <code>
              <bdi>{offer.command}</bdi>
            </code>
          </label>
        )}
      </legend>
      {offer.choices.map((choice) => (
        <Radio
          key={choice.scope}
          name={name}
          value={choice.scope}
          checked={scope === choice.scope}
          disabled={scope === null}
          onChoose={() => onScope(choice.scope)}
        >
          {words.always.scopes[choice.scope]}
          {choice.scope === 'any-arguments-here' && <Wide />}
        </Radio>
      ))}
    </fieldset>
  );
}

function Wide() {
  return (
    <span class="wide">
      <Icon name="caution" />
      {words.always.wide}
    </span>
  );
}

interface RadiosProps<V extends string> {
  readonly name: string;
  readonly legend: string;
  readonly options: readonly { readonly value: V; readonly text: string }[];
  readonly value: V;
  readonly onValue: (value: V) => void;
}

/** A choice on one line. */
export function Radios<V extends string>(props: RadiosProps<V>) {
  const { name, legend, options, value, onValue } = props;
  return (
    <fieldset class="line">
      <legend>{legend}</legend>
      {options.map((option) => (
        <Radio
          key={option.value}
          name={name}
          value={option.value}
          checked={option.value === value}
          onChoose={() => onValue(option.value)}
        >
          <bdi>{option.text}</bdi>
        </Radio>
      ))}
    </fieldset>
  );
}

interface RadioProps {
  readonly name: string;
  readonly value: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChoose: () => void;
  readonly children: ComponentChildren;
}

function Radio({ name, value, checked, disabled = false, onChoose, children }: RadioProps) {
  return (
    <label class="pick">
      <input
        id={`${name}-${value}`}
        type="radio"
        name={name}
        checked={checked}
        disabled={disabled}
        onChange={onChoose}
      />
      <span>{children}</span>
    </label>
  );
}
