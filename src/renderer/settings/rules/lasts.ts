/** For how long a rule holds, as a person chooses it; `date` names its last day. */
export type Lasts = '15-minutes' | 'today' | '30-days' | 'until-removed' | 'date';

const minuteMs = 60_000;

/** Unix time in ms, null for good; undefined: not a day yet, or not one to come. */
export function endOf(lasts: Lasts, day: string, nowMs: number): number | null | undefined {
  switch (lasts) {
    case '15-minutes':
      return nowMs + 15 * minuteMs;
    case '30-days':
      return nowMs + 30 * 24 * 60 * minuteMs;
    case 'today':
      return endOfDay(new Date(nowMs));
    case 'until-removed':
      return null;
    case 'date': {
      const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
      const [year = Number.NaN, month = 0, date = 0] = (found ?? []).slice(1).map(Number);
      const end = endOfDay(new Date(year, month - 1, date));
      return end > nowMs ? end : undefined;
    }
  }
}

/** Where the person is; such a day need not have 24 hours. */
const endOfDay = (day: Date): number => new Date(day).setHours(24, 0, 0, 0);

/** `2026-11-21`, as a date field takes it. */
export function dayText(ms: number): string {
  const day = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
