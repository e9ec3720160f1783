const format = new Intl.DateTimeFormat('en', { timeStyle: 'short', hourCycle: 'h23' });

/** `14:05`: a time of day does not have to be kept up to date, as "3 min ago" would. */
export function timeOfDay(atMs: number): string {
  return format.format(atMs);
}
