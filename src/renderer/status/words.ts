/** What the popover adds to what the main process tells it (D16); older ones are in `words.status`. */

/** `12 s`, `3 min`, `2 h`: rounded down, as a clock does. */
function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

export const statusWords = {
  elapsed,
  connected: 'connected',
  unnamed: 'An unnamed agent',
  others: 'Also at work',
  more: (count: number): string => `and ${count} more`,
  pairing: (count: number): string =>
    count === 1 ? '1 device wants to be let in' : `${count} devices want to be let in`,
  look: 'Look',
  settings: 'Settings',
} as const;
