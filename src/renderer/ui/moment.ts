/** Times for people: short where it is near, complete on hover (ui.md §6). */

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** `just now`, `12 min ago`, `3 h ago`, else the date. */
export function ago(ms: number, nowMs: number): string {
  const past = nowMs - ms;
  if (past < minuteMs) return 'just now';
  if (past < 60 * minuteMs) return `${Math.floor(past / minuteMs)} min ago`;
  if (past < dayMs) return `${Math.floor(past / (60 * minuteMs))} h ago`;
  return dateText(ms);
}

/** `21 Nov 2026`. */
export function dateText(ms: number): string {
  return new Date(ms).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
}

/** `21 Nov 2026, 14:05:09`. */
export function dateTimeText(ms: number): string {
  const time = new Date(ms).toLocaleTimeString('en-GB');
  return `${dateText(ms)}, ${time}`;
}
