/** Unix time in ms at which the local day of `nowMs` ends; it need not have 24 hours. */
export function endOfLocalDay(nowMs: number): number {
  return new Date(nowMs).setHours(24, 0, 0, 0);
}
