import { duration } from './duration.ts';
import { safe } from './quoted.ts';

/**
 * Words of "pause everything" and of "ask again"; reached as `messages.standstill` and
 * `messages.askAgain` (D16). Parameters are raw; what comes from elsewhere is made safe in here.
 */

const endHint = 'End it with: openclaw-mac resume';

export const standstillMessages = {
  begun: (forMs: number | null): string =>
    `Paused everything ${forMs === null ? 'until a person ends it' : `for ${duration(forMs)}`}: nothing new runs, whatever rules say, and nobody is asked.`,
  ended: 'No longer paused: rules count again, and people are asked again.',
  notPaused: 'Nothing was changed: everything was going on already.',
  /** For `status`. */
  row: (leftMs: number | null): string =>
    `everything, ${leftMs === null ? 'until a person ends it' : `${duration(leftMs)} left`}; nothing runs and nobody is asked`,
  unreadable: (why: string): string =>
    `Everything is paused, because the file that says so cannot be read: ${safe(why)}. ${endHint}`,
  notKept: (paused: boolean, why: string): string =>
    paused
      ? `This pause ends when the companion stops, because it could not be stored: ${safe(why)}`
      : `The companion will start paused, because the end of the pause could not be stored: ${safe(why)}`,
  noTime: 'A pause needs a time above zero, and of 30 days at most.',
  endHint,
} as const;

/** Also for the agent: its session reads this as the reason of a refusal. */
export const askAgainMessages = {
  toAgent: 'expired: a person is here now, ask again',
  told: 'The Gateway was told that this agent may ask again. Nothing ran.',
} as const;
