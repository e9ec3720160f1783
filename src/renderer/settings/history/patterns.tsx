import type { Kind } from './day-counts.ts';

/** Fillings that differ without colour; every bar refers to these. */
export function Patterns() {
  return (
    <svg class="patterns" width="0" height="0" aria-hidden="true">
      <pattern
        id="fill-denied"
        width="4"
        height="4"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="ground" width="4" height="4" />
        <rect class="mark" width="2" height="4" />
      </pattern>
      <pattern id="fill-missed" width="4" height="4" patternUnits="userSpaceOnUse">
        <rect class="ground" width="4" height="4" />
        <circle class="mark" cx="2" cy="2" r="1" />
      </pattern>
    </svg>
  );
}

/** How a kind looks in the chart. */
export function Swatch({ kind }: { kind: Kind }) {
  return (
    <svg class="swatch" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      <rect class={`part part-${kind}`} x="0.5" y="0.5" width="11" height="11" />
    </svg>
  );
}
