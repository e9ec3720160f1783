const seconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1_000));

/** `12 s`, `3 min`, `2 h`: rounded up, so that the last second is never shown as gone. */
export function duration(ms: number): string {
  const total = seconds(ms);
  if (total <= 60) return `${total} s`;
  const minutes = Math.ceil(total / 60);
  return minutes <= 60 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
