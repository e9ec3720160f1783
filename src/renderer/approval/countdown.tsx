import { words } from '../words.ts';

/** Length of the ring in its own units (`pathLength`). */
const whole = 100;

/** Below this the text is heavier: told by weight and words, colour only repeats it. */
const soonMs = 10_000;

/** Time that is left of the whole, as a ring and in figures. `leftMs` null: it waits for ever. */
export function Countdown({ wholeMs, leftMs }: { wholeMs: number; leftMs: number | null }) {
  if (leftMs === null) return <p class="countdown">{words.header.noLimit}</p>;
  const left = Math.max(0, Math.min(1, leftMs / Math.max(1, wholeMs))) * whole;
  return (
    <div class={leftMs <= soonMs ? 'countdown soon' : 'countdown'} role="timer" aria-live="off">
      <svg class="ring" viewBox="0 0 20 20" aria-hidden="true">
        <circle class="track" cx="10" cy="10" r="8" />
        <circle
          class="left"
          cx="10"
          cy="10"
          r="8"
          pathLength={whole}
          stroke-dasharray={`${left.toFixed(1)} ${whole}`}
          transform="rotate(-90 10 10)"
        />
      </svg>
      <span aria-hidden="true">{leftMs > 0 ? words.clock(leftMs) : words.header.over}</span>
      <span class="heard">{leftMs > 0 ? words.header.left(leftMs) : words.header.over}</span>
    </div>
  );
}
