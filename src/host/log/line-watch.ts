import type { LogSink } from './logger.ts';

/** Tells of the next line of the log, so that who shows it need not look again and again. */
export interface LineWatch {
  readonly sink: LogSink;
  /** Calls once, with the next line that is written; replaces who waited before. */
  next(listener: () => void): void;
}

export function createLineWatch(): LineWatch {
  let waiting: (() => void) | null = null;
  return {
    sink: {
      write() {
        const listener = waiting;
        // First: a listener that logs must not call itself.
        waiting = null;
        listener?.();
      },
    },
    next(listener) {
      waiting = listener;
    },
  };
}
