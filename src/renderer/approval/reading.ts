/**
 * How much of a command was on the screen (AP-04, S5). What does not fit may be allowed only after
 * its end was in view. Pure: lengths are px.
 */
export interface Reading {
  /** How many heights of the box the whole text takes. */
  readonly screens: number;
  readonly read: number;
  /** The end was in view at least once. */
  readonly done: boolean;
}

/** Of the box that scrolls. */
export interface Extent {
  readonly top: number;
  readonly shown: number;
  readonly whole: number;
}

export const unread: Reading = { screens: 1, read: 0, done: false };

/** Browsers round scroll positions; less than half a line cannot hide anything. */
const slack = 4;

/** The reading after the box was seen like this. A box without a size was not seen at all. */
export function readOn(reading: Reading, { top, shown, whole }: Extent): Reading {
  if (!(shown > slack)) return reading;
  const bottom = top + shown;
  const atEnd = bottom >= whole - slack;
  const screens = Math.max(1, Math.ceil((whole - slack) / shown));
  const reached = atEnd ? screens : Math.floor((bottom + slack) / shown);
  const done = reading.done || atEnd;
  const read = Math.min(screens, Math.max(reached, reading.read));
  return { screens, read: done ? screens : Math.min(read, screens - 1), done };
}
