/** What the popover adds to what the main process tells it (D16); older ones are in `words.status`. */

export const statusWords = {
  /** Gateway and node in words (ui.md §3); the address is in Settings. */
  gateway: {
    own: (connected: boolean): string =>
      connected
        ? 'Gateway on this computer · connected'
        : 'Gateway on this computer · not connected, trying again',
    attached: (connected: boolean): string =>
      connected
        ? 'Attached to OpenClaw’s Gateway · connected'
        : 'Attached to OpenClaw’s Gateway · not connected, trying again',
  },
  health: (text: string, time: string): string => `${text} · checked ${time}`,
  unnamed: 'An unnamed agent',
  others: 'Also at work',
  more: (count: number): string => `and ${count} more`,
  pairing: (count: number): string =>
    count === 1 ? '1 device wants to be let in' : `${count} devices want to be let in`,
  show: 'Show',
  resume: (agent: string): string => `Resume ${agent}`,
  settings: 'Settings',
} as const;
