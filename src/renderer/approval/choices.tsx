import type { ComponentChildren } from 'preact';

interface ChoiceProps {
  readonly id: string;
  readonly kind: 'deny' | 'harmless';
  /** Gets the focus when the page shows something new. */
  readonly first?: boolean;
  /** It stays where it is and keeps the focus, but does nothing. */
  readonly inert?: boolean;
  readonly hint?: string;
  readonly onChoose: () => unknown;
  readonly children: ComponentChildren;
}

/** A button that grants nothing. */
export function Choice({ id, kind, first, inert, hint, onChoose, children }: ChoiceProps) {
  return (
    <button
      key={id}
      id={id}
      type="button"
      class="choice"
      data-kind={kind}
      data-first={first}
      aria-disabled={inert === true}
      title={hint}
      onClick={() => inert !== true && void onChoose()}
    >
      {children}
    </button>
  );
}

interface GrantProps {
  readonly id: string;
  /** With every new one the waiting begins again, which can be seen. */
  readonly epoch: number;
  readonly enabled: boolean;
  readonly onChoose: () => unknown;
  readonly children: ComponentChildren;
}

/** A button that may let something run: disabled until the page stood still (AP-05). */
export function GrantChoice({ id, epoch, enabled, onChoose, children }: GrantProps) {
  return (
    <button
      key={id}
      id={id}
      type="button"
      class="choice grant"
      data-kind="grant"
      disabled={!enabled}
      onClick={() => void onChoose()}
    >
      <span key={epoch} class="fill" aria-hidden="true" />
      <span class="grant-text">{children}</span>
    </button>
  );
}
