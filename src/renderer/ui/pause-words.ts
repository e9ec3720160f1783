import { timeOfDay } from './moment.ts';

/** Words of the switch that stops everything: the popover and the General pane say the same. */
export const pauseWords = {
  title: 'Pause',
  hint: 'While paused nothing runs, whatever rules allow, and nobody is asked. What runs already goes on.',
  minutes: 15,
  forAWhile: 'For 15 min',
  untilResumed: 'Until I resume',
  resume: 'Resume',
  paused: (untilMs: number | null): string =>
    untilMs === null
      ? 'Everything is paused until you resume.'
      : `Everything is paused until ${timeOfDay(untilMs)}.`,
  failed: 'The companion did not answer. Nothing was changed; try again.',
} as const;
