import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { AgentPauseChoice } from '#ipc/approvals.ts';
import { Icon } from '../ui/icons.tsx';
import { words } from '../words.ts';
import { Choice } from './choices.tsx';

interface Props {
  /** What the agent calls itself. */
  readonly name: string;
  readonly inert: boolean;
  readonly onChoose: (length: AgentPauseChoice) => unknown;
}

const { denyAndPause, denyAndPauseHint, pauseLength, pauses, shortName } = words.answer;
const usual = '10-minutes';
const lengths: readonly AgentPauseChoice[] = [usual, '1-hour', 'until-tomorrow'];

/** "Deny and pause", and beside it a menu for how long (AP-13). Nothing in it grants anything. */
export function PauseChoice({ name, inert, onChoose }: Props) {
  const whole = useRef<HTMLSpanElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  /** Index of the first item to have the focus; null: closed. */
  const [from, setFrom] = useState<number | null>(null);
  const close = (): void => {
    setFrom(null);
    opener.current?.focus();
  };
  return (
    <span
      ref={whole}
      class="split"
      onFocusOut={({ relatedTarget }) => {
        const stays = relatedTarget instanceof Node && whole.current?.contains(relatedTarget);
        if (!stays) setFrom(null);
      }}
    >
      <Choice
        id="deny-pause"
        kind="deny"
        inert={inert}
        hint={denyAndPauseHint(name, pauses[usual].told)}
        onChoose={() => onChoose(usual)}
      >
        {denyAndPause} <bdi>{shortName(name)}</bdi>
      </Choice>
      <button
        ref={opener}
        id="deny-pause-length"
        type="button"
        class="choice"
        aria-label={pauseLength}
        title={pauseLength}
        aria-haspopup="menu"
        aria-expanded={from !== null}
        aria-disabled={inert}
        onClick={() => !inert && setFrom(from === null ? 0 : null)}
        onKeyDown={(event) => {
          const first = { ArrowDown: 0, ArrowUp: lengths.length - 1 }[event.key];
          if (first === undefined) return;
          event.preventDefault();
          if (!inert) setFrom(first);
        }}
      >
        <Icon name="opened" />
      </button>
      {from !== null && (
        <Lengths
          name={name}
          from={from}
          onClose={close}
          onChoose={(length) => {
            if (inert) return;
            close();
            onChoose(length);
          }}
        />
      )}
    </span>
  );
}

interface LengthsProps {
  readonly name: string;
  readonly from: number;
  readonly onClose: () => void;
  readonly onChoose: (length: AgentPauseChoice) => void;
}

function Lengths({ name, from, onClose, onChoose }: LengthsProps) {
  const menu = useRef<HTMLDivElement>(null);
  const items = () => [...(menu.current?.querySelectorAll('button') ?? [])];
  useLayoutEffect(() => items()[from]?.focus(), [from]);
  const move = (event: KeyboardEvent): void => {
    const all = items();
    const at = all.findIndex((item) => item.matches(':focus'));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Escape') onClose();
    else if (next === undefined) return;
    else all.at(next % all.length)?.focus();
    event.preventDefault();
  };
  return (
    <div
      ref={menu}
      class="lengths"
      role="menu"
      aria-label={pauseLength}
      tabIndex={-1}
      onKeyDown={move}
    >
      {lengths.map((length) => (
        <button
          key={length}
          id={`deny-pause-${length}`}
          type="button"
          role="menuitem"
          tabIndex={-1}
          data-kind="deny"
          title={denyAndPauseHint(name, pauses[length].told)}
          onClick={() => onChoose(length)}
        >
          {pauses[length].choice}
        </button>
      ))}
    </div>
  );
}
