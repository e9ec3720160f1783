/** Days as the person at this computer counts them: a day can have 23 or 25 hours. */

export interface LocalDay {
  /** `2026-11-21`. */
  readonly day: string;
  readonly fromMs: number;
  /** Begin of the next one. */
  readonly untilMs: number;
}

export function dayOf(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The day that `endMs` is in and those before it, `count` in all, oldest first. */
export function daysUpTo(endMs: number, count: number): readonly LocalDay[] {
  const end = new Date(endMs);
  const midnight = (back: number): number =>
    new Date(end.getFullYear(), end.getMonth(), end.getDate() - back).getTime();
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index;
    const fromMs = midnight(back);
    return { day: dayOf(fromMs), fromMs, untilMs: midnight(back - 1) };
  });
}
