/** Times for people: short where it is near, complete on hover (ui.md §6). */

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Made when the first one is written: making a format takes longer than opening a page may. */
function written(options: Intl.DateTimeFormatOptions): (ms: number) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (ms) => {
    format ??= new Intl.DateTimeFormat('en-GB', options);
    return format.format(ms);
  };
}

const day = { day: 'numeric', month: 'short' } as const;
const minutes = { hour: '2-digit', minute: '2-digit' } as const;
const seconds = { ...minutes, second: '2-digit' } as const;

/** `14:05`: a time of day does not have to be kept up to date, as "3 min ago" would. */
export const timeOfDay = written(minutes);

/** `14:05:09`. */
export const exactTime = written(seconds);

/** `21 Nov`. */
export const shortDate = written(day);

/** `21 Nov 2026`. */
export const dateText = written({ ...day, year: 'numeric' });

/** `21 Nov, 14:05`. */
export const dayTimeText = written({ ...day, ...minutes });

/** `03 Nov, 14:05:09`: lines of a log stand below each other. */
export const logTime = written({ ...day, day: '2-digit', ...seconds });

/** `21 Nov 2026, 14:05:09`. */
export const dateTimeText = (ms: number): string => `${dateText(ms)}, ${exactTime(ms)}`;

/** `12 s`, `3 min`, `2 h`: what has passed, rounded down as a clock does. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

/** `just now`, `12 min ago`, `3 h ago`, else the date. */
export function ago(ms: number, nowMs: number): string {
  const past = nowMs - ms;
  if (past < minuteMs) return 'just now';
  if (past < 60 * minuteMs) return `${Math.floor(past / minuteMs)} min ago`;
  if (past < dayMs) return `${Math.floor(past / (60 * minuteMs))} h ago`;
  return dateText(ms);
}
