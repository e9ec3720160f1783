import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface ButtonProps {
  readonly id?: string;
  /** `plain` unless said otherwise; `danger` takes something away. */
  readonly kind?: 'plain' | 'danger';
  readonly disabled?: boolean;
  /** Read out instead of the text, where the text alone does not say of what. */
  readonly label?: string;
  readonly onPress: (event: MouseEvent) => unknown;
  readonly children: ComponentChildren;
}

export function Button({ id, kind = 'plain', disabled, label, onPress, children }: ButtonProps) {
  return (
    <button
      id={id}
      type="button"
      class="choice small"
      data-kind={kind}
      disabled={disabled}
      aria-label={label}
      onClick={(event) => void onPress(event)}
    >
      {children}
    </button>
  );
}

interface SwitchProps {
  readonly id: string;
  readonly label: string;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => unknown;
}

/** Shows what is, and never what was wished: the new state comes back from the main process. */
export function Switch({ id, label, on, disabled, onChange }: SwitchProps) {
  return (
    <button
      id={id}
      type="button"
      role="switch"
      class="switch"
      aria-checked={on}
      aria-label={label}
      disabled={disabled}
      onClick={() => void onChange(!on)}
    >
      <span class="knob" />
    </button>
  );
}

interface SelectProps<V extends string> {
  readonly id: string;
  readonly label: string;
  /** The label is read out, and drawn only when this is true. */
  readonly showLabel?: boolean;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly text: string }[];
  readonly disabled?: boolean;
  readonly onChange: (value: V) => unknown;
}

export function Select<V extends string>(props: SelectProps<V>) {
  const { id, label, showLabel = false, value, options, disabled, onChange } = props;
  return (
    <label class="control">
      <span class={showLabel ? 'control-label' : 'heard'}>{label}</span>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.currentTarget.value);
          // What is shown is what holds: the choice comes back with the next state.
          event.currentTarget.value = value;
          if (chosen) void onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TextFieldProps {
  readonly id: string;
  readonly label: string;
  readonly showLabel?: boolean;
  readonly value: string;
  readonly placeholder?: string;
  readonly type?: 'text' | 'search';
  readonly maxLength?: number;
  readonly mono?: boolean;
  readonly onInput: (value: string) => unknown;
}

export function TextField(props: TextFieldProps) {
  const { id, label, showLabel = false, value, placeholder, type = 'text' } = props;
  return (
    <label class="control">
      <span class={showLabel ? 'control-label' : 'heard'}>{label}</span>
      <input
        id={id}
        type={type}
        list={undefined}
        class={props.mono ? 'mono' : undefined}
        value={value}
        placeholder={placeholder}
        maxLength={props.maxLength ?? 500}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => void props.onInput(event.currentTarget.value)}
      />
    </label>
  );
}

interface RowProps {
  readonly title: string;
  readonly hint?: string | null | undefined;
  /** What is at the right end. */
  readonly children?: ComponentChildren;
}

/** One setting: what it is, what it means, and the one thing to do about it. */
export function Row({ title, hint, children }: RowProps) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row
    <div class="row" role="group" aria-labelledby={id}>
      <div class="row-text">
        <p id={id} class="row-title">
          {title}
        </p>
        {hint != null && <p class="row-hint">{hint}</p>}
      </div>
      <div class="row-control">{children}</div>
    </div>
  );
}
