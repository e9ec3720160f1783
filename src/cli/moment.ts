const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90s`, `15m`, `2h`, `7d` in ms; null for anything else. */
export function spanMs(text: string): number | null {
  const span = /^(\d{1,6})([smhd])$/.exec(text);
  const unit = unitMs[span?.[2] ?? ''];
  return span && unit !== undefined ? Number(span[1]) * unit : null;
}

/** A whole date, with or without a time: `Date.parse` alone takes almost any text with a digit. */
const date = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * `90s`, `15m`, `2h`, `7d` before or after now, or a date, as Unix time in ms; null for anything
 * else.
 */
export function momentMs(
  text: string,
  nowMs: number,
  direction: 'before' | 'after',
): number | null {
  const distance = spanMs(text);
  if (distance !== null) return direction === 'before' ? nowMs - distance : nowMs + distance;
  const time = date.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
